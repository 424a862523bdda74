import MeterCore
import MeterNotation

/// The pages of the house, by the part of the address that leads to each.
enum Screen: String, CaseIterable, Sendable {
    case direct = "/"
    case energy = "/energie"
    case events = "/evenements"
    case health = "/sante"
    case help = "/aide"
    /// The curve at closer sight; no entry of its own in the menu.
    case curve = "/courbe"
    /// The letter of a month; none either.
    case letter = "/lettre"

    /// True for a page that the menu leads to.
    var isInMenu: Bool { self != .curve && self != .letter }

    func name(_ language: Language) -> String {
        switch self {
        case .direct: language("Direct", "Live")
        case .energy: language("Énergie", "Energy")
        case .events: language("Événements", "Events")
        case .health: language("Santé", "Health")
        case .help: language("Aide", "Help")
        case .curve: language("Courbe", "Curve")
        case .letter: language("Lettre du mois", "Monthly letter")
        }
    }
}

/// What all pages share: head, title, menu.
struct Frame: Sendable {
    let words: LocalWords
    /// The name of the place; `nil` for the house's usual one.
    let place: String?
    /// True for a display on a wall: no menu, larger figures.
    let isWall: Bool

    var language: Language { words.language }

    /// A whole page.
    ///
    /// - Parameters:
    ///   - screen: the page, marked in the menu.
    ///   - attributes: more attributes of `body`.
    ///   - content: of `main`.
    /// - Returns: the document.
    func page(_ screen: Screen, attributes: Markup = "", _ content: Markup) -> Markup {
        let house = place ?? language("Maison", "House")
        let links = Screen.allCases.filter(\.isInMenu).map { other -> Markup in
            let mark: Markup? = other == screen ? " aria-current=\"page\"" : nil
            return "<a href=\"\(other.rawValue)\"\(mark)>\(other.name(language))</a>"
        }
        let isLive = screen == .direct
        // Without script the page is asked for anew, or it would be old for ever.
        let script: Markup? =
            isLive
            ? "<script src=\"\(Assets.script.path)\" defer></script><noscript><meta http-equiv=\"refresh\" content=\"60\"></noscript>"
            : nil
        let title = screen == .direct ? house : "\(screen.name(language)) · \(house)"
        return """
            <!doctype html><html lang="\(language.rawValue)"\(isWall ? " class=\"wall\"" as Markup : "")><head>\
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
            <meta name="theme-color" content="#f6f7f9" media="(prefers-color-scheme: light)">\
            <meta name="theme-color" content="#121417" media="(prefers-color-scheme: dark)">\
            <meta name="mobile-web-app-capable" content="yes"><meta name="apple-mobile-web-app-capable" content="yes"><title>\(title)</title>\
            <link rel="icon" href="\(Assets.icon.path)"><link rel="stylesheet" href="\(Assets.style.path)">\(script)</head>\
            <body\(attributes)><header><h1>\(house)</h1>\(isLive ? age : nil)</header><main>\(content)</main>\
            <nav aria-label="\(language("Pages", "Pages"))">\(links)</nav></body></html>
            """
    }

    /// The age of what is shown, which the script keeps.
    private var age: Markup {
        """
        <p id="age"><span class="dot"></span><span id="age-text">\(language("page de", "as of")) \
        <span data-t="clock">\(words.time(BoxTime.shared.now.seconds))</span></span></p>
        """
    }

    /// A sentence in the place of what cannot be shown.
    func sorry(_ text: String) -> Markup { "<p class=\"sorry\">\(text)</p>" }

    /// The sentence for a database that cannot be read.
    var withoutDatabase: Markup {
        sorry(
            language(
                "La base de données ne répond pas en ce moment ; les mesures d'avant reviendront avec elle.",
                "The database does not answer now; earlier readings come back with it."
            )
        )
    }
}

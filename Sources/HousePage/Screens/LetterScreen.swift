import MeterNotation

/// The letter of a month, as it is sent on the 2nd of the next one.
struct LetterScreen {
    let frame: Frame
    /// A month.
    let period: EnergyPeriod
    let now: Int64
    /// `nil` when the database cannot be read.
    let facts: LetterFacts?

    var page: Markup {
        let language = frame.language
        let letter = facts.map { MonthlyLetter($0, frame.words, now: now) }
        let none = language("Rien de mesuré ce mois-là.", "Nothing was measured in that month.")
        let text =
            letter.map { letter -> Markup in
                letter.isEmpty ? frame.sorry(none) : "\(letter.lines.map { line -> Markup in "<p>\(line)</p>" })"
            } ?? frame.withoutDatabase
        let (before, after) = (period.moved(by: -1), period.moved(by: 1))
        let later: Markup? =
            after.span.lowerBound <= now
            ? "<a href=\"\(Self.link(after))\" aria-label=\"\(language("Suivant", "Next"))\">›</a>" : nil
        return frame.page(
            .letter,
            """
            <section class="card"><h2 class="mover"><a href="\(Self.link(before))" aria-label="\(language("Précédent", "Previous"))">‹</a> \
            \(letter?.title ?? period.name(frame.words)) \(later)</h2>\(text)\
            <p><a href="\(period.link)">\(language("Voir les jours", "See the days"))</a></p></section>
            """
        )
    }

    /// The address of a month's letter.
    static func link(_ month: EnergyPeriod) -> String { "\(Screen.letter.rawValue)?d=\(month.date)" }
}

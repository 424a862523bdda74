import MeterCore

/// The first screen: what flows now, the day so far, the tariff, the last 24 hours.
struct DirectScreen {
    let frame: Frame
    let live: LiveWords
    let state: HouseNow
    let curve: PowerCurve

    private var language: Language { frame.language }

    var page: Markup {
        let attributes: Markup =
            " data-live=\"/api/live?lang=\(language.rawValue)\" data-shape=\"\(live.shape)\" data-version=\"\(Assets.version)\" data-time=\"\(Int(live.time))\" data-date=\"\(live.text("date"))\""
        return frame.page(
            .direct,
            attributes: attributes,
            """
            <p class="sentence" data-m="sentence" data-s="\(mark("sentence"))" role="status"><span data-t="sentence">\
            \(live.text("sentence"))</span></p>\
            <div class="columns"><section class="card flow" aria-label="\(language("En ce moment", "Now"))">\(flow)\(subscription)</section>\
            <div>\(day)\(tariff)\(network)</div></div>\(curveCard)\(news)
            """
        )
    }

    private func mark(_ name: String) -> String { live.marks[name] ?? "" }

    private func text(_ name: String) -> Markup { "<span data-t=\"\(name)\">\(live.text(name))</span>" }

    // MARK: - What flows

    /// The drawing: each part of the house has one way to the middle, with an arrow that stands still.
    private var flow: Markup {
        let hasSun = state.production != nil
        let hasBattery = state.battery != nil
        let top = hasSun ? 0 : 96
        let bottom = hasBattery ? 300 : 196
        return """
            <svg class="flows" viewBox="0 \(top) 360 \(bottom - top)" role="img" aria-labelledby="flows">\
            <title id="flows" data-t="flows">\(live.text("flows"))</title>\
            \(hasSun ? way("sun", "M180 72V140", "M172 112l8 -12l8 12z", "M172 100l8 12l8 -12z") : nil)\
            \(way("grid", "M114 150H180", "M141 142l12 8l-12 8z", "M153 142l-12 8l12 8z"))\
            \(way("house", "M246 150H180", "M219 142l-12 8l12 8z", "M207 142l12 8l-12 8z"))\
            \(hasBattery ? way("battery", "M180 228V150", "M172 196l8 -12l8 12z", "M172 184l8 12l8 -12z") : nil)\
            <circle class="knot" cx="180" cy="150" r="5"/>\
            \(hasSun ? node("sun", 124, 2, language("Soleil", "Sun")) : nil)\
            \(node("grid", 2, 114, language("Réseau", "Grid")))\
            \(node("house", 246, 114, language("Maison", "House")))\
            \(hasBattery ? node("battery", 124, 226, language("Batterie", "Battery")) : nil)</svg>
            """
    }

    private func way(_ name: String, _ line: String, _ inward: String, _ outward: String) -> Markup {
        let (first, second) = name == "sun" ? (outward, inward) : (inward, outward)
        return """
            <g class="way \(name)" data-m="\(name)-flow" data-s="\(mark("\(name)-flow"))"><path class="line" d="\(line)"/>\
            <path class="in" d="\(first)"/><path class="out" d="\(second)"/></g>
            """
    }

    private func node(_ name: String, _ left: Int, _ top: Int, _ title: String) -> Markup {
        """
        <g class="node \(name)" data-m="\(name)-box" data-s="\(mark("\(name)-box"))"><rect x="\(left)" y="\(top)" \
        width="112" height="72" rx="14"/><text class="name" x="\(left + 56)" y="\(top + 20)">\(title)</text>\
        <text class="figure" x="\(left + 56)" y="\(top + 44)" data-t="\(name)">\(live.text(name))</text>\
        <text class="word" x="\(left + 56)" y="\(top + 62)" data-t="\(name)-word">\(live.texts["\(name)-word"] ?? "")</text></g>
        """
    }

    /// The power drawn beside what is subscribed.
    private var subscription: Markup? {
        guard live.texts["subscribed"] != nil else { return nil }
        return """
            <div class="subscribed" data-m="subscribed" data-s="\(mark("subscribed"))"><p>\
            \(language("Puissance souscrite", "Subscribed power")) \(text("subscribed")) <b>\(text("subscribed-share"))</b></p>\
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="4"/>\
            <rect class="part" data-w="subscribed" width="\(live.lengths["subscribed"] ?? 0)" height="4"/></svg></div>
            """
    }

    // MARK: - What was counted

    private var day: Markup {
        let month: Markup? = live.texts["month-import"].map { _ in
            """
            <p class="month"><a href="/energie">\(text("month-name"))</a> \(text("month-import"))\
            \(live.texts["month-eur"].map { _ -> Markup in " · \(text("month-eur"))" })</p>
            """
        }
        return """
            <section class="card"><h2>\(language("Aujourd'hui", "Today")) <small>\(text("today-until"))</small></h2>\
            <table class="sums"><tbody>\
            \(row("drawn", language("Acheté", "Bought"), "today-import", "today-import-eur"))\
            \(row("injected", language("Injecté", "Injected"), "today-export", "today-export-eur"))\
            \(row("sun", language("Soleil", "Sun"), "today-sun", "today-own"))\
            \(row("house", language("Maison", "House"), "today-house", "today-independence"))\
            \(row("battery", language("Batterie, rendu", "Battery, given"), "today-discharge", "today-charge"))\
            \(row("total", language("Coût du jour", "Cost of the day"), nil, "today-eur"))</tbody></table>\(month)</section>
            """
    }

    /// A row of the day; none for what the house does not have.
    private func row(_ series: String, _ name: String, _ first: String?, _ second: String) -> Markup? {
        guard first.map({ live.texts[$0] != nil }) ?? (live.texts[second] != nil) || series == "drawn" else {
            return nil
        }
        let left: Markup? = first.map { text($0) }
        let right: Markup? = live.texts[second] != nil ? text(second) : nil
        return
            "<tr class=\"\(series)\"><th scope=\"row\"><i class=\"key\"></i>\(name)</th><td>\(left)</td><td>\(right)</td></tr>"
    }

    // MARK: - Contract and network

    private var tariff: Markup? {
        guard let price = state.price else { return nil }
        let colours: Markup? = price.today.map { _ in
            """
            <p class="tempo"><span>\(text("tempo-first"))</span> <b class="chip" data-m="tempo-today" data-s="\(mark("tempo-today"))">\
            \(text("tempo-today"))</b> <span>\(text("tempo-then"))</span> <b class="chip" data-m="tempo-tomorrow" \
            data-s="\(mark("tempo-tomorrow"))">\(text("tempo-tomorrow"))</b></p>
            """
        }
        let euros: Markup? = price.euros.map { _ in " · \(text("price-eur"))" }
        return
            "<section class=\"card\" aria-label=\"\(language("Tarif", "Tariff"))\">\(colours)<p>\(text("price"))\(euros)</p></section>"
    }

    private var network: Markup? {
        guard !state.phases.isEmpty else {
            guard state.mode == "historique" else { return nil }
            let hint = language(
                "Le mode historique du Linky ne dit pas la tension.",
                "The Linky's mode historique does not tell the voltage."
            )
            return
                "<section class=\"card\"><p>\(hint) <a href=\"/aide#standard\">\(language("Comment l'obtenir ?", "How to get it?"))</a></p></section>"
        }
        return """
            <section class="card volts" data-m="volts" data-s="\(mark("volts"))"><p>\(language("Tension", "Voltage")) \
            <b>\(text("volts"))</b> \(text("volts-word"))</p></section>
            """
    }

    // MARK: - Behind it

    private var curveCard: Markup {
        """
        <section class="card" id="curve"><h2>\(language("24 heures", "24 hours")) <small><a href="/courbe?h=6">\
        \(language("voir de plus près", "look closer"))</a></small></h2>\(CurveDrawing(curve: curve, language: language).drawing)</section>
        """
    }

    private var news: Markup? {
        guard live.texts["news-title"] != nil else { return nil }
        return """
            <section class="card" id="news" aria-live="polite"><p><b>\(text("news-title"))</b> · \(text("news-moment")) — \
            \(text("news-text"))</p></section>
            """
    }
}

import MeterCore
import MeterNotation

/// All that changes on the first screen, ready to be shown: the page is made with it, and each message has it whole.
///
/// So figures and words are made in one place, with and without script.
struct LiveWords: Sendable {
    /// The texts, by the name of their place.
    private(set) var texts: [String: String] = [:]
    /// The looks of places: which way something flows, what is old.
    private(set) var marks: [String: String] = [:]
    /// The lengths of bars, in percent.
    private(set) var lengths: [String: Int] = [:]
    /// The parts that the house has, of which the page is made: another text means another page.
    private(set) var shape = ""
    /// The time of the state, in seconds since 1970.
    let time: Int64
    /// The minute whose curve is to be had, in the box's count.
    let minute: Int64

    /// The places of the first screen that a house may lack: each has its own letter in `shape`.
    private static let optional: [(letter: String, place: String)] = [
        ("e", "today-export"), ("s", "today-sun"), ("h", "today-house"), ("d", "today-discharge"),
        ("c", "today-charge"), ("i", "today-import-eur"), ("x", "today-export-eur"), ("t", "today-eur"),
        ("m", "month-import"), ("o", "month-eur"), ("p", "price"), ("u", "price-eur"), ("k", "subscribed"),
        ("v", "volts"), ("n", "news-title"),
    ]

    /// - Parameters:
    ///   - state: the house as it is now.
    ///   - words: those of the language.
    ///   - news: the newest event; `nil` for none.
    init(_ state: HouseNow, _ words: LocalWords, news: EnergyEvent? = nil) {
        time = state.time
        minute = state.time / 60
        // A message is made with each reading while somebody looks: nothing grows step by step.
        texts.reserveCapacity(64)
        marks.reserveCapacity(24)
        let language = words.language
        let sentence = HouseSentence(state, words)
        texts["sentence"] = sentence.text
        marks["sentence"] = sentence.weight.rawValue
        texts["clock"] = words.time(state.time)
        texts["date"] = words.shortDate(state.time)
        tellFlows(state, words)
        tellSums(state, words)
        tellPrice(state.price, state.time, words)
        if !state.phases.isEmpty { tellVoltage(state.phases, language) }
        if let subscription = state.subscription { tell(subscription, language) }
        if let news = news?.told(in: words) {
            texts["news-title"] = news.title
            texts["news-moment"] = words.moment(news.time, now: state.time)
            texts["news-text"] = news.text
        }
        for (letter, place) in Self.optional where texts[place] != nil { shape += letter }
        for (letter, isThere) in [
            ("S", state.production != nil), ("B", state.battery != nil), ("T", state.price?.today != nil),
            ("H", state.mode == "historique"),
        ] where isThere { shape += letter }
    }

    /// The text of a place; a dash where nothing is known.
    func text(_ name: String) -> String { texts[name] ?? "—" }

    // MARK: - What flows

    private mutating func tellFlows(_ state: HouseNow, _ words: LocalWords) {
        let language = words.language
        tell("sun", state.production, state.time, words) { _ in "" }
        tell("grid", state.grid, state.time, words) { watts in
            switch watts {
            case 10...: language("soutirage", "drawn")
            case ...(-10): language("injection", "injected")
            default: language("à l'équilibre", "balanced")
            }
        }
        if state.drawsNothing == true {
            texts["grid-word"] = language("pas de soutirage", "nothing drawn")
            marks["grid-box"] = "new"
        }
        tell("house", state.house, state.time, words) { _ in "" }
        tell("battery", state.battery, state.time, words) { watts in
            let charge = state.chargePercent.map { "\(language.percent($0 / 100)) · " } ?? ""
            return switch watts {
            case 10...: charge + language("décharge", "discharging")
            case ...(-10): charge + language("charge", "charging")
            default: charge + language("au repos", "resting")
            }
        }
        texts["flows"] = flowSentence(state, language)
        // Towards the middle of the drawing, or from there.
        flow("sun", state.production?.watts)
        flow("grid", state.grid?.watts)
        flow("house", state.house?.watts.map { -$0 })
        flow("battery", state.battery?.watts)
    }

    private mutating func tell(
        _ name: String,
        _ power: HouseNow.Power?,
        _ now: Int64,
        _ words: LocalWords,
        _ word: (Double) -> String
    ) {
        guard let power else {
            texts["\(name)-word"] = ""
            marks["\(name)-box"] = "old"
            return
        }
        let shown = power.watts ?? power.last
        texts[name] = words.language.power(abs(shown))
        if power.watts == nil {
            let moment = words.at(power.seen, now: now)
            texts["\(name)-word"] = words.language("vu \(moment)", "seen \(moment)")
            marks["\(name)-box"] = "old"
        } else {
            texts["\(name)-word"] = word(shown)
            marks["\(name)-box"] = "new"
        }
    }

    private mutating func flow(_ name: String, _ watts: Double?) {
        guard let watts, abs(watts) >= 10 else {
            marks["\(name)-flow"] = "none"
            return
        }
        let width = abs(watts) < 500 ? 1 : abs(watts) < 2000 ? 2 : 3
        marks["\(name)-flow"] = "\(watts > 0 ? "in" : "out") w\(width)"
    }

    /// What flows in one sentence, with the figures that are shown.
    private func flowSentence(_ state: HouseNow, _ language: Language) -> String {
        var sentence = ""
        func tell(_ name: String, _ power: HouseNow.Power?, _ part: (Double, String) -> String) {
            guard let watts = power?.watts, let figure = texts[name] else { return }
            sentence += (sentence.isEmpty ? "" : ", ") + part(watts, figure)
        }
        tell("sun", state.production) { language("le soleil donne \($1)", "the sun gives \($1)") }
        tell("house", state.house) { language("la maison prend \($1)", "the house takes \($1)") }
        tell("grid", state.grid) { watts, figure in
            watts >= 0
                ? language("\(figure) viennent du réseau", "\(figure) come from the grid")
                : language("\(figure) partent au réseau", "\(figure) go to the grid")
        }
        if state.drawsNothing == true {
            let part = language(
                "pas de soutirage (injection inconnue)",
                "nothing is drawn (what is injected is not known)"
            )
            sentence += (sentence.isEmpty ? "" : ", ") + part
        }
        tell("battery", state.battery) { watts, figure in
            watts >= 0
                ? language("la batterie donne \(figure)", "the battery gives \(figure)")
                : language("la batterie prend \(figure)", "the battery takes \(figure)")
        }
        guard let first = sentence.first else { return language("Aucune mesure en ce moment.", "No reading now.") }
        return first.uppercased() + sentence.dropFirst() + "."
    }

    // MARK: - What was counted

    private mutating func tellSums(_ state: HouseNow, _ words: LocalWords) {
        let language = words.language
        if let today = state.today {
            tell("today", today.sums, language)
            let until = words.time(min(today.until, state.time))
            // A meter that is read late has told nothing of today yet.
            texts["today-until"] = today.until > today.start ? language("jusqu'à \(until)", "until \(until)") : "—"
        } else {
            let isNew = state.time - words.calendar.startOfDay(state.time) < Self.firstQuarter
            texts["today-until"] =
                isNew
                ? language("premier quart d'heure en cours", "in its first quarter of an hour")
                : language("pas encore connu", "not known yet")
        }
        if let month = state.month {
            tell("month", month.sums, language)
            texts["month-name"] = words.month(words.calendar.date(month.start))
        }
    }

    /// The seconds of a day in which nothing can be counted yet: its first quarter, and the reading after it.
    private static let firstQuarter: Int64 = 960

    private mutating func tell(_ span: String, _ sums: [Field: Double], _ language: Language) {
        for (name, field) in [
            ("import", Field.importWh), ("export", .exportWh), ("sun", .productionWh), ("house", .consumptionWh),
            ("discharge", .dischargeWh),
        ] {
            guard let value = sums[field] else { continue }
            // What the house used, less than what it bought: its other part is not counted yet.
            let isKnown = field != .consumptionWh || EnergyShares.isWhole(sums)
            texts["\(span)-\(name)"] = isKnown ? language.energy(value) : "—"
        }
        if let value = sums[.chargeWh] {
            texts["\(span)-charge"] = language(
                "chargée de \(language.energy(value))",
                "charged \(language.energy(value))"
            )
        }
        for (name, field) in [("import-eur", Field.eurImport), ("export-eur", .eurExport)] {
            if let value = sums[field] { texts["\(span)-\(name)"] = language.euros(value) }
        }
        if let total = EnergyShares.euros(sums) { texts["\(span)-eur"] = language.euros(total) }
        // Their rows have a place for them from the beginning.
        texts["\(span)-own"] =
            EnergyShares.ownUse(sums).map {
                language("\(language.percent($0)) pour vous", "\(language.percent($0)) for you")
            } ?? ""
        texts["\(span)-independence"] =
            EnergyShares.independence(sums).map {
                language("autonomie \(language.percent($0))", "\(language.percent($0)) your own")
            } ?? ""
    }

    // MARK: - Contract and network

    private mutating func tellPrice(_ price: HouseNow.Price?, _ now: Int64, _ words: LocalWords) {
        guard let price else { return }
        let language = words.language
        texts["price"] = PriceWords.register(price, language)
        if let euros = price.euros {
            texts["price-eur"] = language.number(euros, decimals: 3) + "\u{A0}€/kWh"
        }
        let isEarly = TempoHours.areOfTheDayBefore(at: now, words.calendar)
        texts["tempo-first"] = isEarly ? language("Tempo, jusqu'à 6 h", "Tempo, until 06:00") : "Tempo"
        texts["tempo-then"] = isEarly ? language("puis", "then") : language("demain", "tomorrow")
        for (name, colour) in [("today", price.today), ("tomorrow", price.tomorrow)] {
            texts["tempo-\(name)"] = PriceWords.colour(colour, language)
            marks["tempo-\(name)"] = colour?.rawValue ?? "unknown"
        }
    }

    private mutating func tellVoltage(_ phases: [HouseNow.Phase], _ language: Language) {
        let volts = phases.map { phase in phase.volts.map { language.number($0) } ?? "—" }
        texts["volts"] = volts.joined(separator: " · ") + "\u{A0}V"
        guard phases.contains(where: { $0.volts != nil }) else {
            texts["volts-word"] = language("pas de mesure", "no reading")
            marks["volts"] = "old"
            return
        }
        let isAllowed = phases.allSatisfy(\.isAllowed)
        texts["volts-word"] = isAllowed ? language("normale", "normal") : language("hors limites", "out of bounds")
        marks["volts"] = isAllowed ? "good" : "alarm"
    }

    private mutating func tell(_ subscription: HouseNow.Subscription, _ language: Language) {
        guard let subscribed = subscription.subscribed, subscribed > 0 else { return }
        texts["subscribed"] = language.apparentPower(Double(subscribed))
        guard let drawn = subscription.drawn else {
            texts["subscribed-share"] = "—"
            lengths["subscribed"] = 0
            marks["subscribed"] = "old"
            return
        }
        let share = Double(drawn) / Double(subscribed)
        texts["subscribed-share"] = language.percent(share)
        lengths["subscribed"] = Int((min(1, max(0, share)) * 100).rounded())
        marks["subscribed"] = share > 1 ? "alarm" : share > 0.9 ? "notice" : "good"
    }
}

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

    init(_ state: HouseNow, _ words: LocalWords) {
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
        tellFlows(state, words)
        tellSums(state, words)
        tellPrice(state.price, language)
        if !state.phases.isEmpty { tellVoltage(state.phases, language) }
        if let subscription = state.subscription { tell(subscription, language) }
        for (mark, isThere) in [
            ("s", state.production != nil), ("b", state.battery != nil), ("t", state.price?.today != nil),
            ("p", state.price != nil), ("v", !state.phases.isEmpty),
            ("k", state.subscription?.subscribed != nil), ("e", state.today?.sums[.exportWh] ?? 0 > 0),
            ("d", state.today != nil), ("h", state.house != nil), ("c", state.today?.sums[.dischargeWh] != nil),
        ] where isThere { shape += mark }
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
            texts["today-until"] = language("jusqu'à \(until)", "until \(until)")
        } else {
            texts["today-until"] = language("premier quart d'heure en cours", "in its first quarter of an hour")
        }
        if let month = state.month {
            tell("month", month.sums, language)
            texts["month-name"] = words.month(words.calendar.date(month.start))
        }
    }

    private mutating func tell(_ span: String, _ sums: [Field: Double], _ language: Language) {
        for (name, field) in [
            ("import", Field.importWh), ("export", .exportWh), ("sun", .productionWh), ("house", .consumptionWh),
            ("discharge", .dischargeWh),
        ] {
            if let value = sums[field] { texts["\(span)-\(name)"] = language.energy(value) }
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
        if let share = EnergyShares.ownUse(sums) {
            texts["\(span)-own"] = language(
                "\(language.percent(share)) pour vous",
                "\(language.percent(share)) for you"
            )
        }
        if let share = EnergyShares.independence(sums) {
            texts["\(span)-independence"] = language(
                "autonomie \(language.percent(share))",
                "\(language.percent(share)) your own"
            )
        }
    }

    // MARK: - Contract and network

    private mutating func tellPrice(_ price: HouseNow.Price?, _ language: Language) {
        guard let price else { return }
        texts["price"] = PriceWords.register(price, language)
        if let euros = price.euros {
            texts["price-eur"] = language.number(euros, decimals: 3) + "\u{A0}€/kWh"
        }
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

import MeterCore

/// The state of the house in one sentence: the most important thing that is wrong, or that all is well.
struct HouseSentence: Sendable, Equatable {
    /// How much it wants the household's attention.
    enum Weight: String, Sendable { case good, notice, alarm }

    let weight: Weight
    let text: String

    init(_ state: HouseNow, _ words: LocalWords) {
        let language = words.language
        if state.clockIsUnknown {
            weight = .notice
            text = language(
                "La box ne sait pas encore l'heure ; les mesures attendent.",
                "The box does not know the time yet; the readings wait."
            )
        } else if let late = state.meters.first(where: \.isLate) {
            weight = .alarm
            text = Self.silence(of: late, state.time, language)
        } else if let drawn = state.subscription?.drawn, let subscribed = state.subscription?.subscribed,
            drawn > subscribed
        {
            weight = .alarm
            let (drawn, allowed) = (Double(drawn), Double(subscribed))
            text = language(
                "Puissance souscrite dépassée : \(language.apparentPower(drawn)) pour \(language.apparentPower(allowed)).",
                "Above the subscribed power: \(language.apparentPower(drawn)) of \(language.apparentPower(allowed))."
            )
        } else if let outside = state.phases.first(where: { !$0.isAllowed })?.volts {
            weight = .alarm
            let volts = language.volts(outside)
            text = language("Tension hors limites : \(volts).", "Voltage out of bounds: \(volts).")
        } else if let waiting = state.waiting {
            weight = .notice
            let held = language.waiting(waiting)
            text = language(
                "La base de données ne répond pas ; \(held), rien n'est perdu.",
                "The database does not answer; \(held), nothing is lost."
            )
        } else if state.price?.today == .red, TempoHours.areFull(at: state.time, words.calendar) {
            weight = .notice
            text = language(
                "Jour Tempo rouge : évitez de consommer de 6 h à 22 h.",
                "Red Tempo day: dear from 06:00 to 22:00."
            )
        } else if Self.isBeginning(state.meters) {
            weight = .notice
            text = language("Les compteurs sont lus, premières valeurs dans un instant.", "The meters are being read.")
        } else if state.price?.tomorrow == .red {
            weight = .notice
            text =
                TempoHours.areOfTheDayBefore(at: state.time, words.calendar)
                ? language(
                    "Tout va bien. À partir de 6 h : jour Tempo rouge.",
                    "All is well. From 06:00 on it is a red Tempo day."
                )
                : language("Tout va bien. Demain : jour Tempo rouge.", "All is well. Tomorrow is a red Tempo day.")
        } else {
            weight = .good
            text = language("Tout va bien.", "All is well.")
        }
    }

    /// True while none of the meters that can speak has said anything yet.
    private static func isBeginning(_ meters: [HouseNow.Meter]) -> Bool {
        let awake = meters.filter { $0.isAsleep != true }
        return meters.isEmpty || !awake.isEmpty && awake.allSatisfy { $0.seen == nil }
    }

    private static func silence(of meter: HouseNow.Meter, _ now: Int64, _ language: Language) -> String {
        guard let seen = meter.seen else {
            return language(
                "\(meter.name) n'a encore rien dit. Vérifiez son câble et son alimentation.",
                "\(meter.name) has said nothing yet. Check its cable and its supply."
            )
        }
        let time = language.duration(now - seen)
        return language(
            "\(meter.name) ne répond plus depuis \(time). Vérifiez son câble et son alimentation.",
            "\(meter.name) has not answered for \(time). Check its cable and its supply."
        )
    }
}

import InfluxOutput
import MeterCore
import MeterNotation

/// A month of the house in a few sentences: kWh, euros, the months before, peaks, and what was not measured.
///
/// What is not known is left out; a sum of which days are missing says so, and is compared with nothing.
public struct MonthlyLetter {
    private let facts: LetterFacts
    private let words: LocalWords
    private let today: LocalDate
    private let subscribedVA: Double?

    private var language: Language { words.language }

    /// The letter in French, as it is sent and printed.
    public init(_ facts: LetterFacts, now: Int64) {
        self.init(facts, LocalWords(language: .french, calendar: facts.calendar), now: now)
    }

    init(_ facts: LetterFacts, _ words: LocalWords, now: Int64) {
        (self.facts, self.words) = (facts, words)
        today = facts.calendar.date(now)
        subscribedVA = facts.peak?.subscribedVA
    }

    /// True for a month of which nothing is known.
    public var isEmpty: Bool { lines.isEmpty }

    /// `Votre mois d'octobre 2026`.
    public var title: String { words.letter(of: facts.month) }

    /// The sentences, a line each.
    public var lines: [String] {
        let all = [bought, total, compared, made, used, house] + registers + [peak, days, silence, forecast]
        return all.compactMap { $0 }
    }

    /// The days of the month that are over: all of them, or those before today.
    private var over: [LocalDate] { facts.dates().filter { $0 < today } }

    // MARK: - Sums

    /// What is known of the days that are over.
    private var known: KnownSums { KnownSums(over: over.map { facts.days[$0] ?? [:] }, unit: .days) }

    private func missing(_ count: Int) -> String { KnownSums.missing(count, .days, language) }

    private func energy(_ field: Field) -> String? {
        known.sum(field).map { language.energy($0.sum) + missing($0.missing) }
    }

    private var bought: String? {
        energy(.importWh).map { language("Acheté au réseau : \($0).", "Bought from the grid: \($0).") }
    }

    /// The bill: energy and subscription.
    private var total: String? {
        guard let energy = known.sum(.eurImport) else { return nil }
        let gaps = missing(energy.missing)
        guard let subscription = facts.sum(.eurSubscription, over) else {
            let sum = language.euros(energy.sum) + gaps
            return language("Énergie, sans l'abonnement : \(sum).", "Energy, without the subscription: \(sum).")
        }
        let sum = language.euros(energy.sum + subscription) + gaps
        let part = language.euros(subscription)
        return language("Coût : \(sum), dont \(part) d'abonnement.", "Cost: \(sum), of which \(part) of subscription.")
    }

    /// The months before, where both are whole.
    private var compared: String? {
        guard let now = facts.sum(.importWh, facts.dates()), today > facts.dates().last ?? today else { return nil }
        let months: [Int64] = [-1, -12]
        let others = months.compactMap { months -> String? in
            guard let then = facts.sum(.importWh, facts.dates(months)), then > 0 else { return nil }
            let name = words.month(facts.month.firstOfMonth(plus: months))
            let change = (now / then - 1) * 100
            let sign = change.rounded() > 0 ? "+" : ""
            var text = "\(name) : \(language.energy(then))"
            if let euros = bill(facts.dates(months)) { text += ", \(language.euros(euros))" }
            return text + " (\(sign)\(language.percent(change / 100)))"
        }
        guard !others.isEmpty else { return nil }
        return language("Pour comparer, ", "To compare, ") + others.joined(separator: language(" ; ", "; ")) + "."
    }

    /// Energy and subscription of whole months.
    private func bill(_ dates: [LocalDate]) -> Double? {
        facts.sum(.eurImport, dates).flatMap { energy in facts.sum(.eurSubscription, dates).map { energy + $0 } }
    }

    private var made: String? {
        guard let made = known.sum(.productionWh), made.sum > 0 else { return nil }
        var text = language(
            "Produit par le soleil : \(language.energy(made.sum))",
            "Made by the sun: \(language.energy(made.sum))"
        )
        text += missing(made.missing)
        if let own = known.share(EnergyShares.ownUseFields, EnergyShares.ownUse), own.missing == 0 {
            let share = language.percent(own.share)
            text += language(", dont \(share) utilisés chez vous", ", \(share) of it used in the house")
        }
        return text + "."
    }

    private var used: String? {
        guard let injected = energy(.exportWh), known.sum(.exportWh)?.sum ?? 0 > 0 else { return nil }
        let sold = known.sum(.eurExport).map { language.euros($0.sum) }
        let words = sold.map { language(", vendu \($0)", ", sold for \($0)") } ?? ""
        return language("Injecté : \(injected)\(words).", "Injected: \(injected)\(words).")
    }

    private var house: String? {
        guard let consumed = energy(.consumptionWh), known.sum(.productionWh)?.sum ?? 0 > 0 else { return nil }
        return language("Utilisé par la maison : \(consumed).", "Used by the house: \(consumed).")
    }

    /// What each register counted, the first of the contract first.
    private var registers: [String] {
        let names = Dictionary(grouping: facts.registers.filter { $0.wattHours > 0 }, by: \.register)
        guard names.count > 1 else { return [] }
        return names.sorted { $0.key < $1.key }.map { register, days in
            let sum = days.reduce(0) { $0 + $1.wattHours }
            let euros = days.compactMap(\.euros)
            let name = facts.registerNames[register] ?? SupplierRegister.words(ofHistorique: register) ?? register
            let price = euros.count == days.count ? ", \(language.euros(euros.reduce(0, +)))" : ""
            return "\(name) : \(language.energy(sum))\(price)."
        }
    }

    // MARK: - Peaks and holes

    private var peak: String? {
        guard let peak = facts.peak else { return nil }
        let day = words.shortDay(facts.calendar.date(peak.time))
        var text = language(
            "Plus forte puissance : \(language.apparentPower(peak.va.rounded())) le \(day) vers \(words.time(peak.time))",
            "Largest power: \(language.apparentPower(peak.va.rounded())) on \(day) about \(words.time(peak.time))"
        )
        if let subscribedVA {
            let limit = language.apparentPower(subscribedVA)
            text += language(", pour \(limit) souscrits", ", of \(limit) subscribed")
        }
        return text + "."
    }

    /// The day with the most and the one with the least, among those that are known.
    private var days: String? {
        let known = over.compactMap { date in facts.days[date]?[.importWh].map { (date, $0) } }
        guard known.count > 2, let most = known.max(by: { $0.1 < $1.1 }), let least = known.min(by: { $0.1 < $1.1 })
        else { return nil }
        let (first, last) = (words.shortDay(most.0), words.shortDay(least.0))
        return language(
            "Jour le plus fort : le \(first), \(language.energy(most.1)) ; le plus faible : le \(last), "
                + "\(language.energy(least.1)).",
            "Most on \(first), \(language.energy(most.1)); least on \(last), \(language.energy(least.1))."
        )
    }

    private var silence: String? {
        guard let quarters = facts.silentQuarters else { return nil }
        guard quarters > 0 else {
            return language("Tout a été mesuré, sans trou.", "All was measured, without a hole.")
        }
        let time = language.duration(Int64(quarters) * 900)
        return language(
            "Sans mesure pendant \(time) : l'énergie de ce temps est répartie, ou manque.",
            "Nothing was measured for \(time): the energy of that time is shared out, or missing."
        )
    }

    // MARK: - What is to come

    private var forecast: String? {
        var before: [LocalDate: [Field: Double]] = [:]
        for date in facts.dates() {
            before[date] = facts.days[LocalDate(year: date.year - 1, month: date.month, day: date.day)]
        }
        guard let sums = MonthForecast(facts.days, yearBefore: before, month: facts.month, today: today)?.sums else {
            return nil
        }
        guard let drawn = sums[.importWh] else { return nil }
        let euros = sums[.eurImport].map { ", \(language.euros($0 + (sums[.eurSubscription] ?? 0)))" } ?? ""
        return language(
            "À ce rythme, le mois entier fera \(language.energy(drawn))\(euros).",
            "At this rate the whole month will be \(language.energy(drawn))\(euros)."
        )
    }
}

import InfluxOutput
import MeterCore
import MeterNotation

/// The days of a house priced by several contracts, beside what they cost by its own.
struct ContractComparison {
    /// The days that were counted, and what was drawn on them in Wh.
    private(set) var days = 0
    private var drawn = 0.0
    /// Days that are known by nothing or in part, and are left out of all sums.
    private var unknown = 0
    /// € by the house's own contract; `nil` once a day has none.
    private var own: (energy: Double, subscription: Double)? = (0, 0)
    private(set) var costs: [(offer: Offer, cost: ContractCost)]
    /// The contracts that nobody offers for the subscribed power.
    let notOffered: [String]
    private let kva: Double?
    private let calendar: LocalCalendar

    /// - Parameters:
    ///   - offers: the contracts.
    ///   - kva: the subscribed power; offers for another one are left out.
    ///   - settings: calendar and own prices.
    ///   - isOfToday: true for the newest prices of each on all days.
    init(_ offers: [Offer], of kva: Double?, _ settings: Ledger.Settings, isOfToday: Bool) {
        (self.kva, calendar) = (kva, settings.calendar)
        let fitting = offers.filter { offer in kva.flatMap { kva in offer.kva.map { $0 == kva } } ?? true }
        let found = Set(fitting.map(\.contract))
        notOffered = offers.map(\.contract).reduce(into: []) { names, name in
            if !found.contains(name), !names.contains(name) { names.append(name) }
        }
        costs = fitting.map { offer in
            (
                offer,
                ContractCost(offer.prices, own: settings.tariffs, isOfToday: isOfToday, settings.calendar)
            )
        }
    }

    /// Counts days with their quarters and registers.
    mutating func add(
        days: [HouseHistory.Energies],
        quarters: [HouseHistory.Energies],
        registers: [HouseHistory.RegisterDay]
    ) {
        var drawnIn: [LocalDate: [Int64: Double]] = [:]
        for quarter in quarters {
            guard let value = quarter.sums[.importWh] else { continue }
            drawnIn[calendar.date(quarter.start), default: [:]][quarter.start] = value
        }
        var counted: [LocalDate: [String: Double]] = [:]
        for day in registers { counted[calendar.date(day.start), default: [:]][day.register] = day.wattHours }
        for day in days {
            let date = calendar.date(day.start)
            guard let total = day.sums[.importWh] else {
                unknown += 1
                continue
            }
            self.days += 1
            drawn += total
            if let energy = day.sums[.eurImport] {
                own?.energy += energy
                own?.subscription += day.sums[.eurSubscription] ?? 0
            } else {
                own = nil
            }
            let one = ContractCost.Day(
                date: date,
                total: total,
                quarters: drawnIn[date] ?? [:],
                registers: counted[date] ?? [:]
            )
            for place in costs.indices { costs[place].cost.add(one) }
        }
    }

    /// Prints the contracts, the cheapest first, and why some have no sum.
    func tell() {
        print(said("\(days) days, \(inWords(drawn / 1000, decimals: 1)) kWh"))
        if unknown > 0 { print(said("\(unknown) days are not known, and are left out")) }
        print(said("contract                    energy €  subscription €      total €"))
        func row(_ name: String, _ energy: Double, _ subscription: Double) {
            let padded = name + String(repeating: " ", count: max(0, 24 - name.count))
            print(
                "\(padded) \(right(inWords(energy, decimals: 2), 11)) \(right(inWords(subscription, decimals: 2), 15)) "
                    + right(inWords(energy + subscription, decimals: 2), 12)
            )
        }
        if let own { row(said("yours"), own.energy, own.subscription) }
        if own == nil { print(said("yours: no sum, there are days without a price")) }
        let priced = costs.filter { $0.cost.total != nil }
        for (offer, cost) in priced.sorted(by: { $0.cost.total ?? 0 < $1.cost.total ?? 0 }) {
            row(name(of: offer), cost.energy, cost.subscription)
        }
        for (offer, cost) in costs where cost.total == nil {
            for gap in ContractCost.Gap.allCases {
                guard let count = cost.gaps[gap] else { continue }
                print(said("\(name(of: offer)): no sum, \(count) days without \(words(gap))"))
            }
        }
        for name in notOffered {
            print(said("\(name): not offered for \(inWords(kva ?? 0, decimals: 0)) kVA, your subscribed power"))
        }
    }

    private func name(of offer: Offer) -> String {
        offer.contract + (offer.kva.map { " \(inWords($0, decimals: 0)) kVA" } ?? "")
    }

    private func words(_ gap: ContractCost.Gap) -> String {
        switch gap {
        case .prices: said("a price of that time; --of-today counts with those of now")
        case .hours: said("off-peak hours: write off_peak in your [tariff]")
        case .colours: said("Tempo's colours: write [tempo.NAME] with white and red")
        case .peaks: said("the days of mobile peaks: write [ejp.NAME] with peak")
        case .quarters: said("all of their quarters of an hour")
        }
    }
}

public import MeterNotation

/// What the days of a house would have cost by a contract.
public struct ContractCost: Sendable {
    /// What was drawn on a day.
    public struct Day: Sendable {
        public var date: LocalDate
        /// Wh of the day.
        public var total: Double
        /// Wh of each quarter by its start, in seconds since 1970; those that are not known are not there.
        public var quarters: [Int64: Double]
        /// Wh of each register of the house's own contract, by its name.
        public var registers: [String: Double]

        public init(date: LocalDate, total: Double, quarters: [Int64: Double], registers: [String: Double]) {
            (self.date, self.total, self.quarters, self.registers) = (date, total, quarters, registers)
        }
    }

    /// Why a day has no price.
    public enum Gap: Sendable, Hashable, CaseIterable {
        /// The offer has no prices of that day.
        case prices
        /// The off-peak hours, Tempo's colours, or the days of mobile peaks (EJP) are not known.
        case hours, colours, peaks
        /// A quarter of the day is not known.
        case quarters
    }

    /// € of the days that have a price.
    public private(set) var energy = 0.0
    /// € of subscription for them; a day's share of the month's.
    public private(set) var subscription = 0.0
    /// The days that have none, by the reason.
    public private(set) var gaps: [Gap: Int] = [:]

    /// The whole sum; `nil` where a day has no price, since it could be compared with nothing then.
    public var total: Double? { gaps.isEmpty ? energy + subscription : nil }

    private let offer: TariffHistory
    private let own: TariffHistory
    private let isOfToday: Bool
    private let calendar: LocalCalendar

    /// Begins at nothing.
    ///
    /// - Parameters:
    ///   - offer: the contract.
    ///   - own: the house's own contracts, for their hours and the colours, which an offer seldom has.
    ///   - isOfToday: true for the offer's newest prices on all days.
    ///   - calendar: that of the place.
    public init(_ offer: TariffHistory, own: TariffHistory, isOfToday: Bool, _ calendar: LocalCalendar) {
        (self.offer, self.own, self.isOfToday, self.calendar) = (offer, own, isOfToday, calendar)
    }

    /// Counts a day.
    public mutating func add(_ day: Day) {
        guard let tariff = isOfToday ? offer.newest : offer.tariff(on: day.date) else { return note(.prices) }
        switch registers(of: day, tariff) {
        case .failure(let gap): note(gap)
        case .success(let registers):
            var sum = 0.0
            for (number, wattHours) in registers {
                guard let price = tariff.price(ofRegister: number) else { return note(.prices) }
                sum += wattHours / 1000 * price
            }
            energy += sum
            subscription += (tariff.subscription ?? 0) / Double(day.date.daysInMonth)
        }
    }

    private mutating func note(_ gap: Gap) { gaps[gap, default: 0] += 1 }

    /// What each register of a contract would have counted, by its number.
    private func registers(of day: Day, _ tariff: Tariff) -> Result<[Int: Double], Gap> {
        if tariff.option == .base { return .success([1: day.total]) }
        let ownTariff = own.tariff(on: day.date)
        // The house's own meter knows its hours to the second.
        if let ownTariff, ownTariff.option == tariff.option, tariff.offPeak == nil, !day.registers.isEmpty {
            let counted = tariff.option.registers.enumerated().map { place, name in
                let standard = SupplierRegister.name(place + 1)
                return (place + 1, (day.registers[name] ?? 0) + (day.registers[standard] ?? 0))
            }
            let sum = counted.reduce(0) { $0 + $1.1 }
            if abs(sum - day.total) <= max(1, day.total * 0.001) {
                return .success(Dictionary(uniqueKeysWithValues: counted))
            }
        }
        var timed = tariff
        timed.from = day.date
        timed.offPeak = tariff.offPeak ?? ownTariff?.offPeak
        if timed.option == .hphc, timed.offPeak == nil { return .failure(.hours) }
        let hours = TariffHistory([timed], tempo: own.tempo + offer.tempo, ejp: own.ejp + offer.ejp)
        var sums: [Int: Double] = [:]
        let end = calendar.start(of: LocalDate(dayNumber: day.date.dayNumber + 1))
        for start in stride(from: calendar.start(of: day.date), to: end, by: Int(Quarter.length)) {
            guard let shares = hours.shares(ofQuarter: start, calendar) else {
                return .failure(timed.option == .ejp ? .peaks : .colours)
            }
            guard let value = day.quarters[start] else { return .failure(.quarters) }
            for share in shares { sums[share.register, default: 0] += value * share.share }
        }
        // The registers say how much, the quarters when.
        let sum = sums.values.reduce(0, +)
        return .success(sum > 0 ? sums.mapValues { $0 * day.total / sum } : [:])
    }
}

extension ContractCost.Gap: Error {}

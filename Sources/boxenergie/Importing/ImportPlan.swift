import MeterCore
import MeterNotation
import SupplierFiles

/// What an import writes: the points of quarters, hours, days and months, and what is to be said of them.
///
/// The same files and the same database give the same points, so an import may be repeated.
struct ImportPlan {
    /// What becomes of a day.
    struct Day {
        var date: LocalDate
        /// Wh and €, by field; none that is not known.
        var sums: [Field: Double] = [:]
        /// What each of the contract's registers counted, in Wh, its price, and whether it was reckoned from the curve.
        var registers: [(name: String, wattHours: Double, euros: Double?, isReckoned: Bool)] = []
        /// True when files have some of the registers only: they do not add up to the day.
        var lacksRegisters = false
        /// The registers and the euros that an earlier import wrote and that do not count any more.
        var withdrawn: (registers: [String], euros: Set<Field>) = ([], [])
        /// The quarters that the box measured.
        var measured = 0
        /// The quarters of which nothing is known.
        var missing = 0
        /// True when nothing but the last half hour is missing, as in every file of a week from Enedis' site.
        var lacksEnd = false
        /// True when the database has the day already.
        var isThere = false
    }

    /// What is known of the house besides its files.
    struct House {
        /// True when it has nothing but the grid: it used what it drew.
        var hasOnlyGrid: Bool
        /// True when its meter speaks in mode standard: then the registers are F01 to F10 in the database.
        var isStandard: Bool
    }

    /// The days that are written, in order.
    private(set) var days: [Day] = []

    private let settings: Ledger.Settings
    private let joined: JoinedFiles
    private let measured: MeasuredQuarters
    private let counted: CountedRegisters
    private let house: House
    private let series: [Kind: Series]

    private static let fields: [SupplierFile.Direction: Field] = [.import: .importWh, .export: .exportWh]

    /// Plans an import.
    ///
    /// - Parameters:
    ///   - joined: the files.
    ///   - measured: what the database has of the box itself in the span of the files, and the days of their months.
    ///   - settings: tags, calendar and prices.
    ///   - house: what is known of it besides.
    init(_ joined: JoinedFiles, over measured: MeasuredQuarters, _ settings: Ledger.Settings, _ house: House) {
        (self.joined, self.measured) = (joined, measured)
        (self.settings, self.house) = (settings, house)
        counted = CountedRegisters(joined, isStandard: house.isStandard)
        let kinds: [Kind] = [.quarterEnergy, .dayEnergy, .monthEnergy]
        series = Dictionary(uniqueKeysWithValues: kinds.map { ($0, Series($0, tags: settings.tags)) })
        days = Self.dates(of: joined, settings.calendar).compactMap(day)
    }

    /// The days without a price: no tariff of that time, or off-peak hours without the registers of days.
    var daysWithoutPrice: Int { days.count { $0.sums[.importWh] != nil && $0.sums[.eurImport] == nil } }

    /// The days that the database has already, whose sums are written anew.
    var daysThere: Int { days.count(where: \.isThere) }

    /// The days of which files have some registers only, which are left out.
    var daysLackingRegisters: Int { days.count(where: \.lacksRegisters) }

    /// The days that files say something of.
    private static func dates(of joined: JoinedFiles, _ calendar: LocalCalendar) -> [LocalDate] {
        var dates = Set(joined.days.values.flatMap(\.keys))
        for quarters in joined.quarters.values { for start in quarters.keys { dates.insert(calendar.date(start)) } }
        return dates.sorted()
    }

    /// From the first to the last instant of files, as whole days.
    static func span(of joined: JoinedFiles, _ calendar: LocalCalendar) -> Range<Int64>? {
        let dates = dates(of: joined, calendar)
        guard let first = dates.first, let last = dates.last else { return nil }
        return calendar.start(of: first)..<calendar.start(of: LocalDate(dayNumber: last.dayNumber + 1))
    }

    // MARK: - Energies

    private func span(of date: LocalDate) -> Range<Int64> {
        settings.calendar.start(of: date)..<settings.calendar.start(of: LocalDate(dayNumber: date.dayNumber + 1))
    }

    private func quarters(of span: Range<Int64>) -> StrideTo<Int64> {
        stride(from: span.lowerBound, to: span.upperBound, by: 900)
    }

    private func energy(_ direction: SupplierFile.Direction, _ start: Int64) -> JoinedFiles.Quarter? {
        joined.quarters[direction]?[start]
    }

    /// The sum of quarters of files and of the box; `nil` unless all are known.
    private func sum(_ direction: SupplierFile.Direction, _ starts: StrideTo<Int64>) -> Double? {
        guard let field = Self.fields[direction] else { return nil }
        var sum = 0.0
        for start in starts {
            let own = measured.energies[start]
            guard let value = own != nil ? own?[field] : energy(direction, start)?.wattHours else { return nil }
            sum += value
        }
        return sum
    }

    // MARK: - Days

    /// A day's sums; `nil` for one that the box measured whole.
    private func day(_ date: LocalDate) -> Day? {
        let span = span(of: date)
        var day = Day(date: date)
        var written = 0
        func isRead(_ start: Int64) -> Bool { energy(.import, start) != nil || energy(.export, start) != nil }
        for start in quarters(of: span) {
            if measured.energies[start] != nil {
                day.measured += 1
            } else if isRead(start) {
                written += 1
            } else {
                day.missing += 1
            }
        }
        let end = [span.upperBound - 1800, span.upperBound - 900]
        day.lacksEnd = day.missing == 2 && end.allSatisfy { measured.energies[$0] == nil && !isRead($0) }
        guard written + day.missing > 0 else { return nil }
        day.isThere = measured.days[span.lowerBound]?.isEmpty == false
        for (direction, field) in Self.fields { day.sums[field] = total(direction, day, span) }
        if house.hasOnlyGrid { day.sums[.consumptionWh] = day.sums[.importWh] }
        addPrices(to: &day, at: span.lowerBound)
        if day.measured == 0 { day.withdrawn = withdrawn(from: day, at: span.lowerBound) }
        return day
    }

    /// The part of an earlier import, by other settings, that does not count any more: registers of another option would
    /// count once more, and euros would stay those of a price that is gone.
    private func withdrawn(from day: Day, at start: Int64) -> (registers: [String], euros: Set<Field>) {
        let before = measured.registers.names(at: start)
        let option = settings.tariffs.tariff(on: day.date)?.option
        let registers = before.filter { name in
            // Files that tell no registers, as a curve alone, take none away but those that the contract does not have.
            guard day.registers.isEmpty else { return !day.registers.contains { $0.name == name } }
            guard let option, !option.registers.contains(name) else { return false }
            return Tariff.Option.allCases.contains { $0.registers.contains(name) }
        }
        let euros = (measured.days[start] ?? [:]).keys.filter { field in
            guard day.sums[field] == nil else { return false }
            switch field {
            case .eurImport: return !registers.isEmpty || day.sums[.importWh] != nil
            case .eurExport: return day.sums[.exportWh] != nil
            case .eurSubscription: return true
            default: return false
            }
        }
        return (registers, Set(euros))
    }

    /// A day's sum: the register's where it has single Wh, else that of quarters that are all known, else whole kWh.
    private func total(_ direction: SupplierFile.Direction, _ day: Day, _ span: Range<Int64>) -> Double? {
        let register = day.measured == 0 ? joined.days[direction]?[day.date] : nil
        if let register, register.step == 1, let total = register.total { return total }
        return sum(direction, quarters(of: span)) ?? register?.total
    }

    /// Euros by registers; by the one price of a contract without any; none where neither is known.
    private func addPrices(to day: inout Day, at start: Int64) {
        if let sold = day.sums[.exportWh], let price = settings.tariffs.feedIn(on: day.date) {
            day.sums[.eurExport] = sold * price / 1000
        }
        guard let tariff = settings.tariffs.tariff(on: day.date) else { return }
        if let total = day.sums[.importWh] {
            var registers = counted.registers(on: day.date, of: total, tariff)
            day.lacksRegisters = registers == nil
            // What the box itself counted of the day of its start is no register of the day.
            if registers?.isEmpty ?? true, day.measured == 0 {
                registers = measured.registers.registers(at: start, on: day.date, of: total, tariff)
            }
            if registers?.isEmpty ?? true { registers = shares(of: day.date, total, tariff) }
            for register in registers ?? [] where register.wattHours > 0 {
                let euros = tariff.price(ofRegister: register.contract).map { $0 * register.wattHours / 1000 }
                day.registers.append((register.name, register.wattHours, euros, register.isReckoned))
            }
            let prices = day.registers.compactMap(\.euros)
            if !prices.isEmpty, prices.count == day.registers.count { day.sums[.eurImport] = prices.reduce(0, +) }
        }
        if let subscription = tariff.subscription {
            day.sums[.eurSubscription] = subscription / Double(settings.calendar.daysInMonth(start))
        }
    }

    /// The registers of a day that no file counted, by the hours and colours of the contract; none where a quarter is
    /// missing or has neither.
    ///
    /// The curve says in which quarters, the day's total how much: a curve may be rounded.
    private func shares(of date: LocalDate, _ total: Double, _ tariff: Tariff) -> [CountedRegisters.Register] {
        func register(_ number: Int, _ wattHours: Double, isReckoned: Bool) -> CountedRegisters.Register {
            CountedRegisters.Register(
                name: counted.name(meter: number, contract: number, tariff),
                contract: number,
                wattHours: wattHours,
                isReckoned: isReckoned
            )
        }
        // With one price all day it does not matter when.
        guard tariff.option != .base else {
            return [register(1, total, isReckoned: joined.days[.import]?[date]?.total == nil)]
        }
        let starts = quarters(of: span(of: date))
        var sums: [Int: Double] = [:]
        for start in starts {
            guard let shares = settings.tariffs.shares(ofQuarter: start, settings.calendar) else { return [] }
            guard let value = sum(.import, stride(from: start, to: start + 900, by: 900)) else { return [] }
            for share in shares { sums[share.register, default: 0] += value * share.share }
        }
        let known = sums.values.reduce(0, +)
        guard known > 0 else { return [] }
        return sums.sorted { $0.key < $1.key }.map { register($0.key, $0.value * total / known, isReckoned: true) }
    }

    // MARK: - Points

    /// The points of a day: its quarters, hours and registers, and its sums.
    func points(of day: Day) -> [Point] {
        let span = span(of: day.date)
        var points = quarters(of: span).compactMap(quarter)
        for start in stride(from: span.lowerBound, to: span.upperBound, by: 3600) {
            if let hour = hour(start) { points.append(hour) }
        }
        // The registers of a day stand at its beginning: no curve knows to which of its quarters they belong.
        if day.measured == 0 {
            for (name, wattHours, euros, isReckoned) in day.registers
                + day.withdrawn.registers.map({ ($0, 0, 0, false) })
            {
                let series = Series(.quarterTariff, tags: settings.tags + [("register", name)])
                let sums: [Field: Double?] = [.wh: wattHours, .eur: euros]
                points.append(
                    Point(
                        series,
                        at: span.lowerBound,
                        sums: sums.compactMapValues { $0 },
                        marks: [.estimated: isReckoned]
                    )
                )
            }
        }
        let sums = day.sums.merging(day.withdrawn.euros.map { ($0, 0) }) { known, _ in known }
        if !sums.isEmpty, let series = series[.dayEnergy] {
            points.append(Point(series, at: span.lowerBound, sums: sums))
        }
        return points
    }

    private func quarter(_ start: Int64) -> Point? {
        let (drawn, injected) = (energy(.import, start), energy(.export, start))
        guard measured.energies[start] == nil, drawn != nil || injected != nil, let series = series[.quarterEnergy]
        else {
            return nil
        }
        return Point(
            series,
            at: Timestamp(seconds: start),
            row: [
                .importWh: .sum(drawn?.wattHours), .exportWh: .sum(injected?.wattHours),
                .consumptionWh: house.hasOnlyGrid ? .sum(drawn?.wattHours) : nil,
                .estimated: .boolean(drawn?.isShare ?? false || injected?.isShare ?? false),
                .imported: .boolean(true),
                .doubtful: .boolean(drawn?.isDoubtful ?? false || injected?.isDoubtful ?? false),
            ]
        )
    }

    /// The point of an hour of which all is known, and not all by the box.
    private func hour(_ start: Int64) -> Point? {
        let starts = quarters(of: start..<start + 3600)
        guard starts.contains(where: { measured.energies[$0] == nil }) else { return nil }
        let (drawn, injected) = (sum(.import, starts), sum(.export, starts))
        guard drawn != nil || injected != nil else { return nil }
        let hour = Int64(settings.calendar.hour(start)).digits(2)
        return Point(
            Series(.hourly, tags: settings.tags + [("hour", hour)]),
            at: Timestamp(seconds: start),
            row: [
                .importWh: .sum(drawn), .exportWh: .sum(injected),
                .consumptionWh: house.hasOnlyGrid ? .sum(drawn) : nil,
            ]
        )
    }

    /// The points of the days' months: sums with the days that the database had before.
    func monthPoints() -> [Point] {
        guard let series = series[.monthEnergy] else { return [] }
        let calendar = settings.calendar
        var sums = measured.days
        for day in days {
            let start = calendar.start(of: day.date)
            // What is known of a day now replaces what was.
            sums[start, default: [:]].merge(day.sums) { $1 }
            for field in day.withdrawn.euros { sums[start]?[field] = 0 }
        }
        return Set(days.map { $0.date.firstOfMonth() }).sorted().compactMap { month in
            let span = calendar.start(of: month)..<calendar.start(of: month.firstOfMonth(plus: 1))
            var total: [Field: Double] = [:]
            for (start, day) in sums where span.contains(start) { total.merge(day) { $0 + $1 } }
            return total.isEmpty ? nil : Point(series, at: span.lowerBound, sums: total)
        }
    }

    /// The names of the registers of mode standard, as the distributor's file has them; none in historique.
    func namePoints() -> [Point] {
        guard house.isStandard, let last = days.last?.date else { return [] }
        var point = Point(
            Series(.siteInfo, tags: settings.tags),
            at: Timestamp(seconds: settings.calendar.start(of: last)),
            row: [:]
        )
        for name in joined.names where name.from <= last {
            point.name(register: name.register, SupplierRegister.words(name.name))
        }
        return point.isEmpty ? [] : [point]
    }
}

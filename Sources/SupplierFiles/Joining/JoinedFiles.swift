public import MeterNotation

/// Several files of one meter as one: quarters of an hour and days.
public struct JoinedFiles: Sendable {
    /// The energy of a quarter of an hour.
    public struct Quarter: Sendable, Hashable {
        /// Wh.
        public var wattHours: Double
        /// True when it is a share of something longer: a half hour, or what a day's register counted.
        public var isShare: Bool
        public var isDoubtful: Bool
    }

    /// What the registers of a day say.
    public struct Day: Sendable, Hashable {
        /// Wh of all registers; `nil` when the file has single ones only.
        public var total: Double?
        /// Wh by the supplier's register, from 1.
        public var registers: [Int: Double] = [:]
        /// The step of the registers in Wh: 1, or 1000 for whole kWh.
        public var step: Double

        /// True when the registers add up to a sum, but for their steps and a thousandth; also without any.
        ///
        /// - Parameters:
        ///   - sum: Wh.
        ///   - more: Wh that the sum itself may be wrong by.
        /// - Returns: false where a register is missing, or one is another's.
        public func addsUp(to sum: Double, within more: Double = 0) -> Bool {
            registers.isEmpty || JoinedFiles.addsUp(Array(registers.values), to: sum, step: step, within: more)
        }

        fileprivate func tolerance(of sum: Double) -> Double {
            JoinedFiles.tolerance(of: sum, registers.count, step: step)
        }
    }

    /// Wh of a day that half hours in hundredths of a kilowatt may hide.
    public static let rounding = 35.0

    /// The quarters by direction and start.
    public internal(set) var quarters: [SupplierFile.Direction: [Int64: Quarter]] = [:]
    /// The days by direction and date.
    public private(set) var days: [SupplierFile.Direction: [LocalDate: Day]] = [:]
    /// The names of registers, the newest last.
    public let names: [SupplierFile.RegisterName]
    /// The intervals that lie on no step of a curve.
    public private(set) var odd = 0
    /// How many times the curve has what the registers of the same days say, where that is 1/4, 1/2, 2 or 4: some program
    /// took mean power for energy; `nil` else.
    public private(set) var factor: Double?
    /// The days of which a register filled the holes of the curve, or all of it.
    public internal(set) var filled: Set<LocalDate> = []
    /// The quarters in doubt that were more than the registers of their days counted.
    public internal(set) var refuted = 0

    /// True when registers of a step add up to a sum, but for their steps, a thousandth, and more; all in Wh.
    public static func addsUp(_ registers: [Double], to sum: Double, step: Double, within more: Double) -> Bool {
        abs(registers.reduce(0, +) - sum) <= tolerance(of: sum, registers.count, step: step) + more
    }

    private static func tolerance(of sum: Double, _ count: Int, step: Double) -> Double {
        max(step * Double(count), sum * 0.001)
    }

    /// Joins files; of two that say the same time in the same step, the later one counts.
    ///
    /// - Parameters:
    ///   - files: of one meter.
    ///   - calendar: that of the place.
    public init(_ files: [SupplierFile], _ calendar: LocalCalendar) {
        names = files.flatMap(\.names).sorted { $0.from < $1.from }
        for direction in [SupplierFile.Direction.import, .export] {
            let curve = files.flatMap { file in file.curve.filter { $0.direction == direction } }
            let rows = files.flatMap { file in file.days.filter { $0.direction == direction } }
            guard !curve.isEmpty || !rows.isEmpty else { continue }
            let grid = QuarterGrid(curve)
            odd += grid.odd
            quarters[direction] = grid.quarters
            days[direction] = Self.days(rows)
            factor = factor ?? factor(direction, calendar)
        }
    }

    /// Takes what was drawn on days of which these files have a curve and no register.
    ///
    /// - Parameters:
    ///   - totals: Wh, and the step of the registers that counted them.
    ///   - calendar: that of the place.
    public mutating func add(totals: [LocalDate: (wattHours: Double, step: Double)], _ calendar: LocalCalendar) {
        guard let curve = quarters[.import] else { return }
        let dates = Set(curve.keys.map { calendar.date($0) })
        for (date, total) in totals where dates.contains(date) && days[.import]?[date] == nil {
            days[.import, default: [:]][date] = Day(total: total.wattHours, step: total.step)
        }
        factor = factor ?? factor(.import, calendar)
    }

    /// The days of rows, the finer step first.
    private static func days(_ rows: [SupplierFile.RegisterDay]) -> [LocalDate: Day] {
        var days: [LocalDate: Day] = [:]
        for row in rows {
            if let known = days[row.date], known.step < row.step { continue }
            var day = days[row.date] ?? Day(step: row.step)
            if day.step > row.step { day = Day(step: row.step) }
            if let register = row.register {
                day.registers[register] = row.wattHours
            } else {
                day.total = row.wattHours
            }
            days[row.date] = day
        }
        // Only registers that are all there make a total, which nobody but the file knows. A total that is less than its
        // parts is none: some files have one of the registers in its column for a day.
        return days.mapValues { day in
            var day = day
            if let total = day.total, day.registers.values.reduce(0, +) > total + day.tolerance(of: total) {
                day.total = nil
            }
            return day
        }
    }

    /// The days whose curve is whole must have about what their registers say; three of them tell.
    private func factor(_ direction: SupplierFile.Direction, _ calendar: LocalCalendar) -> Double? {
        guard let days = days[direction], let curve = quarters[direction] else { return nil }
        var ratios: [Double] = []
        for (date, day) in days {
            guard let total = day.total, total >= 1000 else { continue }
            let end = calendar.start(of: LocalDate(dayNumber: date.dayNumber + 1))
            let starts = stride(from: calendar.start(of: date), to: end, by: 900)
            let values = starts.compactMap { curve[$0]?.wattHours }
            if values.count == Int(end - calendar.start(of: date)) / 900 { ratios.append(values.reduce(0, +) / total) }
        }
        guard ratios.count >= 3 else { return nil }
        let median = ratios.sorted()[ratios.count / 2]
        return [0.25, 0.5, 2, 4].first { abs(median / $0 - 1) < 0.05 }
    }
}

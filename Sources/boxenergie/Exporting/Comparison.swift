import MeterNotation
import SupplierFiles

/// The days of the box beside those of files of Enedis or a supplier.
struct Comparison {
    /// A day of both.
    struct Day {
        var date: LocalDate
        /// Wh; `nil` where it is not known.
        var box, file: Double?
        /// Wh that may lie between the two though both are right.
        var tolerance: Double
        /// The quarters that the file's curve lacks.
        var holes = 0

        var difference: Double? {
            guard let box, let file else { return nil }
            return box - file
        }
        /// True when both are known and differ by more than they may.
        var differs: Bool { difference.map { abs($0) > tolerance } ?? false }
    }

    /// Why days differ, as far as it shows.
    enum Cause: Equatable {
        /// One has taken mean power for energy: the box has so many times what the file has.
        case factor(Double)
        /// Single days differ and their sum does not: one has taken the ends of steps for their beginnings.
        case shifted
        /// Only nights of the change to winter time differ.
        case autumn
        /// Only days of which the file's curve has holes.
        case holes
    }

    /// The days that one of them knows, in order.
    let days: [Day]

    /// Wh that a register read some seconds after midnight may differ from the one of midnight.
    private static let reading = 20.0

    /// Compares what the house drew.
    ///
    /// - Parameters:
    ///   - box: Wh by local day.
    ///   - files: of the same meter.
    ///   - calendar: that of the place.
    init(_ box: [LocalDate: Double], _ files: JoinedFiles, _ calendar: LocalCalendar) {
        let registers = files.days[.import] ?? [:]
        let curve = files.quarters[.import] ?? [:]
        var sums: [LocalDate: (sum: Double, count: Int)] = [:]
        for (start, quarter) in curve {
            let known = sums[calendar.date(start)] ?? (0, 0)
            sums[calendar.date(start)] = (known.sum + quarter.wattHours, known.count + 1)
        }
        days = Set(registers.keys).union(sums.keys).sorted().map { date in
            let length = calendar.start(of: LocalDate(dayNumber: date.dayNumber + 1)) - calendar.start(of: date)
            let all = Int(length / 900)
            var day = Day(date: date, box: box[date], file: nil, tolerance: Self.reading)
            if let register = registers[date], let total = register.total {
                day.file = total
                day.tolerance = max(Self.reading, register.step > 1 ? register.step : 0)
            } else if let sum = sums[date] {
                day.holes = all - sum.count
                if day.holes == 0 { day.file = sum.sum }
                day.tolerance = Self.reading + JoinedFiles.rounding
            }
            return day
        }
    }

    /// The days that differ by more than they may.
    var different: [Day] { days.filter(\.differs) }

    /// True when both know a day, so that there is something to compare.
    var hasCommonDays: Bool { days.contains { $0.box != nil && $0.file != nil } }

    /// True when all days that both know are equal.
    var isEqual: Bool { different.isEmpty }

    /// The reason why they differ; `nil` when none shows.
    func cause(_ calendar: LocalCalendar) -> Cause? {
        let both = days.filter { $0.box != nil && $0.file ?? 0 > 0 }
        let different = both.filter(\.differs)
        guard !different.isEmpty else { return nil }
        let ratios = both.compactMap { day in day.box.flatMap { box in day.file.map { box / $0 } } }.sorted()
        let median = ratios[ratios.count / 2]
        for factor in [0.25, 0.5, 2, 4] where abs(median / factor - 1) < 0.02 { return .factor(factor) }
        if different.allSatisfy({ Self.isAutumn($0.date, calendar) }) { return .autumn }
        let sum = both.reduce(0.0) { $0 + ($1.file ?? 0) }
        let off = both.reduce(0.0) { $0 + ($1.difference ?? 0) }
        if both.count >= 7, different.count > both.count / 3, abs(off) < sum * 0.002 { return .shifted }
        if days.contains(where: { $0.holes > 0 }), different.allSatisfy({ $0.holes > 0 }) { return .holes }
        return nil
    }

    /// True for the night in which an hour comes twice.
    private static func isAutumn(_ date: LocalDate, _ calendar: LocalCalendar) -> Bool {
        calendar.start(of: LocalDate(dayNumber: date.dayNumber + 1)) - calendar.start(of: date) > 86_400
    }
}

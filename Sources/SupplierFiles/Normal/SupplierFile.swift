public import MeterNotation

/// What a file that a supplier or the distributor lets a customer download holds, in one form for all of them.
public struct SupplierFile: Sendable {
    /// The bytes of the largest file, and of all that an archive holds: two years of half hours are 4 MB.
    public static let largest = 64 << 20

    /// The way that energy went past the meter.
    public enum Direction: Sendable, Hashable { case `import`, export }

    /// The energy of a stretch of time, of a load curve.
    public struct Interval: Sendable, Hashable {
        /// From and until, in seconds since 1970.
        public var start, end: Int64
        /// Wh, 0 or more.
        public var wattHours: Double
        public var direction: Direction
        /// True when the file itself doubts the value, or says that it was estimated.
        public var isDoubtful: Bool

        public init(start: Int64, end: Int64, wattHours: Double, direction: Direction, isDoubtful: Bool = false) {
            (self.start, self.end, self.wattHours) = (start, end, wattHours)
            (self.direction, self.isDoubtful) = (direction, isDoubtful)
        }
    }

    /// What a register counted on a local day.
    public struct RegisterDay: Sendable, Hashable {
        public var date: LocalDate
        /// The supplier's register from 1; `nil` for the sum of all.
        public var register: Int?
        /// Wh, 0 or more.
        public var wattHours: Double
        public var direction: Direction
        /// The step of the register in Wh: 1, or 1000 where the file has whole kWh.
        public var step: Double

        public init(
            date: LocalDate,
            register: Int?,
            wattHours: Double,
            direction: Direction,
            step: Double = 1
        ) {
            (self.date, self.register, self.wattHours) = (date, register, wattHours)
            (self.direction, self.step) = (direction, step)
        }
    }

    /// The name that a contract gives a register from a day on.
    public struct RegisterName: Sendable, Hashable {
        /// From 1.
        public var register: Int
        public var from: LocalDate
        /// Such as `Heures Creuses`.
        public var name: String

        public init(register: Int, from: LocalDate, name: String) {
            (self.register, self.from, self.name) = (register, from, name)
        }
    }

    /// What was found in a file beside its values, and how often.
    public enum Remark: Sendable, Hashable {
        /// Rows without a value: missing, which is not zero.
        case missing
        /// Rows that were there before with the same value.
        case repeated
        /// Rows that were there before with another value; the first or better one counts.
        case contradicted
        /// Rows that belong to no step of the curve, at odd seconds.
        case offCurve
        /// Rows that cannot be read.
        case unreadable
        /// Values below zero, which no meter has.
        case negative
        /// Rows of local time that did not exist.
        case noSuchTime
        /// Half hours of an autumn night that the file has once and the clock had twice.
        case autumn
        /// Registers that fell: another meter, or another contract.
        case fell
        /// Rows of other quantities, such as reactive power.
        case otherQuantity
        /// Days that the supplier estimated.
        case estimated
        /// What has not come yet: a damaged date.
        case future
    }

    public var format: SupplierFormat
    /// The delivery point (PRM, 14 digits); `nil` where the file does not say it, or not wholly.
    public var meter: String?
    /// The load curve, in order, without overlap within a direction.
    public var curve: [Interval] = []
    /// What registers counted, day by day, in order.
    public var days: [RegisterDay] = []
    public var names: [RegisterName] = []
    public var remarks: [Remark: Int] = [:]

    public init(_ format: SupplierFormat) { self.format = format }

    mutating func remark(_ remark: Remark, _ count: Int = 1) {
        if count > 0 { remarks[remark, default: 0] += count }
    }

    /// Leaves out what begins at an instant or later, which no meter can have counted.
    ///
    /// - Parameters:
    ///   - instant: the latest that it may be now, in seconds since 1970.
    ///   - calendar: that of the place.
    public mutating func leaveOut(from instant: Int64, _ calendar: LocalCalendar) {
        let before = curve.count + days.count
        curve.removeAll { $0.start >= instant }
        days.removeAll { calendar.start(of: $0.date) >= instant }
        remark(.future, before - curve.count - days.count)
    }
}

/// The kinds of files that are known.
public enum SupplierFormat: String, Sendable, CaseIterable {
    case enedisCurve = "Enedis, courbe de charge"
    case enedisRegisters = "Enedis, index quotidiens"
    case enedisDays = "Enedis, consommation quotidienne"
    case enedisWorkbookCurve = "Enedis, courbe de charge (xlsx)"
    case enedisWorkbookDays = "Enedis, énergie quotidienne (xlsx)"
    case r63 = "Enedis R63, courbe de charge"
    case r64 = "Enedis R64, index"
    case edfCurve = "EDF, puissances atteintes (30 min)"
    case edfRegisters = "EDF, index"
    case edfDays = "EDF, consommation quotidienne"
    case octopusDays = "Octopus, consommation quotidienne"
    case consoDownloader = "Conso Downloader"
    case snippet = "Courbe copiée du site d'Enedis"
    case pastedCurve = "Courbe copiée d'un classeur d'Enedis"
}

/// The reason why a file gives nothing, in words for a household; never with what stands in the file.
public enum SupplierFileError: Error, Hashable {
    /// None of the known files.
    case unknown
    /// Known, and nothing can be taken of it.
    case unusable(UnusableFile)
    /// Known, but in a unit that is no electricity: the gas file of EDF has the same name.
    case otherUnit(String)
    /// Known, and without a single value.
    case empty(SupplierFormat)
    /// Larger than any such file, or an archive that would become so.
    case tooLarge
    /// An archive or workbook that is damaged.
    case damaged(String)
    /// libxml2 is missing, which reads workbooks.
    case noLibrary
    /// More than one delivery point; the last four digits of each.
    case severalMeters([String])
}

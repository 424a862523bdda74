import MeterNotation

/// The meaning of a code behind the quantity, a VIFE of EN 13757-3.
public enum MBusQualifier: Sendable, Hashable, CustomStringConvertible {
    /// The meter cannot say the value, with the reason in the standard's words.
    case error(String)
    /// The number is ten to this power times as large.
    case power(Int)
    /// Ten to this power of units is to be added.
    case offset(Int)
    /// The unit is divided or multiplied: the text stands behind its symbol, such as `/h` or `·s`.
    case per(String)
    /// The value is the date of something else.
    case dateOf(String)
    /// The value is the duration of something else, in units of seconds, minutes, hours or days.
    case durationOf(String, seconds: Int64)
    /// A meaning in the standard's words, or the code where it has none.
    case other(String)

    /// Counts only the flow into the house: import.
    public static let positiveOnly = MBusQualifier.other("positive only")
    /// Counts only the flow out of the house: export.
    public static let negativeOnly = MBusQualifier.other("negative only")

    /// The meter's word that nothing is wrong with the value: nothing else means that.
    public static let noError = MBusQualifier.other("no error")

    /// The meaning in words, by which a selector names it in brackets.
    public var description: String {
        switch self {
        case .error(let text), .other(let text): text
        case .power(let power): "times 10^\(power)"
        case .offset(let power): "plus 10^\(power)"
        case .per(let suffix): suffix.hasPrefix("/") ? "per \(suffix.dropFirst())" : "times \(suffix.dropFirst())"
        case .dateOf(let what): "date of \(what)"
        case .durationOf(let what, _): "duration of \(what)"
        }
    }

    /// True when the quantity stays the same: it only changes the number, or says that nothing is wrong.
    var isIdle: Bool {
        switch self {
        case .power, .offset: true
        default: self == .noError
        }
    }

    /// The meaning of a code in what a meter answers.
    init(_ code: UInt8) {
        let code = code & 0x7F
        let limit = code & 0x08 == 0 ? "lower limit" : "upper limit"
        let edge = code & 0x01 == 0 ? "begin" : "end"
        let occurrence = code & 0x04 == 0 ? "first" : "last"
        switch code {
        case 0x01...0x1F where Self.errors[code] != nil: self = .error(Self.errors[code] ?? "")
        case 0x20...0x38 where Self.units[code] != nil: self = .per(Self.units[code] ?? "")
        case 0x39: self = .dateOf("start")
        case 0x40, 0x48: self = .other(limit)
        case 0x41, 0x49: self = .other("exceedings of the \(limit)")
        case 0x42...0x43, 0x46...0x47, 0x4A...0x4B, 0x4E...0x4F:
            self = .dateOf("the \(edge) of the \(occurrence) exceeding of the \(limit)")
        case 0x50...0x5F:
            self = .durationOf("the \(occurrence) exceeding of the \(limit)", seconds: Self.seconds(code))
        case 0x60...0x67: self = .durationOf("the \(occurrence)", seconds: Self.seconds(code))
        case 0x6A...0x6B, 0x6E...0x6F: self = .dateOf("the \(edge) of the \(occurrence)")
        case 0x70...0x77: self = .power(Int(code & 7) - 6)
        case 0x78...0x7B: self = .offset(Int(code & 3) - 3)
        case 0x7D: self = .power(3)
        default: self = .other(Self.others[code] ?? "code 0x" + hexadecimal([code]))
        }
    }

    /// The seconds of the unit of time in a code's lowest two bits.
    private static func seconds(_ code: UInt8) -> Int64 { MBusUnit.timeFactors[Int(code & 3)] }

    private static let errors: [UInt8: String] = [
        0x01: "too many DIFE", 0x02: "storage number not implemented",
        0x03: "unit number not implemented", 0x04: "tariff number not implemented", 0x05: "function not implemented",
        0x06: "data class not implemented", 0x07: "data size not implemented", 0x0B: "too many VIFE",
        0x0C: "illegal VIF group", 0x0D: "illegal VIF exponent", 0x0E: "VIF and DIF do not match",
        0x0F: "unimplemented action", 0x15: "no data available", 0x16: "data overflow", 0x17: "data underflow",
        0x18: "data error", 0x1C: "premature end of record",
    ]

    private static let units: [UInt8: String] = [
        0x20: "/s", 0x21: "/min", 0x22: "/h", 0x23: "/d", 0x24: "/week", 0x25: "/month", 0x26: "/year",
        0x27: "/revolution", 0x28: "/pulse of input 0", 0x29: "/pulse of input 1", 0x2A: "/pulse of output 0",
        0x2B: "/pulse of output 1", 0x2C: "/l", 0x2D: "/m³", 0x2E: "/kg", 0x2F: "/K", 0x30: "/kWh", 0x31: "/GJ",
        0x32: "/kW", 0x33: "/(K·l)", 0x34: "/V", 0x35: "/A", 0x36: "·s", 0x37: "·s/V", 0x38: "·s/A",
    ]

    private static let others: [UInt8: String] = [
        0x00: "no error", 0x12: "average", 0x13: "inverse compact profile", 0x14: "relative deviation",
        0x1D: "standard data content", 0x1E: "compact profile with registers", 0x1F: "compact profile",
        0x3A: "uncorrected", 0x3B: "positive only", 0x3C: "negative only", 0x3D: "uncorrected metric",
        0x68: "leakage", 0x69: "overflow", 0x7E: "future value", 0x7F: "manufacturer specific",
    ]
}

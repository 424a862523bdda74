import MeterNotation

/// A date, a time or both, as a meter's own clock shows them: local time of no stated zone.
public struct MBusDate: Sendable, Hashable, CustomStringConvertible {
    /// The year, four digits; `nil` in a time without a date, as are month and day.
    public var year: Int?
    /// The month, 1...12.
    public var month: Int?
    /// The day of the month, 1...31; the 29th of February is accepted in every year.
    public var day: Int?
    /// The hour, 0...23; `nil` in a date without a time.
    public var hour: Int?
    /// The minute, 0...59.
    public var minute: Int?
    /// The second, 0...59; types F and G have none.
    public var second: Int?
    /// True when the meter says that it is summer time; types G and J cannot.
    public var isSummerTime = false

    /// As ISO 8601 writes it, without a zone: `2014-03-13T11:11`.
    public var description: String {
        var text = ""
        if let year, let month, let day { text = "\(year.digits(4))-\(month.digits(2))-\(day.digits(2))" }
        if let hour, let minute {
            if !text.isEmpty { text += "T" }
            text += "\(hour.digits(2)):\(minute.digits(2))"
            if let second { text += ":\(second.digits(2))" }
        }
        return text
    }

    /// Decodes type G (2 bytes), J (3), F (4) or I (6), the low byte first.
    ///
    /// - Returns: `nil` for another length, and for what the meter marks as invalid or no calendar has.
    init?(_ bytes: [UInt8]) {
        switch bytes.count {
        case 2:
            guard setDay(bytes[0], bytes[1], century: nil) else { return nil }
        case 3:
            guard setTime(hour: bytes[2] & 0x1F, minute: bytes[1] & 0x3F, second: bytes[0] & 0x3F) else { return nil }
        case 4:
            guard bytes[0] & 0x80 == 0, setTime(hour: bytes[1] & 0x1F, minute: bytes[0] & 0x3F, second: nil),
                setDay(bytes[2], bytes[3], century: Int(bytes[1] >> 5 & 3))
            else { return nil }
            isSummerTime = bytes[1] & 0x80 != 0
        case 6:
            guard bytes[1] & 0x80 == 0,
                setTime(hour: bytes[2] & 0x1F, minute: bytes[1] & 0x3F, second: bytes[0] & 0x3F),
                setDay(bytes[3], bytes[4], century: nil)
            else { return nil }
            isSummerTime = bytes[0] & 0x40 != 0
        default: return nil
        }
    }

    /// Sets the time; false when no clock shows it.
    private mutating func setTime(hour: UInt8, minute: UInt8, second: UInt8?) -> Bool {
        guard hour < 24, minute < 60, (second ?? 0) < 60 else { return false }
        self.hour = Int(hour)
        self.minute = Int(minute)
        self.second = second.map { Int($0) }
        return true
    }

    /// Day and month, and seven bits of year spread over both bytes.
    ///
    /// Only type F has the century, and old meters leave it zero: up to 80 the year is of this century then.
    private mutating func setDay(_ low: UInt8, _ high: UInt8, century: Int?) -> Bool {
        let (day, month) = (Int(low & 0x1F), Int(high & 0x0F))
        let short = Int(low >> 5 | (high >> 4) << 3)
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), day >= 1, day <= lengths[month - 1], short < 100 else { return false }
        let base = century ?? 0
        year = 1900 + 100 * (base == 0 && short <= 80 ? 1 : base) + short
        self.month = month
        self.day = day
        return true
    }
}

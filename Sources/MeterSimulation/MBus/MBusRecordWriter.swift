/// Writes data records as a meter does; it shares nothing with the decoder.
struct MBusRecordWriter {
    private(set) var bytes: [UInt8] = []

    /// A whole number in binary, with its sign.
    mutating func integer(_ dif: UInt8, _ more: [UInt8], _ value: Int64, bytes count: Int) {
        bytes += [dif] + more + (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// Two decimal digits a byte, the last ones first.
    mutating func decimal(_ dif: UInt8, _ more: [UInt8], _ value: Int64, bytes count: Int) {
        var rest = value
        bytes += [dif] + more
        for _ in 0..<count {
            bytes.append(UInt8(rest / 10 % 10) << 4 | UInt8(rest % 10))
            rest /= 100
        }
    }

    /// Type F: date and time to the minute, by the clocks in France.
    mutating func dateAndTime(_ unixSeconds: Int64) {
        let time = ParisTime(unixSeconds)
        let (year, hour) = (UInt8(time.year % 100), UInt8(time.secondOfDay / 3600))
        bytes += [0x04, 0x6D, UInt8(time.secondOfDay / 60 % 60), hour | (time.isSummer ? 0x80 : 0)]
        bytes += Self.date(day: UInt8(time.day), month: UInt8(time.month), year)
    }

    /// Type G: the last day of a year, as the due date of what the meter keeps.
    mutating func dueDate(_ dif: UInt8, yearOf unixSeconds: Int64) {
        bytes += [dif, 0x6C] + Self.date(day: 31, month: 12, UInt8((ParisTime(unixSeconds).year - 1) % 100))
    }

    /// Bytes that have no meaning but to the manufacturer, or that say that more follows.
    mutating func append(_ more: [UInt8]) { bytes += more }

    private static func date(day: UInt8, month: UInt8, _ year: UInt8) -> [UInt8] {
        [day | (year & 7) << 5, month | (year >> 3) << 4]
    }
}

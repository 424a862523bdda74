/// Writes data records of EN 13757-3 as a meter does; it shares nothing with the decoder.
struct MBusRecordWriter {
    /// The records written so far.
    private(set) var bytes: [UInt8] = []

    /// Type B: a whole number in binary, with its sign, the low byte first.
    mutating func integer(_ dif: UInt8, _ more: [UInt8], _ value: Int64, bytes count: Int) {
        bytes += [dif] + more + (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// Type A: two decimal digits a byte, the last ones first.
    ///
    /// `dif` says how many bytes follow; `more` are the VIF and its extensions.
    mutating func decimal(_ dif: UInt8, _ more: [UInt8], _ value: Int64, bytes count: Int) {
        var rest = value
        bytes += [dif] + more
        for _ in 0..<count {
            bytes.append(UInt8(rest / 10 % 10) << 4 | UInt8(rest % 10))
            rest /= 100
        }
    }

    /// Type F: date and time to the minute, by the clocks in France, with the bit of summer time.
    mutating func dateAndTime(_ unixSeconds: Int64) {
        let time = ParisTime(unixSeconds)
        let (year, hour) = (UInt8(time.year % 100), UInt8(time.secondOfDay / 3600))
        bytes += [0x04, 0x6D, UInt8(time.secondOfDay / 60 % 60), hour | (time.isSummer ? 0x80 : 0)]
        bytes += Self.date(day: UInt8(time.day), month: UInt8(time.month), year)
    }

    /// Type G: the last day of the year before, the due date of a stored value.
    mutating func dueDate(_ dif: UInt8, yearOf unixSeconds: Int64) {
        bytes += [dif, 0x6C] + Self.date(day: 31, month: 12, UInt8((ParisTime(unixSeconds).year - 1) % 100))
    }

    /// Appends bytes as they are: manufacturer data, or the mark that more follows.
    mutating func append(_ more: [UInt8]) { bytes += more }

    /// The two bytes of a date: the year's seven bits are spread over both.
    private static func date(day: UInt8, month: UInt8, _ year: UInt8) -> [UInt8] {
        [day | (year & 7) << 5, month | (year >> 3) << 4]
    }
}

import MeterNotation

/// A device's way of writing dates: `iso`, `unix`, `unix_ms`, or a pattern such as `%d/%m/%Y %H:%M:%S`.
///
/// Dates outside of 2000...2099 are none: a clock that was never set says 1970, or the year in which it was made.
public struct DateFormat: Sendable, Hashable {
    /// A date that was read, of a stated offset or of none.
    public enum Reading: Sendable, Hashable {
        /// An instant, in nanoseconds since 1970: the text states its offset, or counts from 1970.
        case instant(Int64)
        /// The time on the wall, in nanoseconds since 1970 as if it were UTC; the caller knows the time zone.
        case local(Int64)
    }

    /// The ways of writing; `unix` carries its unit, a second or a millisecond.
    private enum Kind: Sendable, Hashable {
        case iso
        case unix(nanoseconds: Int64)
        case pattern([Piece])
    }

    /// A part of a pattern: a character that must stand there, or a number.
    private enum Piece: Sendable, Hashable {
        case literal(UInt8)
        case year, shortYear, month, day, hour, minute, second, fraction, zone, dayOfYear
    }

    /// The way of writing.
    private let kind: Kind

    /// The letters that a pattern may have, in words, for messages.
    public static let patternInWords =
        "%Y year, %y year in two digits, %m month, %d day, %j day of the year, %H hour, %M minute, %S second, "
        + "%f decimals of a second, %z offset such as +01:00 or Z"

    /// The format that a text means.
    ///
    /// A pattern needs a year and a day: month and day of the month, or the day of the year. `%%` stands for a percent
    /// sign.
    ///
    /// - Returns: `nil` when a letter is unknown, or when the year or the day is missing.
    public init?(_ text: String) {
        switch text {
        case "iso": kind = .iso
        case "unix": kind = .unix(nanoseconds: 1_000_000_000)
        case "unix_ms": kind = .unix(nanoseconds: 1_000_000)
        default:
            guard let pieces = Self.pieces(text) else { return nil }
            let hasYear = pieces.contains(.year) || pieces.contains(.shortYear)
            let hasDay = pieces.contains(.dayOfYear) || pieces.contains(.month) && pieces.contains(.day)
            guard hasYear, hasDay else { return nil }
            kind = .pattern(pieces)
        }
    }

    /// The parts of a pattern; `nil` when a letter behind a percent sign is unknown.
    private static func pieces(_ text: String) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                pieces.append(.literal(byte))
                continue
            }
            switch rest.popFirst().map({ Unicode.Scalar($0) }) {
            case "Y": pieces.append(.year)
            case "y": pieces.append(.shortYear)
            case "m": pieces.append(.month)
            case "d": pieces.append(.day)
            case "j": pieces.append(.dayOfYear)
            case "H": pieces.append(.hour)
            case "M": pieces.append(.minute)
            case "S": pieces.append(.second)
            case "f": pieces.append(.fraction)
            case "z": pieces.append(.zone)
            case "%": pieces.append(.literal(UInt8(ascii: "%")))
            default: return nil
            }
        }
        return pieces
    }

    /// The date that a text says, white space around it aside.
    ///
    /// - Returns: `nil` for another form, for a day or an hour that does not exist, and for a year outside of
    ///   2000...2099.
    public func read(_ text: String) -> Reading? {
        let text = text.trimmed
        let reading: Reading?
        switch kind {
        case .iso: reading = Self.iso(text)
        case .unix(let unit): reading = Self.unix(text, unit)
        case .pattern(let pieces): reading = Self.read(text, by: pieces)
        }
        switch reading {
        // A clock that was never set says 1970, or the year in which it was made.
        case .instant(let nanoseconds)?, .local(let nanoseconds)?:
            return Self.range.contains(nanoseconds) ? reading : nil
        case nil: return nil
        }
    }

    /// The dates that are believed, from 2000 to 2099, in nanoseconds since 1970.
    private static let range: Range<Int64> = 946_684_800_000_000_000..<4_102_444_800_000_000_000

    /// A count since 1970, with a point or a comma before decimals.
    private static func unix(_ text: String, _ unit: Int64) -> Reading? {
        guard let number = NumberText(text, mark: .either),
            text.utf8.allSatisfy({ $0.isDigit || $0 == 0x2E || $0 == 0x2C })
        else { return nil }
        switch number {
        case .integer(let count):
            let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: unit)
            return overflow ? nil : .instant(nanoseconds)
        case .decimal(let count): return Int64(exactly: (count * Double(unit)).rounded()).map { .instant($0) }
        }
    }

    /// ISO 8601: `2026-10-25T02:30:00+02:00`, with a space for the T, without seconds, and without the offset.
    private static func iso(_ text: String) -> Reading? {
        let day: [Piece] = [
            .year, .literal(UInt8(ascii: "-")), .month, .literal(UInt8(ascii: "-")), .day,
        ]
        let bytes = Array(text.utf8)
        guard bytes.count > 10, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " ") else {
            return read(text, by: day)
        }
        let clock: [Piece] = [.literal(bytes[10]), .hour, .literal(UInt8(ascii: ":")), .minute]
        let seconds: [Piece] = [.literal(UInt8(ascii: ":")), .second]
        let rest = bytes.dropFirst(16)
        let hasSeconds = rest.first == UInt8(ascii: ":")
        let mark = hasSeconds ? rest.dropFirst(3).first : nil
        let hasFraction = mark == UInt8(ascii: ".") || mark == UInt8(ascii: ",")
        var pieces = day + clock + (hasSeconds ? seconds : [])
        if hasFraction, let mark { pieces += [.literal(mark), .fraction] }
        let tail = rest.dropFirst(hasSeconds ? 3 : 0)
        if tail.contains(where: { $0 == UInt8(ascii: "Z") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) {
            pieces.append(.zone)
        }
        return read(text, by: pieces)
    }

    /// The date of a text that must fit the pattern to its last character.
    private static func read(_ text: String, by pieces: [Piece]) -> Reading? {
        var scan = DateScan(bytes: Array(text.utf8))
        for piece in pieces {
            let isRead =
                switch piece {
                case .literal(let byte): scan.skip(byte)
                case .year: scan.number(4...4, 1...9999, \.year)
                case .shortYear: scan.shortYear()
                case .month: scan.number(1...2, 1...12, \.month)
                case .day: scan.number(1...2, 1...31, \.day)
                case .dayOfYear: scan.number(1...3, 1...366, \.dayOfYear)
                case .hour: scan.number(1...2, 0...24, \.hour)
                case .minute: scan.number(1...2, 0...59, \.minute)
                case .second: scan.number(1...2, 0...59, \.second)
                case .fraction: scan.fraction()
                case .zone: scan.offset()
                }
            guard isRead else { return nil }
        }
        return scan.isAtEnd ? scan.reading : nil
    }
}

/// Takes a date apart, from its first byte on.
///
/// Month and day are 1 and the clock is midnight where the pattern says nothing of them.
private struct DateScan {
    let bytes: [UInt8]
    /// The place of the next byte, from 0.
    var place = 0
    var year: Int64 = 0
    var month: Int64 = 1
    var day: Int64 = 1
    /// The day of the year, from 1; 0 where the date has a month and a day instead.
    var dayOfYear: Int64 = 0
    var hour: Int64 = 0
    var minute: Int64 = 0
    var second: Int64 = 0
    /// The decimals of the second.
    var nanoseconds: Int64 = 0
    /// The offset from UTC, in seconds, positive in the east; `nil` when the text states none.
    var zone: Int64?

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// True when every byte has been read.
    var isAtEnd: Bool { place == bytes.count }

    /// The date of the parts that were read; `nil` for a day that does not exist, or an hour after 24:00.
    var reading: DateFormat.Reading? {
        var date = LocalDate(year: year, month: month, day: day)
        if dayOfYear > 0 {
            let first = LocalDate(year: year, month: 1, day: 1).dayNumber
            date = LocalDate(dayNumber: first + dayOfYear - 1)
        }
        guard date.exists, date.year == year else { return nil }
        // 24:00 is the end of the day.
        guard hour < 24 || minute == 0 && second == 0 && nanoseconds == 0 else { return nil }
        let seconds = date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second - (zone ?? 0)
        guard (0..<9_000_000_000).contains(seconds) else { return nil }
        let total = seconds * 1_000_000_000 + nanoseconds
        return zone == nil ? .local(total) : .instant(total)
    }

    /// Reads one byte that must be there.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// Reads a number into a part of the date.
    ///
    /// - Parameters:
    ///   - width: the digits that it may have; as many as there are, up to the upper bound.
    ///   - range: the values that make sense.
    ///   - part: the part of the date.
    /// - Returns: false when there is no such number.
    mutating func number(
        _ width: ClosedRange<Int>,
        _ range: ClosedRange<Int64>,
        _ part: WritableKeyPath<DateScan, Int64>
    ) -> Bool {
        let start = place
        var number: Int64 = 0
        while place < bytes.count, place - start < width.upperBound, bytes[place].isDigit {
            number = number * 10 + Int64(bytes[place] - 0x30)
            place += 1
        }
        guard place - start >= width.lowerBound, range.contains(number) else { return false }
        self[keyPath: part] = number
        return true
    }

    /// Reads two digits of a year of this century.
    mutating func shortYear() -> Bool {
        guard number(2...2, 0...99, \.year) else { return false }
        year += 2000
        return true
    }

    /// Reads decimals of a second; those after the ninth say less than a nanosecond.
    mutating func fraction() -> Bool {
        var unit: Int64 = 100_000_000
        let start = place
        nanoseconds = 0
        while place < bytes.count, bytes[place].isDigit {
            nanoseconds += Int64(bytes[place] - 0x30) * unit
            unit /= 10
            place += 1
        }
        return place > start
    }

    /// Reads `Z`, or an offset up to 14 hours such as `+01:00`, `+0100` or `+01`.
    mutating func offset() -> Bool {
        if skip(UInt8(ascii: "Z")) {
            zone = 0
            return true
        }
        guard place < bytes.count else { return false }
        let isWest = bytes[place] == UInt8(ascii: "-")
        guard skip(UInt8(ascii: "+")) || skip(UInt8(ascii: "-")) else { return false }
        var parts = DateScan(bytes: bytes)
        parts.place = place
        guard parts.number(2...2, 0...14, \.hour) else { return false }
        _ = parts.skip(UInt8(ascii: ":"))
        if parts.place < bytes.count { guard parts.number(2...2, 0...59, \.minute) else { return false } }
        place = parts.place
        let seconds = parts.hour * 3600 + parts.minute * 60
        zone = isWest ? -seconds : seconds
        return true
    }
}

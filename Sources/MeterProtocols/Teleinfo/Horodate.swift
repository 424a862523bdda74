import MeterNotation

/// A date as the meter writes it: `SAAMMJJhhmmss`, French legal time with its season.
///
/// Enedis-NOI-CPT_54E §6.2.1.1. The season gives the offset, so the hour that comes twice in October is not ambiguous.
public struct Horodate: Sendable, Hashable {
    /// The legal time in force, first character of the horodate.
    public enum Season: UInt8, Sendable {
        /// `H`: UTC+1.
        case winter
        /// `E`: UTC+2.
        case summer
        /// A space, as on `DPM1`: follow the calendar of Paris.
        case unspecified
    }

    /// The number of characters on the wire.
    public static let length = 13

    /// The legal time in force.
    public let season: Season
    /// True when the meter has lost its clock (lower case `h`, `e`): such a date must not date anything.
    public let isDegraded: Bool
    /// The parts in a byte each, so that a frame of many dates stays small.
    private let yearOfCentury: UInt8
    private let monthNumber: UInt8
    private let dayNumber: UInt8
    private let hourNumber: UInt8
    private let minuteNumber: UInt8
    private let secondNumber: UInt8

    /// 2000...2099.
    public var year: Int { 2000 + Int(yearOfCentury) }
    /// 1...12.
    public var month: Int { Int(monthNumber) }
    /// 1...31.
    public var day: Int { Int(dayNumber) }
    /// 0...23.
    public var hour: Int { Int(hourNumber) }
    /// 0...59.
    public var minute: Int { Int(minuteNumber) }
    /// 0...59.
    public var second: Int { Int(secondNumber) }

    /// Reads the 13 characters of a horodate; `nil` if they are not a date of the calendar.
    public init?(_ text: some StringProtocol) {
        var bytes: (UInt64, UInt64) = (0, 0)
        let characters = text.utf8
        guard characters.count == Self.length, characters.allSatisfy({ $0 < 0x80 }) else { return nil }
        for (position, byte) in characters.enumerated() {
            if position < 8 { bytes.0 |= UInt64(byte) << UInt64(8 * position) }
            if position >= 5 { bytes.1 |= UInt64(byte) << UInt64(8 * (position - 5)) }
        }
        self.init(season: UInt8(bytes.0 & 0xFF), date: bytes.0 >> 8 | bytes.1 << 32 & (0xFF << 56), time: bytes.1)
    }

    /// Reads the season, the eight characters `AAMMJJhh` and the eight characters `JJhhmmss`, first byte lowest.
    @inline(__always)
    init?(season: UInt8, date: UInt64, time: UInt64) {
        switch season {
        case UInt8(ascii: "H"), UInt8(ascii: "h"): self.season = .winter
        case UInt8(ascii: "E"), UInt8(ascii: "e"): self.season = .summer
        case UInt8(ascii: " "): self.season = .unspecified
        default: return nil
        }
        isDegraded = season & 0x20 != 0 && season != 0x20
        let zeros = TICWords.all(UInt8(ascii: "0"))
        guard TICWords.areDigits(date ^ zeros), TICWords.areDigits(time ^ zeros) else { return nil }
        let (first, last) = (TICWords.pairs(date ^ zeros), TICWords.pairs(time ^ zeros))
        yearOfCentury = UInt8(truncatingIfNeeded: first)
        monthNumber = UInt8(truncatingIfNeeded: first &>> 16)
        dayNumber = UInt8(truncatingIfNeeded: first &>> 32)
        hourNumber = UInt8(truncatingIfNeeded: first &>> 48)
        minuteNumber = UInt8(truncatingIfNeeded: last &>> 32)
        secondNumber = UInt8(truncatingIfNeeded: last &>> 48)
        guard monthNumber &- 1 < 12, dayNumber &- 1 < 31, hourNumber < 24, minuteNumber < 60, secondNumber < 60 else {
            return nil
        }
        guard dayNumber <= 28 || dayNumber <= Self.daysOfMonth(monthNumber, leap: yearOfCentury & 3 == 0) else {
            return nil
        }
    }

    /// Seconds since 1970 in UTC; `nil` without a season, or when the meter has lost its clock.
    public var secondsSince1970: Int64? { isDegraded || season == .unspecified ? nil : unixSeconds }

    /// The first horodate of 2000, to fill storage.
    init() {
        season = .unspecified
        isDegraded = false
        (yearOfCentury, monthNumber, dayNumber) = (0, 1, 1)
        (hourNumber, minuteNumber, secondNumber) = (0, 0, 0)
    }

    /// 2000 is a leap year, so in this century every fourth year is.
    private static func daysOfMonth(_ month: UInt8, leap: Bool) -> UInt8 {
        switch month {
        case 2: leap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Horodate: CustomStringConvertible {
    /// The 13 characters on the wire.
    public var description: String {
        let letter =
            switch season {
            case .winter: isDegraded ? "h" : "H"
            case .summer: isDegraded ? "e" : "E"
            case .unspecified: " "
            }
        return [yearOfCentury, monthNumber, dayNumber, hourNumber, minuteNumber, secondNumber]
            .reduce(letter) { $0 + $1.digits(2) }
    }
}

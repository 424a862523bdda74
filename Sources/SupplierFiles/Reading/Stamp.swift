import MeterNotation

/// The end of a step, as a file writes it.
enum Stamp: Sendable, Hashable {
    /// With its offset: seconds since 1970.
    case instant(Int64)
    /// By the clock on the wall, in seconds since 1970 as if it were UTC.
    case local(Int64)

    /// The stamp that a text says: `2024-10-27T02:30:00+02:00`, `2024-10-27 02:30`, `27/10/2024 02:30:00`.
    init?(_ text: String) {
        let bytes = Array(text.trimmed.utf8)
        guard bytes.count >= 10 else { return nil }
        let isFrench = bytes[2] == UInt8(ascii: "/")
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte &- 0x30 < 10 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        let parts = isFrench ? (6..<10, 3..<5, 0..<2) : (0..<4, 5..<7, 8..<10)
        guard let year = number(parts.0), let month = number(parts.1), let day = number(parts.2),
            (2000..<2100).contains(year), isFrench ? bytes[5] == UInt8(ascii: "/") : bytes[4] == UInt8(ascii: "-")
        else { return nil }
        let date = LocalDate(year: year, month: month, day: day)
        guard date.exists else { return nil }
        var seconds = date.dayNumber * 86_400
        var place = 10
        if bytes.count > 10 {
            guard bytes[10] == UInt8(ascii: " ") || bytes[10] == UInt8(ascii: "T"), bytes.count >= 16,
                let hour = number(11..<13), let minute = number(14..<16), hour <= 24, minute < 60,
                bytes[13] == UInt8(ascii: ":")
            else { return nil }
            seconds += hour * 3600 + minute * 60
            place = 16
            if bytes.count > 16, bytes[16] == UInt8(ascii: ":") {
                guard let second = number(17..<19), second < 60 else { return nil }
                seconds += second
                place = 19
                if bytes.count > 19, bytes[19] == UInt8(ascii: ".") {
                    place = 20 + bytes[20...].prefix { $0 &- 0x30 < 10 }.count
                }
            }
        }
        if place == bytes.count {
            self = .local(seconds)
        } else if bytes[place...].elementsEqual([UInt8(ascii: "Z")]) {
            self = .instant(seconds)
        } else {
            if bytes[place] == UInt8(ascii: " ") { place += 1 }
            let hasColon = bytes.count == place + 6
            guard place < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[place]),
                bytes.count == place + (hasColon ? 6 : 5), let hours = number(place + 1..<place + 3), hours <= 14,
                let minutes = number(bytes.count - 2..<bytes.count), minutes < 60
            else { return nil }
            let offset = hours * 3600 + minutes * 60
            self = .instant(seconds - (bytes[place] == UInt8(ascii: "-") ? -offset : offset))
        }
    }

    /// Its seconds, whichever they are: only for an order within one file.
    var order: Int64 {
        switch self {
        case .instant(let seconds), .local(let seconds): seconds
        }
    }
}

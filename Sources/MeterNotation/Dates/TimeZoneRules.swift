/// The clocks of a place, by the system's own table of time zones (a TZif file, RFC 8536).
///
/// Pure: bytes in, offsets out. Foundation knows zones only with ICU, which is ten times the size of this program.
public struct TimeZoneRules: Sendable, Hashable {
    /// The name, for example `Europe/Paris`.
    public let name: String
    /// The instants of the changes that the table lists, in ascending order.
    private let instants: [Int64]
    /// The offset from each of them on, in seconds.
    private let offsets: [Int64]
    /// The offset before the first change, in seconds.
    private let first: Int64
    /// The rule after the last change; `nil` where the last offset stays.
    private let rule: SummerTimeRule?

    /// The zone of mainland France, which needs no file.
    public static let paris = TimeZoneRules(
        name: "Europe/Paris",
        instants: [],
        offsets: [],
        first: 3600,
        rule: SummerTimeRule("CET-1CEST,M3.5.0,M10.5.0/3")
    )

    private init(name: String, instants: [Int64], offsets: [Int64], first: Int64, rule: SummerTimeRule?) {
        self.name = name
        self.instants = instants
        self.offsets = offsets
        self.first = first
        self.rule = rule
    }

    /// Reads a TZif file of version 2 or later, such as `/usr/share/zoneinfo/Europe/Paris`.
    ///
    /// - Returns: `nil` for anything else.
    public init?(name: String, file: [UInt8]) {
        guard var reader = TZifReader(file), reader.skipFirstBlock(), let table = reader.table() else { return nil }
        self.init(
            name: name,
            instants: table.instants,
            offsets: table.offsets,
            first: table.first,
            rule: SummerTimeRule(table.footer)
        )
    }

    /// Seconds by which clocks there are ahead of UTC: 3600 in a French winter, 7200 in summer.
    public func offset(at seconds: Int64) -> Int64 {
        guard let last = instants.last, seconds < last else {
            return rule?.offset(at: seconds) ?? offsets.last ?? first
        }
        var low = 0
        var high = instants.count
        while low < high {
            let middle = (low + high) / 2
            if instants[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : offsets[low - 1]
    }
}

/// Takes a TZif file apart.
private struct TZifReader {
    private struct Counts {
        var utc = 0, standard = 0, leaps = 0, times = 0, types = 0, letters = 0

        func size(_ timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + letters + leaps * (timeBytes + 4) + standard + utc
        }
    }

    /// The changes with 64-bit times, and the rule that goes on after the last of them.
    struct Table {
        var instants: [Int64]
        var offsets: [Int64]
        var first: Int64
        var footer: String
    }

    private let bytes: [UInt8]
    private var place = 0

    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: "TZif".utf8), bytes.count > 5, bytes[4] >= UInt8(ascii: "2") else { return nil }
        self.bytes = bytes
    }

    private mutating func integer(_ count: Int) -> Int64? {
        guard place + count <= bytes.count else { return nil }
        defer { place += count }
        let negative = bytes[place] >= 0x80
        return bytes[place..<(place + count)].reduce(negative ? -1 : 0) { $0 << 8 | Int64($1) }
    }

    private mutating func counts() -> Counts? {
        guard place + 44 <= bytes.count, bytes[place...].starts(with: "TZif".utf8) else { return nil }
        place += 20
        var counts = Counts()
        for path in [\Counts.utc, \.standard, \.leaps, \.times, \.types, \.letters] {
            guard let count = integer(4), (0...100_000).contains(count) else { return nil }
            counts[keyPath: path] = Int(count)
        }
        return counts
    }

    /// The block with 32-bit times, which the next one repeats.
    mutating func skipFirstBlock() -> Bool {
        guard let counts = counts() else { return false }
        place += counts.size(4)
        return place < bytes.count
    }

    mutating func table() -> Table? {
        guard let counts = counts(), counts.types > 0, place + counts.size(8) < bytes.count else { return nil }
        let end = place + counts.size(8)
        let instants = (0..<counts.times).compactMap { _ in integer(8) }
        let types = (0..<counts.times).compactMap { _ in integer(1).map { Int($0 & 0xFF) } }
        var offsets: [Int64] = []
        for _ in 0..<counts.types {
            guard let offset = integer(4) else { return nil }
            offsets.append(offset)
            place += 2
        }
        guard instants.count == counts.times, types.allSatisfy(offsets.indices.contains) else { return nil }
        let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        return Table(
            instants: instants,
            offsets: types.map { offsets[$0] },
            first: offsets[0],
            footer: String(decoding: footer, as: UTF8.self)
        )
    }
}

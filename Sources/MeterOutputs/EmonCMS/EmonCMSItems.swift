import MeterCore
import MeterNotation

/// A batch as EmonCMS takes it: one item for each time and node, the oldest first.
///
///     [[0,"linky",{"wh_in":1234}],[10,"linky",{"wh_in":1236}]]
///
/// `EmonCMSNames` has the names. A text would be stored as 0 (EmonCMS 11.16.8): it is left out.
struct EmonCMSItems {
    private struct Place: Hashable, Comparable {
        var time: Int64
        var node: String

        static func < (one: Place, other: Place) -> Bool { (one.time, one.node) < (other.time, other.node) }
    }

    /// The time that the items count from, in seconds since 1970; 0 without any.
    let time: Int64
    /// The items as JSON.
    let json: String
    /// True when no line has a number.
    let isEmpty: Bool

    /// Reads a batch.
    ///
    /// - Parameters:
    ///   - batch: the lines; those that cannot be read or have no number are left out.
    ///   - common: the tags that every point of the box has.
    init(_ batch: Batch, without common: Set<String> = ["site"]) {
        var items: [Place: [(String, String)]] = [:]
        var known: [ArraySlice<UInt8>: EmonCMSNames] = [:]
        for line in batch.lines.split(separator: UInt8(ascii: "\n")) {
            guard let parsed = try? LineProtocolReader.parse(line, precision: batch.precision), let at = parsed.time
            else {
                continue
            }
            let key = Self.key(of: line)
            let names = known[key] ?? EmonCMSNames(parsed, batch.policy, without: common)
            known[key] = names
            let values = Self.numbers(parsed).map { (names.input($0), $1) }
            guard !values.isEmpty else { continue }
            items[Place(time: at.seconds, node: names.node), default: []] += values
        }
        let places = items.keys.sorted()
        let start = places.first?.time ?? 0
        time = start
        isEmpty = places.isEmpty
        json =
            "["
            + places.map { place in
                let inputs = (items[place] ?? []).map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
                return "[\(place.time - start),\"\(place.node)\",{\(inputs)}]"
            }.joined(separator: ",") + "]"
    }

    /// Measurement and tags as they stand in a line: up to the first blank without a backslash before it.
    private static func key(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var place = line.startIndex
        while place < line.endIndex, line[place] != UInt8(ascii: " ") {
            place += line[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return line[..<min(place, line.endIndex)]
    }

    private static func numbers(_ line: ParsedLine) -> [(String, String)] {
        line.fields.compactMap { name, value in
            switch value {
            case .integer(let number): (name, "\(number)")
            case .float(let number): (name, "\(number)")
            case .boolean, .string: nil
            }
        }
    }
}

import MeterCore
import MeterNotation

/// A batch as EmonCMS takes it: one item for each time and node, the oldest first.
///
///     [[0,"linky",{"wh_in":1234}],[10,"linky",{"wh_in":1236}]]
///
/// A node is a source, with its device where it has several, or a measurement of the ledger, `m15_energy`; an input is a
/// field, with the register or the phase behind it. A text would be stored as 0 (EmonCMS 11.16.8): it is left out.
struct EmonCMSItems {
    private struct Place: Hashable, Comparable {
        var time: Int64
        var node: String

        static func < (one: Place, other: Place) -> Bool { (one.time, one.node) < (other.time, other.node) }
    }

    /// The tags that tell the inputs of a node apart.
    private static let parts = ["role", "register", "phase", "kind", "hour"]

    /// The time that the items count from, in seconds since 1970; 0 without any.
    let time: Int64
    /// The items as JSON.
    let json: String
    /// True when no line has a number.
    let isEmpty: Bool

    init(_ batch: Batch) {
        var items: [Place: [(String, String)]] = [:]
        for line in batch.lines.split(separator: UInt8(ascii: "\n")) {
            guard let parsed = try? LineProtocolReader.parse(line, precision: batch.precision), let at = parsed.time
            else {
                continue
            }
            let values = Self.values(parsed, batch.policy)
            guard !values.isEmpty else { continue }
            items[Place(time: at.seconds, node: Self.node(parsed, batch.policy)), default: []] += values
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

    private static func tag(_ name: String, _ line: ParsedLine) -> String? { line.tags.first { $0.0 == name }?.1 }

    private static func node(_ line: ParsedLine, _ policy: RetentionPolicy) -> String {
        guard let source = tag("source", line) else { return plain("\(policy.name)_\(line.measurement)") }
        return plain(tag("device", line).map { "\(source)_\($0)" } ?? source)
    }

    private static func values(_ line: ParsedLine, _ policy: RetentionPolicy) -> [(String, String)] {
        let isSum = policy == .m15 || policy == .day
        let begin = isSum && tag("source", line) != nil ? "\(policy.name)_" : ""
        let end = parts.compactMap { tag($0, line) }.map { "_\($0)" }.joined()
        return line.fields.compactMap { name, value in
            let text: String
            switch value {
            case .integer(let number): text = "\(number)"
            case .float(let number): text = "\(number)"
            case .boolean, .string: return nil
            }
            return (plain("\(begin)\(name)\(end)"), text)
        }
    }

    /// A name with letters, digits, `_`, `-` and `.` only: EmonCMS takes others away without a word.
    private static func plain(_ name: String) -> String {
        String(name.map { $0.isLetter || $0.isNumber || "_-.".contains($0) ? $0 : "_" })
    }
}

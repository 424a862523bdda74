import MeterNotation

/// A pattern of topics with names for their parts: `tele/{device}/SENSOR`, `esphome/sensor/{field}/state`.
///
/// `{name}` is one level, which becomes the tag `name`; `{field}` names the value of a message; `+` and `#` are MQTT's.
struct TopicPattern: Sendable, Hashable {
    /// One part between slashes.
    private enum Level: Sendable, Hashable {
        /// A part that must be equal.
        case text(String)
        /// Any part, MQTT's `+`.
        case any
        /// Any part, which is a tag's value or, by the name `field`, the name of the value.
        case named(String)
    }

    /// The values of the named parts of a topic.
    struct Match: Hashable {
        /// The values of the tags, in the order of `tagNames`; each cut to 100 bytes.
        var tags: [String] = []
        /// The name of the value, from `{field}`; `nil` for a pattern without it.
        var field: String?
    }

    /// Names that are no tags here, since the source or the points set them.
    private static let taken: Set = ["site", "source", "phase", "role", "kind", "time", "retained"]

    /// The parts of the pattern, without a final `#`.
    private var levels: [Level] = []
    /// True when the pattern ends with `#`, which stands for at least one more part.
    private var hasRest = false
    /// The names of the tags, in the order of `Match.tags`.
    private(set) var tagNames: [String] = []
    /// True when a part is `{field}`.
    private(set) var hasField = false
    /// True when topics of several devices match that no tag tells apart.
    var mixesDevices: Bool { hasRest || levels.contains(.any) }

    /// Reads a pattern.
    ///
    /// - Throws: `PayloadError` with what is wrong.
    init(_ text: String) throws(PayloadError) {
        guard !text.isEmpty, text.utf8.count <= 1000, !text.utf8.contains(0) else {
            throw PayloadError("a topic has 1 to 1000 characters")
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for (number, part) in parts.enumerated() {
            switch part {
            case "+": levels.append(.any)
            case "#":
                guard number == parts.count - 1 else { throw PayloadError("# stands at the end, for all that follows") }
                hasRest = true
            case _ where part.hasPrefix("{") && part.hasSuffix("}"):
                let name = String(part.dropFirst().dropLast())
                try add(name)
            case _ where part.contains(where: { "+#{}".contains($0) }):
                throw PayloadError("+, # and {name} stand for a whole part between slashes")
            default: levels.append(.text(part))
            }
        }
    }

    /// Adds a named part.
    ///
    /// - Throws: `PayloadError` when the name is no tag's (small letters and `_`), is taken or stands twice.
    private mutating func add(_ name: String) throws(PayloadError) {
        if name == "field" {
            guard !hasField else { throw PayloadError("{field} stands once") }
            hasField = true
        } else {
            let isName = !name.isEmpty && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") }
            guard isName, !Self.taken.contains(name), !tagNames.contains(name) else {
                throw PayloadError("{\(name)} is no name for a tag: small letters and _, once, and none that is taken")
            }
            tagNames.append(name)
        }
        levels.append(.named(name))
    }

    /// The topic filter for the broker: each named part becomes `+`.
    var filter: String {
        let parts = levels.map { level in
            switch level {
            case .text(let text): text
            case .any, .named: "+"
            }
        }
        return (parts + (hasRest ? ["#"] : [])).joined(separator: "/")
    }

    /// Cuts a tag's value to 100 bytes.
    ///
    /// One character may be made of thousands of bytes, and InfluxDB refuses a series key of 64 KiB.
    private static func shortened(_ part: Substring) -> String {
        String(decoding: part.utf8.prefix(100), as: UTF8.self)
    }

    /// The values of the named parts; `nil` when the topic does not fit the pattern.
    func match(_ topic: String) -> Match? {
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == levels.count || hasRest && parts.count > levels.count else { return nil }
        var match = Match()
        for (level, part) in zip(levels, parts) {
            switch level {
            case .text(let text): guard part == text else { return nil }
            case .any: break
            case .named("field"): match.field = String(part)
            case .named: match.tags.append(Self.shortened(part))
            }
        }
        return match
    }
}

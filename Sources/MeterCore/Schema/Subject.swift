/// The meter, or the part of one, that a reading is of: the tags that tell them apart.
public struct Subject: Sendable, Hashable {
    /// The source's name; empty for what the box itself says.
    public var source: String
    /// The part of the source, where it has several.
    public var device: String?
    /// The role from the tag `role`, also in words of earlier releases; `nil` without the tag or for an unknown word.
    public var role: MeterRole?
    /// A register of the tariff, such as `HCJB` or `F01`.
    public var register: String?
    /// The phase, from 1 to 3; `nil` for the whole meter.
    public var phase: Int?
    /// True for a meter at the grid that is known to tell both directions by the sign of its power.
    ///
    /// No tag says so: it is known of what is read now, and asked of nothing else.
    public var isSigned = false

    /// Reads the tags; an empty value is none.
    ///
    /// - Parameters:
    ///   - parts: the tags that tell the devices of one source apart.
    ///   - tag: gives the value of a tag.
    public init(parts: [String] = usualParts, tag: (String) -> String?) {
        func value(_ name: String) -> String? { tag(name).flatMap { $0.isEmpty ? nil : $0 } }
        source = value("source") ?? ""
        let devices = parts.compactMap(value)
        device = devices.isEmpty ? nil : devices.joined(separator: "/")
        role = value("role").flatMap { MeterRole(word: $0) }
        register = value("register")
        phase = value("phase").flatMap { Int($0) }
    }

    /// The tag that tells the devices of one source apart, unless the user names others.
    public static let usualParts = ["device"]

    /// The tags that are read besides those of the parts, for a `GROUP BY`.
    public static let tags = ["source", "role", "register", "phase"]

    /// The usual parts, and behind them more, such as those of a topic.
    public static func parts(with more: [String]) -> [String] {
        usualParts + more.filter { !usualParts.contains($0) }
    }

    /// The parts among the tags of a line whose sender chose them: all that say nothing else, in one order.
    ///
    /// - Parameters:
    ///   - tags: the names of the line's tags.
    ///   - others: tags of every point of the box.
    /// - Returns: `device` first, so that its value begins the meter's name.
    public static func parts(among tags: some Sequence<String>, without others: [String]) -> [String] {
        parts(with: Set(tags).subtracting(Self.tags + others).sorted())
    }

    /// The name of the meter in the ledger: a further device of a source has its own behind the source's.
    public var meter: String { device.map { "\(source) \($0)" } ?? source }

    private static let blank = UInt8(ascii: " ")

    /// The source that a meter, by its name in the ledger, is or is a part of.
    public static func source(ofMeter name: String) -> Substring {
        name[..<(name.utf8.firstIndex(of: blank) ?? name.endIndex)]
    }

    /// True when a meter is one of these sources, or a part of one.
    public static func isMeter(_ name: String, of sources: [String]) -> Bool {
        sources.contains { source in
            name.utf8.starts(with: source.utf8) && name.utf8.dropFirst(source.utf8.count).first ?? blank == blank
        }
    }
}

/// Whose a reading is: the tags that tell meters, and their parts, apart.
public struct Subject: Sendable, Hashable {
    /// The source's name; empty for what the box itself says.
    public var source: String
    /// The part of the source, where it has several.
    public var device: String?
    public var role: MeterRole?
    /// A register of the tariff.
    public var register: String?
    /// 1 to 3.
    public var phase: Int?

    /// Reads the tags; an empty value is none.
    ///
    /// - Parameters:
    ///   - parts: the tags that tell the devices of one source apart.
    ///   - tag: the value of a tag.
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

    /// The name of the meter in the ledger: a further device of a source has its own behind the source's.
    public var meter: String { device.map { "\(source) \($0)" } ?? source }

    /// Whether a meter is one of these sources, or a part of one.
    public static func isMeter(_ name: String, of sources: [String]) -> Bool {
        sources.contains { name == $0 || name.hasPrefix($0 + " ") }
    }
}

import MeterCore
import MeterNotation

/// The names under which EmonCMS keeps a series: a node and its inputs, which no other series of the box has.
///
/// A node is a source, `linky`, a device of one, `zigbee.cave`, or a measurement of the whole house, `m15_energy`; before it
/// stands the box where the points tell it. An input is a field, `wh_in`, with what tells it apart, `v_2`, `wh_HC`; before it
/// the measurement where another one of the source may have the same field: `battery_w`.
///
/// EmonCMS takes all but letters, digits, `_`, `-`, `.` and blanks out of a name without a word (11.16.8), so that two may fall
/// together. A word that has others, or one that joins words here, has four digits of its own behind it.
struct EmonCMSNames {
    /// The measurements of meters whose fields no other one of these has under the same name.
    private static let plain: [Kind: String] = [
        .linky: "", .phase: "", .index: "", .production: "", .meter: "", .source: "", .quarterPhase: "m15_",
        .quarterMeter: "m15_",
    ]
    /// The tags whose value alone tells an input apart.
    private static let telling = ["role", "register", "phase", "kind", "hour"]
    /// The policies of the schema.
    private static let policies: [RetentionPolicy] = [.raw, .m15, .day]

    /// The node.
    let node: String
    private let begin: String
    private let end: String

    /// Names a series.
    ///
    /// - Parameters:
    ///   - line: one of its lines.
    ///   - policy: that of the line.
    ///   - common: the tags that every point of the box has.
    init(_ line: ParsedLine, _ policy: RetentionPolicy, without common: Set<String>) {
        let tags = Dictionary(line.tags) { $1 }
        let kind = Kind(Measurement(line.measurement, in: policy))
        let parts = tags.keys.filter { name in
            !(["site", "box", "source", "device"] + Self.telling).contains(name) && !common.contains(name)
        }.sorted().map { "\(Self.word($0)) \(Self.word(tags[$0] ?? ""))" }
        var end = Self.telling.compactMap { tags[$0] }.map { "_\(Self.word($0, besides: "-."))" }
        var node: String
        if let source = tags["source"] {
            node = Self.source(source)
            if let device = tags["device"] { node += ".\(Self.word(device, besides: "_-."))" }
            node += parts.map { ".\($0)" }.joined()
            // Without its role a meter would be one with any other.
            let isTold = kind.map { $0.tags.allSatisfy { $0 == "device" || $0 == "phase" || tags[$0] != nil } } ?? false
            let plain = isTold ? kind.flatMap { Self.plain[$0] } : nil
            let policyName = policy == .raw ? "" : "\(Self.word(policy.name, besides: "-"))_"
            begin = plain ?? "\(policyName)\(Self.word(line.measurement))_"
        } else {
            node = Self.house(line.measurement, policy)
            begin = ""
            end += parts.map { "_\($0)" }
        }
        self.node = (tags["box"].map { "\(Self.word($0)) " } ?? "") + node
        self.end = end.joined()
    }

    /// The input of a field.
    func input(_ field: String) -> String { begin + Self.word(field, besides: "_-.") + end }

    /// A measurement of the house; one in a policy of the user's own has its digits behind it, a source may be called so.
    private static func house(_ measurement: String, _ policy: RetentionPolicy) -> String {
        let name = "\(word(policy.name, besides: "-"))_\(word(measurement))"
        return policies.contains(policy) ? name : "\(name)-\(NameHash.mark(of: name))"
    }

    /// A source; one that is called as a measurement of the house has its digits behind it.
    private static func source(_ name: String) -> String {
        let isHouse = policies.contains { name.hasPrefix("\($0.name)_") }
        return isHouse ? "\(word(name))-\(NameHash.mark(of: name))" : word(name)
    }

    /// A word of letters, digits and these others, and behind them four digits of its own where it had any more.
    private static func word(_ text: String, besides others: String = "_-") -> String {
        var isWhole = true
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            if isPlain(scalar) || others.unicodeScalars.contains(scalar) { return scalar }
            isWhole = false
            return "_"
        }
        let word = String(String.UnicodeScalarView(scalars))
        return isWhole ? word : "\(word)-\(NameHash.mark(of: text))"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }
}

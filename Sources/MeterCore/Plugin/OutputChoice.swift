public import MeterNotation

/// The part of what the box knows that an output gets: the keys `only` and `every` of its section.
public struct OutputChoice: Sendable, Hashable {
    /// Patterns of names, in which `*` stands for anything; everything without any.
    public var only: [String]
    /// The shortest time between two values of the same; `nil` for each reading.
    public var every: Duration?

    public init(only: [String] = [], every: Duration? = nil) { (self.only, self.every) = (only, every) }

    /// True when nothing is left out.
    public var isAll: Bool { only.isEmpty && every == nil }

    /// Decodes `only` of a section; problems go to its diagnostics.
    ///
    /// - Parameters:
    ///   - settings: the output's section.
    ///   - help: a sentence on what the patterns are of.
    /// - Returns: the patterns.
    public static func only(_ settings: ConfigSection, _ help: Phrase) -> [String] {
        let patterns = settings.strings("only", default: [], help)
        if settings.contains("only"), patterns.contains(where: \.isEmpty) || patterns.isEmpty {
            settings.report("expected names, such as [\"m15.*\"]; without this key everything is sent", at: "only")
        }
        return patterns
    }

    /// True for a name that one of the patterns means.
    public func includes(_ name: String) -> Bool {
        only.isEmpty || only.contains { Self.matches(name.utf8[...], $0.utf8[...]) }
    }

    private static func matches(
        _ name: Substring.UTF8View.SubSequence,
        _ pattern: Substring.UTF8View.SubSequence
    ) -> Bool {
        guard let letter = pattern.first else { return name.isEmpty }
        let rest = pattern.dropFirst()
        guard letter != UInt8(ascii: "*") else {
            return matches(name, rest) || (!name.isEmpty && matches(name.dropFirst(), pattern))
        }
        return name.first == letter && matches(name.dropFirst(), rest)
    }
}

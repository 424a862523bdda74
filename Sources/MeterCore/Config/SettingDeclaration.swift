public import MeterNotation

/// A setting as the code that reads it declares it; `boxenergie sources TYPE` prints these.
public struct SettingDeclaration: Sendable, Equatable {
    /// The name, with the tables between as a dotted key: `spool.directory`.
    public var key: String
    /// The kind of value: `text`, `duration`, `one of "falling", "rising"`.
    public var kind: Phrase
    /// The values allowed, such as `1s to 1h`.
    public var range: Phrase?
    /// The value taken when the setting is left out, as the file would write it.
    public var defaultText: String?
    /// True when a configuration without it is refused.
    public var isRequired: Bool
    /// One sentence for the household.
    public var help: Phrase

    public init(
        key: String,
        kind: Phrase,
        range: Phrase? = nil,
        defaultText: String? = nil,
        isRequired: Bool = false,
        help: Phrase
    ) {
        self.key = key
        self.kind = kind
        self.range = range
        self.defaultText = defaultText
        self.isRequired = isRequired
        self.help = help
    }
}

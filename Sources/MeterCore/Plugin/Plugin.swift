public import MeterNotation

/// The thing that `type = "…"` names in the configuration: a kind of meter, or a kind of server.
///
/// It must pass the test that walks the registries: unique type, a one-sentence summary, a sample that `check` accepts,
/// each setting explained.
public protocol Plugin: Sendable {
    /// The word behind `type =` in the configuration, for example `teleinfo`.
    static var type: String { get }
    /// One sentence for `boxenergie sources` or `boxenergie outputs`.
    static var summary: Phrase { get }
    /// A block for the configuration that a person can start from.
    static var sample: String { get }

    /// Decodes the settings and touches neither device nor network.
    ///
    /// Problems go to the section's diagnostics.
    init(settings: ConfigSection)
}

/// A kind of meter: one file conforms to it, and one line of `BuiltIn.swift` names it.
///
/// A source reads its device and hands over points; it sees nothing of what becomes of them. It must pass the test that
/// walks the registry: unique type, a one-sentence summary, a sample that `check` accepts, each setting explained.
public protocol MeterSource: Sendable {
    /// What follows `type =` in the configuration.
    static var type: String { get }
    /// One sentence for `boxenergie sources`.
    static var summary: String { get }
    /// A block for the configuration that a person can start from.
    static var sample: String { get }

    /// Decodes the settings and touches no device. Problems go to the section's diagnostics.
    init(settings: ConfigSection)

    /// Reads until its task is cancelled, and then ends within a second.
    ///
    /// It may be called again after it threw: what was learnt about the meter should survive that.
    ///
    /// - Throws: an error whose description is a sentence that says what to do. The source is tried again after a pause.
    func run(into points: any PointReceiver, context: SourceContext) async throws
}

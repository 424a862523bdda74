/// A kind of meter: one file conforms to it, and one line of `BuiltIn.swift` names it.
///
/// A source reads its device and hands over points; it sees nothing of what becomes of them.
public protocol MeterSource: Plugin {
    /// What it stores, counts and needs, by its settings.
    var declaration: Declaration { get }

    /// Reads until its task is cancelled, and then ends within a second.
    ///
    /// While it works or waits it says so, at least every half minute, through `context.status`.
    ///
    /// It may be called again after it threw: what was learnt about the meter should survive that.
    ///
    /// - Throws: an error whose description is a sentence that says what to do. The source is tried again after a pause.
    func run(into points: any PointReceiver, context: SourceContext) async throws

    /// Plays a recording to its end: makes the points that it would have made of the same input when it came.
    ///
    /// A source that asks has its questions answered by what was answered then. What cannot be used is noted in
    /// `context.status`, as it is when it comes live.
    ///
    /// - Throws: what reading the recording throws.
    func replay(_ recording: any Recording, into points: any PointReceiver, context: SourceContext) async throws
}

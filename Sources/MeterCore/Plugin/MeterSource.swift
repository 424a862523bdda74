/// A kind of meter: one file conforms to it, and one line of `BuiltIn.swift` names it.
///
/// A source reads its device and hands over points; it sees nothing of what becomes of them.
public protocol MeterSource: Plugin {
    /// The measurements that it stores, the roles that it counts in and the devices that it needs, by its settings.
    var declaration: Declaration { get }

    /// Reads until its task is cancelled, and then ends within a second.
    ///
    /// While it works or waits it says so, at least every half minute, through `context.status`.
    ///
    /// It may be called again after it threw: what was learnt about the meter should survive that.
    ///
    /// - Throws: an error whose description is a sentence that says what to do. The source is tried again after a
    ///   pause.
    func run(into points: any PointReceiver, context: SourceContext) async throws

    /// Plays a recording to its end: makes the points that it would have made of the same input when it came.
    ///
    /// A source that asks has its questions answered by what was answered then. What cannot be used is noted in
    /// `context.status`, as it is when it comes live.
    ///
    /// - Throws: the error of reading the recording.
    func replay(_ recording: any Recording, into points: any PointReceiver, context: SourceContext) async throws

    // MARK: - Capabilities

    // A source has one by its conformance to the protocol, and the program asks here, whatever the source is.

    /// It, when its line can be recorded; `nil` when not.
    var capturable: (any CapturableSource)? { get }
    /// It, when its total can be set to what the meter's display shows; `nil` when not.
    var alignable: (any AlignableSource)? { get }
    /// It, when it is read with a token that may end; `nil` when not.
    var expiring: (any ExpiringSource)? { get }
    /// The kind, when such meters can be looked for; `nil` when not.
    static var probeable: (any ProbeableSource.Type)? { get }
    /// The decoding of a capture of such a meter's line; `nil` when it cannot be decoded.
    static var decoding: Decoding? { get }
}

extension MeterSource {
    public var capturable: (any CapturableSource)? { nil }
    public var alignable: (any AlignableSource)? { nil }
    public var expiring: (any ExpiringSource)? { nil }
    public static var probeable: (any ProbeableSource.Type)? { nil }
    public static var decoding: Decoding? { nil }
}

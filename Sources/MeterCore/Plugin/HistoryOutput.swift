/// A kind of server that keeps readings, each with its time: one file conforms to it, and one line of `BuiltIn.swift`
/// names it.
///
/// Nothing is lost while it is away: queue, spool, retries and dead letters are the same for all kinds, see `Uploader`.
public protocol HistoryOutput: Plugin {
    /// True where each point has the tag `box` unless the configuration says otherwise; false by default.
    static var namesBox: Bool { get }
    /// True where what is older than the newest value is lost, so that a backlog goes before what is new; false by default.
    static var keepsOrder: Bool { get }
    /// True where the sender can tell how often others ask the server, see `Sink.queries()`; false by default.
    static var tellsQueries: Bool { get }
    /// The database that every batch is for.
    var database: String { get }
    /// The sender of the batches, which may keep something of the box besides.
    func sink(_ context: HistoryContext) -> any Sink
}

extension HistoryOutput {
    public static var namesBox: Bool { false }
    public static var keepsOrder: Bool { false }
    public static var tellsQueries: Bool { false }
}

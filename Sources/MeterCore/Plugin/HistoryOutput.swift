/// A kind of server that keeps readings, each with its time: one file conforms to it, and one line of `BuiltIn.swift`
/// names it.
///
/// Nothing is lost while it is away: queue, spool, retries and dead letters are the same for all kinds, see `Uploader`.
public protocol HistoryOutput: Plugin {
    /// The database that every batch is for.
    var database: String { get }
    /// The sender of the batches.
    var sink: any Sink { get }
}

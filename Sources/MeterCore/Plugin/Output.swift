/// A kind of server that readings go to: one file conforms to it, and one line of `BuiltIn.swift` names it.
///
/// Queue, spool, retries and dead letters are the same for all kinds, see `Uploader`.
public protocol Output: Plugin {
    /// The database that every batch is for.
    var database: String { get }
    /// The sender of the batches.
    var sink: any Sink { get }
}

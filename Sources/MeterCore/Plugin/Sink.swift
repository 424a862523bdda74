/// Where batches end: a database server.
public protocol Sink: Sendable {
    /// What errors and the log call it, for example `InfluxDB at 127.0.0.1:8086`.
    var name: String { get }
    /// Tries once. Ends promptly with `.postponed` when its task is cancelled.
    func write(_ batch: Batch) async -> Delivery
}

/// What became of a batch.
public enum Delivery: Sendable, Equatable {
    case accepted
    /// The server will never take all of it. `reason` is in the server's words.
    case rejected(reason: String)
    /// Kept, to be tried again. `reason` is a sentence that says what to do.
    case postponed(reason: String, retryAfter: Duration?)
    /// Kept: the server has no such database or policy; what is for other ones need not wait. `reason` as above.
    case misaddressed(reason: String)
    /// Too large for the server: to be sent in halves.
    case split
}

/// The sender of batches to one database server.
public protocol Sink: Sendable {
    /// The name in errors and in the log, for example `InfluxDB at 127.0.0.1:8086`.
    var name: String { get }
    /// Tries once to write a batch.
    ///
    /// Ends promptly with `.postponed` when its task is cancelled. The caller repeats, splits or sets aside.
    func write(_ batch: Batch) async -> Delivery
    /// The number of questions that others than this program have asked the server so far; `nil` when it does not tell.
    ///
    /// Of interest is only whether it changes.
    func queries() async -> Int?
}

extension Sink {
    public func queries() async -> Int? { nil }
}

/// The fate of a batch that was sent once.
public enum Delivery: Sendable, Equatable {
    /// Written, all of it.
    case accepted
    /// The server will never take all of it. `reason` is in the server's words, and they tell more or less which lines.
    case rejected(reason: String, Refusal = .some)
    /// Kept, to be tried again, not before `retryAfter` where the server said so.
    ///
    /// `reason` is a sentence that says what to do.
    case postponed(reason: String, retryAfter: Duration?)
    /// Kept: the server has no such database or policy; what is for other ones need not wait. `reason` as above.
    case misaddressed(reason: String)
    /// Too large for the server: to be sent in halves.
    case split
}

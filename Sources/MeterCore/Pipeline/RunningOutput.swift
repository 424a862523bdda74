/// A configured output at work: what moves its batches, and how often.
public struct RunningOutput: Sendable {
    /// The name in `[output.NAME]`, or `influx`.
    public let name: String
    public let uploader: Uploader
    public let flush: Duration

    public init(_ name: String, _ uploader: Uploader, flush: Duration) {
        self.name = name
        self.uploader = uploader
        self.flush = flush
    }
}

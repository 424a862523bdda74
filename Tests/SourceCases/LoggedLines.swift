public import Logging
import Synchronization

/// Keeps what is logged, for a test to look at.
public final class LoggedLines: Sendable {
    private struct Recorder: LogHandler {
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]
        let lines: LoggedLines

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.note(event) }
    }

    private let words: @Sendable (LogEvent) -> String
    private let lines = Mutex<[String]>([])

    /// Begins with none.
    ///
    /// - Parameter words: what is kept of an event.
    public init(_ words: @escaping @Sendable (LogEvent) -> String) { self.words = words }

    /// The lines so far, in their order.
    public var all: [String] { lines.withLock { $0 } }

    /// A logger of which every line is kept.
    public var logger: Logger { Logger(label: "test") { _ in Recorder(lines: self) } }

    private func note(_ event: LogEvent) { lines.withLock { $0.append(words(event)) } }
}

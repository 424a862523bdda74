import Glibc
public import Logging
import MeterNotation

/// Writes the log to standard error, for a person or for systemd's journal.
///
/// A line is a constant sentence and its values: `The meter cannot be read (source=linky, reason=...)`. The journal
/// gets `<priority>` in front, which it understands, and no time of ours, since it has its own.
public struct JournalLogHandler: LogHandler {
    /// The least level that is written; `info` by default.
    public var logLevel: Logger.Level = .info
    /// Values of every line, such as the source's name.
    public var metadata: Logger.Metadata = [:]
    private let isJournal: Bool

    /// Makes a handler; systemd's `JOURNAL_STREAM` in the environment tells that the journal listens.
    public init() { isJournal = getenv("JOURNAL_STREAM") != nil }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line =
            isJournal
            ? "<\(priority(event.level))>" : "\(wallClock("%H:%M:%S", at: Timestamp.now().seconds)) \(event.level): "
        line += "\(event.message)"
        let values = metadata.merging(event.metadata ?? [:]) { _, new in new }
        if !values.isEmpty {
            let words = values.sorted { $0.key < $1.key }.map { "\($0.key)=\(shortened("\($0.value)", to: 1000))" }
            line += " (" + words.joined(separator: ", ") + ")"
        }
        StandardError.log(onOneLine(line))
    }

    /// The priority of syslog, which the journal knows: 2 for critical to 7 for debug.
    private func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}

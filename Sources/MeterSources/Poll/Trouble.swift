import Logging
import MeterCore

/// The state of trouble with a device that is asked again and again.
///
/// Trouble is logged when it changes, and each failure in a row makes the next pause longer.
struct Trouble {
    /// The log and the status of the source.
    private let context: SourceContext
    /// The sentence for the log when trouble begins or changes.
    private let warning: String
    /// The sentence for the log when trouble is over.
    private let recovery: String
    /// Raised while there is trouble; says which sentences are new.
    private var alarm = Alarm()
    /// The pause after the next failure: from 1 s to the longest, without chance.
    private var backoff: Backoff

    /// Begins without trouble.
    ///
    /// - Parameters:
    ///   - context: the source's.
    ///   - warning: the sentence for the log when trouble begins or changes.
    ///   - recovery: the sentence for when it is over.
    ///   - longest: the longest pause between two tries; the first one is a second.
    init(_ context: SourceContext, warning: String, recovery: String, longest: Duration = .seconds(300)) {
        self.context = context
        self.warning = warning
        self.recovery = recovery
        backoff = Backoff(longest: longest, hasJitter: false)
    }

    /// The device has answered as it should.
    mutating func isOver() {
        backoff.reset()
        if alarm.clear() { context.logger.info("\(recovery)") }
    }

    /// The next failure is the first one in a row, though the trouble has not ended.
    mutating func forgetFailures() { backoff.reset() }

    /// Notes a failure.
    ///
    /// - Returns: the time for which the device is to be left alone.
    /// - Throws: `CancellationError` when the task is cancelled: then the failure is ours.
    mutating func note(_ error: any Error) throws -> Duration {
        guard !Task.isCancelled else { throw CancellationError() }
        say("\(error)")
        return backoff.next()
    }

    /// Says a failure after which the device is asked in its next slot.
    mutating func say(_ sentence: String) {
        context.status.didFail(sentence)
        guard let repeats = alarm.raise(sentence) else { return }
        context.logger.warning("\(warning)", reason: sentence, repeats: repeats)
    }
}

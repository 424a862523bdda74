import Logging
import Synchronization

/// The lines that one source may have in the log: thirty at once, and one more in five minutes; as many warnings, which
/// no chatter keeps out.
///
/// No source needs as many; a device that makes one say ever more, in whichever words, fills no journal and wears no
/// card.
final class LogBudget: Sendable {
    /// A line that may be written.
    struct Leave: Equatable {
        /// The lines that were left out since the one before it.
        var leftOut: Int
        /// True when the next one is left out unless some time passes.
        var isLast: Bool
    }

    private struct State {
        /// The instant at which it is whole again.
        var wholeAt: Int64 = 0
        var leftOut = 0
    }

    /// Nanoseconds in which one more may be written.
    private static let pause: Int64 = 300_000_000_000
    /// Nanoseconds in which one less than the thirty come back.
    private static let others = 29 * pause

    private let state = Mutex(State())

    /// Takes one line from the budget; `nil` when there is none left.
    func take(at now: Uptime) -> Leave? {
        state.withLock { state in
            let wholeAt = max(state.wholeAt, now.nanoseconds)
            guard wholeAt - now.nanoseconds <= Self.others else {
                state.leftOut += 1
                return nil
            }
            state.wholeAt = wholeAt + Self.pause
            defer { state.leftOut = 0 }
            return Leave(leftOut: state.leftOut, isLast: state.wholeAt - now.nanoseconds > Self.others)
        }
    }
}

/// A log whose lines are those of one source, within its budget.
///
/// Nothing is left out of a log that a person wants to have whole, from the level `debug` on.
struct BudgetedLog: LogHandler {
    private var log: any LogHandler
    private let budget: LogBudget
    /// The budget of warnings and errors.
    private let troubles: LogBudget

    /// Puts a budget before a log, unless it has one.
    init(_ log: any LogHandler) {
        if let budgeted = log as? BudgetedLog {
            self = budgeted
        } else {
            self.log = log
            (budget, troubles) = (LogBudget(), LogBudget())
        }
    }

    var logLevel: Logger.Level {
        get { log.logLevel }
        set { log.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { log.metadata }
        set { log.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { log[metadataKey: key] }
        set { log[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        guard logLevel > .debug else { return log.log(event: event) }
        let budget = event.level < .warning ? budget : troubles
        guard let leave = budget.take(at: .now) else { return }
        var event = event
        if leave.leftOut > 0 { event.metadata = with(event, "lines left out before", "\(leave.leftOut)") }
        if leave.isLast { event.metadata = with(event, "from now on", "more lines of it are left out for a while") }
        log.log(event: event)
    }

    private func with(_ event: LogEvent, _ key: String, _ value: String) -> Logger.Metadata {
        (event.metadata ?? [:]).merging([key: "\(value)"]) { _, new in new }
    }
}

import Logging

/// A configured source and how the daemon treats it.
public struct RunningSource: Sendable {
    /// The answer to a source that fails.
    public enum ErrorPolicy: String, Sendable, CaseIterable {
        /// It is tried again, after ever longer pauses of at most 15 s.
        case retry
        /// The whole program stops with an error.
        case stop
    }

    /// The kind of meter with its settings.
    public let source: any MeterSource
    /// The name, tags, log and status of the source.
    public let context: SourceContext
    /// The answer to a failure; `retry` by default.
    public let onError: ErrorPolicy
    /// All that made it, as a text.
    ///
    /// A source whose text stays the same is left alone when the configuration is read again.
    let configuration: String
    /// Seconds without a sign of life after which the source is taken for hung; 60 by default.
    private let deadline: Double

    /// Makes a source that does not run yet.
    ///
    /// - Parameters:
    ///   - source: the kind of meter with its settings.
    ///   - context: its name, tags, log and status.
    ///   - onError: the answer to a failure.
    ///   - configuration: all that made it, as a text.
    ///   - deadline: seconds without a sign of life after which it is taken for hung.
    public init(
        _ source: any MeterSource,
        context: SourceContext,
        onError: ErrorPolicy = .retry,
        configuration: String = "",
        deadline: Double = 60
    ) {
        self.configuration = configuration
        self.deadline = deadline
        self.source = source
        self.context = context
        self.onError = onError
    }

    /// The name in `[source.NAME]`.
    public var name: String { context.name }

    /// Runs the source, again and again, until its task is cancelled.
    ///
    /// - Throws: the source's error when its policy is to stop.
    func keepRunning(into intake: Intake, clock: any Clock<Duration>) async throws {
        let points = intake.entrance(for: context)
        var backoff = Backoff(first: .seconds(1), longest: .seconds(15))
        var alarm = Alarm()
        while !Task.isCancelled {
            let started = Uptime.now
            do {
                try await runOnce(into: points, clock)
                guard !Task.isCancelled else { break }
                throw SourceEnded()
            } catch is CancellationError {
                break
            } catch {
                guard !Task.isCancelled else { break }
                let sentence = "\(error)"
                context.status.didFail(sentence)
                if onError == .stop { throw error }
                if Uptime.now.seconds(since: started) > 60 {
                    backoff.reset()
                    _ = alarm.clear()
                }
                if let repeats = alarm.raise(sentence) {
                    let warning: Logger.Message = "The meter cannot be read; trying again"
                    context.logger.warning(warning, reason: sentence, repeats: repeats)
                }
                try? await clock.sleep(for: backoff.next())
                context.status.update { $0.reconnects += 1 }
            }
        }
        context.status.update { $0.state = "stopped" }
    }

    /// True when the source is at work, or has not yet been given up.
    var isAlive: Bool { context.status.silence() < 3 * deadline }

    /// Runs the source until it ends, or until it gives no sign of life.
    ///
    /// One that does not even end when it is cancelled keeps this from returning; then `isAlive` tells.
    private func runOnce(into points: any PointReceiver, _ clock: any Clock<Duration>) async throws {
        context.status.beat()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.run(into: points, context: context) }
            group.addTask {
                repeat {
                    try await clock.sleep(for: .seconds(deadline / 2))
                } while context.status.silence() < deadline
                throw SourceHung()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

private struct SourceHung: Error, CustomStringConvertible {
    let description = "the source hung and was started again"
}

private struct SourceEnded: Error, CustomStringConvertible {
    let description = "the source ended by itself"
}

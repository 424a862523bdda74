import Logging
import MeterCore
import MeterIO
import MeterNotation

extension SourceContext {
    /// Reads a device at each slot of time, until the task is cancelled.
    ///
    /// A failure is noted and said once; a device that fails is asked less and less often, every five minutes at last,
    /// or later when it said so.
    ///
    /// - Parameters:
    ///   - every: the length of a slot.
    ///   - receiver: takes the points.
    ///   - read: one reading; `nil` when nothing has changed.
    /// - Throws: `CancellationError`.
    func poll(
        every: Duration,
        into receiver: any PointReceiver,
        _ read: () async throws -> FieldReading?
    ) async throws {
        var trouble = Trouble(
            self,
            warning: "The device cannot be read; trying again",
            recovery: "The device answers again"
        )
        var gaps = Alarm()
        while !Task.isCancelled {
            var rest = Duration.zero
            do {
                if let reading = try await read() {
                    guard reading.points.isEmpty == false || reading.problems.isEmpty else {
                        throw HTTPError("\(reading.problemsInWords)")
                    }
                    status.didRead(at: .now(), held: reading.held)
                    for point in reading.points { receiver.append(point) }
                    note(reading, &gaps)
                } else {
                    status.update { $0.state = "reading" }
                }
                trouble.isOver()
            } catch {
                rest = try trouble.note(error)
                if let wait = (error as? HTTPError)?.retryAfter { rest = max(rest, .seconds(wait)) }
            }
            try await pause(untilSlotOf: every, atLeast: rest)
        }
    }

    /// Notes values that are missing in a reading with others; the log has them when they change, then once an hour.
    private func note(_ reading: FieldReading, _ alarm: inout Alarm) {
        guard !reading.problems.isEmpty else { return }
        let sentence = reading.problemsInWords
        status.update { status in
            status.errors += reading.problems.count
            status.lastError = sentence
            status.lastErrorAt = Timestamp.now().seconds
        }
        guard let repeats = alarm.raise(sentence) else { return }
        logger.warning("Some values are left out", reason: sentence, repeats: repeats)
    }
}

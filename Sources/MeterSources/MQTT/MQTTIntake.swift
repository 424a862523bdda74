import Logging
import MeterCore
import MeterIO
import Synchronization

/// Takes a broker's messages, and says how it goes with the broker.
///
/// Called on the client's thread, one message after the other.
final class MQTTIntake: Sendable {
    /// The part that messages change, under the lock.
    private struct State {
        /// Raised while the broker cannot be reached; see `Alarm` for the times at which it is logged.
        var connection = Alarm()
        /// Raised by messages that cannot be used.
        var content = Alarm()
        /// True once the broker has answered, so that later connections count as reconnects.
        var hasConnected = false
    }

    /// The settings of the source.
    private let settings: MQTTSettings
    /// The name, log and status of the source.
    private let context: SourceContext
    /// Takes the points.
    private let receiver: any PointReceiver
    /// Decodes messages, and knows the devices heard so far.
    ///
    /// The client's thread takes it for as long as it reads: nobody else may wait for that.
    private let reader: Mutex<MQTTReader>
    /// The mutable state; the lock is never held while a message is read or points are handed over.
    private let state = Mutex(State())

    /// Begins with nothing heard and no trouble.
    init(_ settings: MQTTSettings, _ context: SourceContext, _ receiver: any PointReceiver) {
        (self.settings, self.context, self.receiver) = (settings, context, receiver)
        reader = Mutex(MQTTReader(settings, context))
    }

    /// Takes an event of the client: the connection's state, or a message.
    ///
    /// A failed connection is logged when its reason changes, then once an hour; the client itself goes on trying.
    func hear(_ event: MQTTClient.Event) {
        switch event {
        case .connected:
            let (isNew, wasTrouble) = state.withLock { state in
                defer { state.hasConnected = true }
                return (!state.hasConnected, state.connection.clear())
            }
            if wasTrouble { context.logger.info("The broker answers again") }
            context.status.update { status in
                if !isNew { status.reconnects += 1 }
                status.state = "reading"
                status.device = settings.broker.map { "hears the broker at \($0)" }
            }
        case .failed(let sentence):
            context.status.didFail(sentence)
            guard let repeats = state.withLock({ $0.connection.raise(sentence) }) else { return }
            context.logger.warning("The broker cannot be heard; trying again", reason: sentence, repeats: repeats)
        case .tooLarge: leaveOut(MQTTReader.tooLarge)
        case .message(let topic, let payload, let isRetained): take(topic, payload, isRetained)
        }
    }

    /// Decodes one message and hands its points over.
    ///
    /// - Parameters:
    ///   - topic: of the message.
    ///   - payload: valid during the call only.
    ///   - isRetained: true when the broker kept the message from before.
    private func take(_ topic: String, _ payload: UnsafeRawBufferPointer, _ isRetained: Bool) {
        let now = Moment.now
        let outcome = reader.withLock { reader in
            Result { try reader.reading(of: payload, on: topic, isRetained: isRetained, at: now) }
        }
        switch outcome {
        case .failure(let error): note(FieldReading(problems: ["\(error)"]), on: topic)
        case .success(.leftOut(let why)): leaveOut(why)
        case .success(.reading(let reading)): hand(over: reading, of: topic, at: now)
        }
    }

    /// Hands over the reading of several topics that is complete by now, if there is one.
    func handOverGathered() {
        guard let root = settings.gathered?.root else { return }
        let now = Moment.now
        // While a message is read, the reading can wait: nobody may wait for that here.
        guard let reading = reader.withLockIfAvailable({ $0.due(at: now.uptime) }) else { return }
        hand(over: reading, of: root, at: now)
    }

    /// Hands over the points of a reading, and says what it lacks.
    private func hand(over reading: FieldReading, of topic: String, at moment: Moment) {
        note(reading, on: topic)
        guard !reading.points.isEmpty || reading.held > 0 else { return }
        context.status.didRead(at: moment.time, held: reading.held)
        for point in reading.points { receiver.append(point) }
    }

    /// Counts a message that was left out, by its reason.
    private func leaveOut(_ why: String) { context.status.update { $0.quality[why, default: 0] += 1 } }

    /// Notes the problems of one message.
    ///
    /// The log has each kind of them once, whatever the topics, then once an hour: messages without any are those of
    /// other devices.
    private func note(_ reading: FieldReading, on topic: String) {
        guard !reading.problems.isEmpty else { return }
        let kind = reading.problemsInWords
        let sentence = "\(topic): \(kind)"
        context.status.update { status in
            status.errors += reading.problems.count
            status.lastError = sentence
            status.lastErrorAt = Timestamp.now().seconds
        }
        guard let repeats = state.withLock({ $0.content.raise(kind) }) else { return }
        context.logger.warning("Some values are left out", reason: sentence, repeats: repeats)
    }
}

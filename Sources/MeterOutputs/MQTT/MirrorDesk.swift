import Logging
import MeterCore
import MeterIO
import Synchronization

/// Joins a broker's client with what it is told, and notes how that goes.
final class MirrorDesk: Sendable {
    private struct State {
        var speech: MirrorSpeech
        /// Raised while the broker cannot be reached; see `Alarm` for the times at which it is logged.
        var alarm = Alarm()
    }

    /// The names of all topics.
    let topics: MirrorTopics
    private let context: MirrorContext
    /// Only the client's thread takes it.
    private let state: Mutex<State>

    init(_ settings: MQTTMirrorSettings, _ context: MirrorContext) {
        self.context = context
        topics = MirrorTopics(settings, site: context.site)
        state = Mutex(State(speech: MirrorSpeech(settings, topics, site: context.site, release: context.release)))
    }

    /// Says what there is to say.
    ///
    /// - Returns: the time until there may be more.
    /// - Throws: when the connection is lost meanwhile; then everything is said again.
    func speak(by voice: MQTTVoice) throws -> Duration {
        let now = Uptime.now
        let pause = state.withLock { $0.speech.pause(at: now) }
        guard pause <= 0 else { return .seconds(pause) }
        let values = context.latest()
        let messages = state.withLock { $0.speech.next(values, at: now) }
        for message in messages { try voice.say(message.text, on: message.topic, isKept: message.isKept) }
        let rest = Duration.seconds(state.withLock { $0.speech.pause(at: now) })
        guard !messages.isEmpty else { return rest }
        let quantities = state.withLock { $0.speech.quantities }
        context.status.update { status in
            status.told += messages.count
            status.quantities = quantities
            status.lastTold = now
        }
        return rest
    }

    /// Takes an event of the client.
    func hear(_ event: MQTTClient.Event) {
        switch event {
        case .connected:
            let wasTrouble = state.withLock { state in
                state.speech.connect(at: .now)
                return state.alarm.clear()
            }
            if wasTrouble { context.logger.info("The broker answers again") }
            context.status.update { $0.isThere = true }
        case .failed(let sentence):
            context.status.didFail(sentence)
            guard let repeats = state.withLock({ $0.alarm.raise(sentence) }) else { return }
            context.logger.warning("The broker cannot be told; trying again", reason: sentence, repeats: repeats)
        case .message(let topic, let text, _): state.withLock { $0.speech.hear(topic, text, at: .now) }
        case .tooLarge: break
        }
    }
}

import MeterCore
import MeterProtocols

/// Answers questions from a recording, in its order: each by the next exchange in which the same was asked.
actor RecordedExchanges<Listener: ExchangeListener> {
    typealias Exchange = Listener.Exchange

    private let recording: any Recording
    private let isOurs: @Sendable (Exchange) -> Bool
    private var listener: Listener
    private var waiting: [(exchange: Exchange, time: Timestamp)] = []
    private var isAtEnd = false
    /// Why the recording could not be read on.
    private var failure: (any Error)?
    /// When the last exchange was over.
    private(set) var time = Timestamp(seconds: 0)
    private var clock = RecordedClock()

    /// Makes it from a recording.
    ///
    /// - Parameters:
    ///   - recording: what was heard.
    ///   - listener: pairs questions and answers.
    ///   - isOurs: whether an exchange was with the device that is meant; others may be on the line.
    init(_ recording: any Recording, _ listener: Listener, where isOurs: @escaping @Sendable (Exchange) -> Bool) {
        self.recording = recording
        self.listener = listener
        self.isOurs = isOurs
    }

    /// When the next exchange was; `nil` at the end.
    func nextTime() async throws -> Timestamp? { try await fill() ? waiting.first?.time : nil }

    /// The same on a clock that is never set.
    func uptime(_ time: Timestamp) -> Uptime { clock.moment(of: time).uptime }

    /// The next exchange of a question; when it got no answer, one more try that follows at once.
    ///
    /// - Throws: `RecordingEnded` when it was not asked again.
    func answer(
        to isQuestion: @Sendable (Exchange) -> Bool,
        isAnswered: @Sendable (Exchange) -> Bool
    ) async throws -> Exchange {
        while try await fill() {
            let (exchange, time) = waiting.removeFirst()
            guard isQuestion(exchange) else { continue }
            self.time = time
            guard !isAnswered(exchange), try await fill(), let again = waiting.first, isQuestion(again.exchange)
            else { return exchange }
            waiting.removeFirst()
            self.time = again.time
            return again.exchange
        }
        throw RecordingEnded()
    }

    /// Sees to it that an exchange waits; `false` at the end.
    private func fill() async throws -> Bool {
        while waiting.isEmpty, !isAtEnd {
            let input: RecordedInput?
            do {
                input = try await recording.next()
            } catch {
                (failure, isAtEnd) = (error, true)
                break
            }
            var found: [Exchange] = []
            if let input {
                listener.push(input.bytes) { found.append($0) }
            } else {
                listener.finish { found.append($0) }
            }
            isAtEnd = input == nil
            let time = input?.time ?? self.time
            waiting += found.filter(isOurs).map { ($0, time) }
        }
        if waiting.isEmpty, let failure { throw failure }
        return !waiting.isEmpty
    }
}

/// A recording is over; nothing is wrong with it.
struct RecordingEnded: Error {}

import MeterCore
import MeterProtocols

/// Answers questions from a recording, each by the next exchange with the same question.
///
/// Exchanges before it are skipped: the recorded source may have put questions that this one does not.
actor RecordedExchanges<Listener: ExchangeListener> {
    /// A question with its answer, or without.
    typealias Exchange = Listener.Exchange

    /// The recording, read as far as needed.
    private let recording: any Recording
    /// True for an exchange with the device that is meant.
    private let isOurs: @Sendable (Exchange) -> Bool
    /// Pairs questions and answers.
    private var listener: Listener
    /// Exchanges that were found and not yet asked for.
    private var waiting: [(exchange: Exchange, time: Timestamp)] = []
    /// True once the recording is read to its end or has failed.
    private var isAtEnd = false
    /// The error that ended the recording early; thrown once all exchanges before it were given out.
    private var failure: (any Error)?
    /// The time of the last exchange that was given out.
    private(set) var time = Timestamp(seconds: 0)
    /// Turns recorded times into a clock that is never set back.
    private var clock = RecordedClock()

    /// Makes it from a recording.
    ///
    /// - Parameters:
    ///   - recording: of the line.
    ///   - listener: pairs questions and answers.
    ///   - isOurs: true for an exchange with the device that is meant; others may be on the line.
    init(_ recording: any Recording, _ listener: Listener, where isOurs: @escaping @Sendable (Exchange) -> Bool) {
        self.recording = recording
        self.listener = listener
        self.isOurs = isOurs
    }

    /// The time of the next exchange; `nil` at the end.
    func nextTime() async throws -> Timestamp? { try await fill() ? waiting.first?.time : nil }

    /// The time on a clock that is never set back.
    func uptime(_ time: Timestamp) -> Uptime { clock.moment(of: time).uptime }

    /// True when a question is the next one, so that it was put here and not later.
    ///
    /// For questions that are not put every time.
    func isNext(_ isQuestion: @Sendable (Exchange) -> Bool) async -> Bool {
        guard let isThere = try? await fill(), isThere, let next = waiting.first else { return false }
        return isQuestion(next.exchange)
    }

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

    /// Reads on until an exchange waits; false at the end.
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

/// The recording is over, which is no fault.
struct RecordingEnded: Error {}

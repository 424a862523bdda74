public import MeterCore
import MeterProtocols

/// What was captured of a line, to be played.
public protocol Recording: Sendable {
    /// The next bytes, and when they came; `nil` at the end.
    func next() async throws -> (bytes: [UInt8], time: Timestamp)?
}

/// A source that makes of a recording the points that it would have made on the line.
public protocol ReplayableSource: CapturableSource {
    /// Plays a recording to its end.
    ///
    /// A source that asks has its questions answered by what was answered then.
    ///
    /// - Throws: what reading the recording throws.
    func replay(_ recording: any Recording, into receiver: any PointReceiver, context: SourceContext) async throws
}

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
    private var origin: Timestamp?

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
    func uptime(_ time: Timestamp) -> Uptime {
        let start = origin ?? time
        origin = start
        return Uptime(nanoseconds: max(0, time.nanoseconds &- start.nanoseconds))
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

    /// Sees to it that an exchange waits; `false` at the end.
    private func fill() async throws -> Bool {
        while waiting.isEmpty, !isAtEnd {
            let stretch: (bytes: [UInt8], time: Timestamp)?
            do {
                stretch = try await recording.next()
            } catch {
                (failure, isAtEnd) = (error, true)
                break
            }
            var found: [Exchange] = []
            if let stretch {
                listener.push(stretch.bytes) { found.append($0) }
            } else {
                listener.finish { found.append($0) }
            }
            isAtEnd = stretch == nil
            let time = stretch?.time ?? self.time
            waiting += found.filter(isOurs).map { ($0, time) }
        }
        if waiting.isEmpty, let failure { throw failure }
        return !waiting.isEmpty
    }
}

/// A recording is over; nothing is wrong with it.
struct RecordingEnded: Error {}

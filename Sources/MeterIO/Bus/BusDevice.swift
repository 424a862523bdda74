import MeterNotation
import Synchronization

/// One device on a bus, as its source holds it.
///
/// The bus lives as long as a device of it is held.
public final class BusDevice: Sendable {
    /// The outcome of all exchanges with a device since its source took it.
    public struct Counts: Sendable, Equatable {
        /// Requests that were sent: each try counts.
        public var requests = 0
        /// Answers that were taken.
        public var answers = 0
        /// Requests to which nothing came.
        public var silences = 0
        /// Requests to which something came that was no answer.
        public var wrong = 0
        /// Bytes that belonged to something else, such as another device's late answer.
        public var skippedBytes = 0
        /// The time during which the device had the bus, from its turn to its answer or failure.
        public var time = Duration.zero
    }

    /// All that changes, under one lock.
    struct State: Sendable {
        var rest: BusRest
        var counts = Counts()
        /// The number of the connection over which it answered last; `nil` before its first answer.
        var connection: Int?
    }

    /// The bus, kept alive by this.
    public let bus: Bus
    /// The device and its line for a person, such as `inverter 2 on /dev/ttyUSB0`.
    public let name: String
    /// The device's speed, patience and habits.
    public let settings: BusSettings
    let state: Mutex<State>

    init(_ name: String, _ settings: BusSettings, on bus: Bus) {
        self.bus = bus
        self.name = said("\(name) on \(bus.name)")
        self.settings = settings
        state = Mutex(State(rest: BusRest(longest: settings.longestRest)))
    }

    /// The counts until now.
    public var counts: Counts { state.withLock { $0.counts } }

    /// Doubts since the beginning whether answers belong to their questions: silence, a wrong answer, a new connection.
    ///
    /// Those of all devices whose answers cannot be told apart from this one's, see `AnswerMark`. Where it has grown, the
    /// source asks for what it knows, such as a serial number, before it believes a value.
    public var doubts: Int { bus.doubts.withLock { $0[settings.mark, default: 0] } }

    /// Failures in a row since the last answer; from the second one on the device rests, see `BusRest`.
    public var failures: Int { state.withLock { $0.rest.failures } }

    /// Waits for the device's turn, sends a request and waits for the answer.
    ///
    /// - Parameters:
    ///   - request: the bytes to send.
    ///   - question: the wish in words, for the error.
    ///   - answer: judges what has come so far, without the echo of the request.
    /// - Returns: the answer's bytes.
    /// - Throws: `BusError`, a sentence with the device, the question and what came instead; at once while it rests.
    public nonisolated(nonsending) func exchange(
        _ request: [UInt8],
        for question: @escaping @autoclosure @Sendable () -> String,
        answer: @escaping @Sendable ([UInt8]) -> AnswerState
    ) async throws(BusError) -> [UInt8] {
        try await bus.exchange(request, with: self, question, answer)
    }
}

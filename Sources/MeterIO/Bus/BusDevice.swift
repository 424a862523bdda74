import Synchronization

/// One device on a bus, as its source holds it.
///
/// The bus lives as long as a device of it is held.
public final class BusDevice: Sendable {
    /// What happened in the exchanges with a device.
    public struct Counts: Sendable, Equatable {
        /// Requests that were sent.
        public var requests = 0
        /// Answers that were taken.
        public var answers = 0
        /// Requests to which nothing came.
        public var silences = 0
        /// Requests to which something came that was no answer.
        public var wrong = 0
        /// Bytes that belonged to something else.
        public var skippedBytes = 0
        /// The time during which the device had the bus.
        public var time = Duration.zero
    }

    struct State: Sendable {
        var rest: BusRest
        var counts = Counts()
    }

    public let bus: Bus
    /// The device and its line, for a person.
    public let name: String
    public let settings: BusSettings
    let state: Mutex<State>

    init(_ name: String, _ settings: BusSettings, on bus: Bus) {
        self.bus = bus
        self.name = "\(name) on \(bus.name)"
        self.settings = settings
        state = Mutex(State(rest: BusRest(longest: settings.longestRest)))
    }

    public var counts: Counts { state.withLock { $0.counts } }

    /// Failures since the last answer.
    public var failures: Int { state.withLock { $0.rest.failures } }

    /// Waits for the device's turn, sends a request and waits for the answer.
    ///
    /// - Parameters:
    ///   - request: the bytes to send.
    ///   - question: what is asked for, in words, for the error.
    ///   - answer: judges what has come so far, without the echo of the request.
    /// - Returns: the answer's bytes.
    /// - Throws: a sentence with the device, the question and what came instead.
    public func exchange(
        _ request: [UInt8],
        for question: String,
        answer: @escaping @Sendable ([UInt8]) -> AnswerState
    ) async throws(BusError) -> [UInt8] {
        try await bus.exchange(request, with: self, question, answer)
    }
}

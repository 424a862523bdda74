public import MeterCore
import MeterNotation
import Synchronization

/// A line that several devices share, each with a protocol, a speed and habits of its own.
///
/// The bus owns the line and gives turns: a request and its answer, then the next device. It works on the event loop of
/// its callers and never blocks. It keeps away from the protocols the echo of the request, with which two-wire
/// converters answer; bytes left over from earlier exchanges; answers that come late, see `LateAnswers`; a device's wish
/// for silence; and a dead device, which costs its time-out and then ever less, see `BusRest`.
///
/// `serial(at:format:loop:)` and `network(_:loop:)` give all sources of the process that name the same line the same bus,
/// which closes the line when the last of them lets go of its `BusDevice`. So a source that is configured anew takes
/// nothing from the others.
public actor Bus {
    /// The line, for a person.
    public nonisolated let name: String
    nonisolated let loop: EventLoop
    nonisolated let turns = Turns()
    nonisolated let conversations = Turns()
    private nonisolated let isLost = Atomic(false)
    /// The doubts so far about the answers of each mark.
    nonisolated let doubts = Mutex<[AnswerMark: Int]>([:])
    /// The address to which the line is connected, again and again; `nil` for a line of this machine.
    private nonisolated let address: NetworkAddress?
    /// `nil` once it was lost, so that a device can come back under its old name.
    var line: (any BusLine)?
    /// The format that the line has now; `nil` before the first exchange.
    var format: SerialSettings?
    /// True when the line must be silent for a while before the next request, since an answer may still be on its way.
    var isDirty = true
    /// The answers that may still come to earlier requests.
    var late = LateAnswers()
    /// The number of connections so far; a late answer may end with one, or come over the next.
    private var connections = 0
    /// The end of the last exchange, from which a device's wish for a pause counts.
    var lastUse: Uptime
    /// The pause after the answers of the device that had the last turn.
    var lastPause = Duration.zero
    /// The listener to all that is sent and received, for a capture.
    var recorder: (@Sendable ([UInt8], Timestamp) throws -> Void)?

    /// Makes a bus of a line that nobody else uses.
    public init(_ line: sending any BusLine, loop: EventLoop = .main) {
        name = line.name
        address = nil
        self.line = line
        self.loop = loop
        lastUse = loop.now
    }

    /// Makes a bus that connects to an address as soon as a device is asked, and whenever the connection was closed.
    init(_ address: NetworkAddress, loop: EventLoop = .main) {
        name = "\(address)"
        self.address = address
        self.loop = loop
        lastUse = loop.now
    }

    /// A device of this bus.
    ///
    /// - Parameters:
    ///   - name: for a person, such as `inverter 2`.
    ///   - settings: its speed, its patience and its habits.
    /// - Returns: the device, for its source to hold and to talk with.
    public nonisolated func device(_ name: String, _ settings: BusSettings) -> BusDevice {
        BusDevice(name, settings, on: self)
    }

    /// False once the line was lost; a line in the network stays true, since it is connected anew.
    public nonisolated var isOpen: Bool { !isLost.load(ordering: .relaxed) }

    /// Hands over all that is sent and received from now on, with its time.
    ///
    /// For a capture: what a listener on the line would hear, the requests included. An error ends the exchange.
    public func record(_ recorder: (@Sendable ([UInt8], Timestamp) throws -> Void)?) { self.recorder = recorder }

    /// Closes a connection in the network until the next exchange, so that another program gets it meanwhile.
    ///
    /// - Throws: `CancellationError` while it waits for its turn.
    public func hangUp() async throws {
        guard address != nil else { return }
        try await turns.take()
        defer { turns.end() }
        line = nil
    }

    // MARK: - Exchanges

    /// Asks a device, again if it may be, and lets it rest when it does not answer.
    ///
    /// Only silence and wrong answers are worth another try: a lost line is not there for the next one either. A late
    /// answer to the first try is one to the second, too; before another question it is waited for.
    func exchange(
        _ request: [UInt8],
        with device: BusDevice,
        _ question: @Sendable () -> String,
        _ answer: @Sendable ([UInt8]) -> AnswerState
    ) async throws(BusError) -> [UInt8] {
        let settings = device.settings
        var failures = 0
        while true {
            if let left = rest(of: device) {
                let detail = said("it is asked again in \(left.components.seconds + 1) s")
                throw BusError(.resting(left), device.name, question(), detail)
            }
            do throws(BusError) {
                if failures == 0 {
                    try await turnWithoutLateAnswers(device, question)
                } else {
                    try await takeTurn(device, question)
                }
                return try await turn(request, device, question, answer)
            } catch {
                failures += 1
                guard error.reason == .silent || error.reason == .wrong else { throw error }
                guard failures < settings.tries, device.failures <= failures else { throw error }
                if let left = rest(of: device) {
                    guard left <= settings.timeout else { throw error }
                    try await pause(until: loop.now + left, device, question)
                }
            }
        }
    }

    /// The time for which a device is still left alone; `nil` when it may be asked.
    private func rest(of device: BusDevice) -> Duration? { device.state.withLock { $0.rest.left(at: loop.now) } }

    private func takeTurn(_ device: BusDevice, _ question: @Sendable () -> String) async throws(BusError) {
        do { try await turns.take() } catch { throw BusError(.cancelled, device.name, question(), "") }
    }

    /// Takes a turn in which no answer to an earlier question can come any more; until then the others have theirs.
    private func turnWithoutLateAnswers(_ device: BusDevice, _ question: @Sendable () -> String) async throws(BusError)
    {
        try await takeTurn(device, question)
        while let end = late.wait(before: device.settings.mark, of: ObjectIdentifier(device), at: loop.now) {
            turns.end()
            try await pause(until: end, device, question)
            try await takeTurn(device, question)
            isDirty = true
        }
    }

    private func pause(
        until end: Uptime,
        _ device: BusDevice,
        _ question: @Sendable () -> String
    ) async throws(BusError) {
        do { try await loop.sleep(until: end) } catch { throw BusError(.cancelled, device.name, question(), "") }
    }

    /// True when an answer can be believed, or came twice; else the question is to be asked once more.
    ///
    /// - Parameters:
    ///   - bytes: the answer.
    ///   - doubtful: the answers that could not be believed so far.
    ///   - request: the question.
    ///   - device: that was asked.
    ///   - question: for the error.
    /// - Returns: false when it may be a copy of the answer to another question.
    /// - Throws: `BusError` when it is never sure.
    private func confirms(
        _ bytes: [UInt8],
        _ doubtful: inout [[UInt8]],
        _ request: [UInt8],
        _ device: BusDevice,
        _ question: @Sendable () -> String
    ) throws(BusError) -> Bool {
        let (mark, now) = (device.settings.mark, loop.now)
        if let last = doubtful.last, last != bytes {
            // The first one was a copy, and its place in the order of answers is still to be filled.
            doubt(mark)
            late.expectAnother(mark, of: ObjectIdentifier(device), until: now + device.settings.latest)
        }
        // With room for a machine that is slow itself.
        let since = now + (.zero - device.settings.latest - device.settings.latest)
        guard doubtful.last == bytes || !late.mayBeCopy(bytes, of: request, mark, since: since) else {
            guard doubtful.count < 3 else {
                throw BusError(
                    .wrong,
                    device.name,
                    question(),
                    said("it repeats its answers to other questions"),
                    bytes
                )
            }
            doubtful.append(bytes)
            return false
        }
        late.took(bytes, to: request, mark, at: now, since: since)
        return true
    }

    /// One turn, which was taken: uses it until there is an answer to believe, and ends it.
    private func turn(
        _ request: [UInt8],
        _ device: BusDevice,
        _ question: @Sendable () -> String,
        _ answer: @Sendable ([UInt8]) -> AnswerState
    ) async throws(BusError) -> [UInt8] {
        defer { turns.end() }
        var doubtful: [[UInt8]] = []
        while true {
            let bytes = try await once(request, device, question, answer)
            if try confirms(bytes, &doubtful, request, device, question) { return bytes }
        }
    }

    /// Notes that the answers of a mark may not belong to their questions.
    private func doubt(_ mark: AnswerMark) { doubts.withLock { $0[mark, default: 0] += 1 } }

    /// One request and its answer.
    private func once(
        _ request: [UInt8],
        _ device: BusDevice,
        _ question: @Sendable () -> String,
        _ answer: @Sendable ([UInt8]) -> AnswerState
    ) async throws(BusError) -> [UInt8] {
        let start = loop.now
        var talk = BusTalk(request)
        let failure: BusError
        do {
            let verdict = try await use(&talk, device, answer)
            if case .answer(let bytes) = verdict {
                note(device, talk, since: start, nil)
                return bytes
            }
            failure = explain(verdict, talk, device, question)
        } catch is CancellationError {
            isDirty = true
            doubt(device.settings.mark)
            throw BusError(.cancelled, device.name, question(), "")
        } catch {
            line = nil
            isLost.store(address == nil, ordering: .relaxed)
            throw BusError(.lineLost, device.name, question(), "\(error)")
        }
        isDirty = true
        if device.settings.mark == .connection, address != nil { line = nil }
        note(device, talk, since: start, failure)
        throw failure
    }

    /// Sends the request and waits for the answer, over a new connection if there is none.
    private func use(
        _ talk: inout BusTalk,
        _ device: BusDevice,
        _ answer: ([UInt8]) -> AnswerState
    ) async throws -> BusTalk.Verdict {
        if let line {
            do {
                return try await use(line, &talk, device, answer)
            } catch {
                // An idle connection that the other end closed shows only now; a serial line is lost for good.
                guard address != nil, talk.came.isEmpty, !(error is CancellationError) else { throw error }
                self.line = nil
            }
        }
        guard let address else { throw LineClosed(name: name) }
        let settings = device.settings
        let fresh = try await NetworkLine.connect(to: address, loop)
        line = fresh
        connections += 1
        isDirty = false
        if settings.settling > .zero { (lastUse, lastPause) = (loop.now, settings.settling) }
        return try await use(fresh, &talk, device, answer)
    }

    private func use(
        _ line: any BusLine,
        _ talk: inout BusTalk,
        _ device: BusDevice,
        _ answer: ([UInt8]) -> AnswerState
    ) async throws -> BusTalk.Verdict {
        let settings = device.settings
        let unexpected = try await prepare(line, settings)
        // Had it come a moment later, it would have been taken for the answer.
        if settings.mark.isAmbiguous, !unexpected.isEmpty, case .complete = answer(unexpected) {
            doubt(settings.mark)
        }
        let deadline = try await send(talk.request, line, settings)
        let latest = deadline + settings.latest + (settings.silence - settings.timeout)
        late.asked(settings.mark, of: ObjectIdentifier(device), until: latest)
        return try await receive(&talk, line, settings, deadline, answer)
    }

    /// The error for a verdict that is no answer, with the bytes that came.
    private func explain(
        _ verdict: BusTalk.Verdict,
        _ talk: BusTalk,
        _ device: BusDevice,
        _ question: @Sendable () -> String
    ) -> BusError {
        let detail = if case .wrong(let reason) = verdict { reason } else { talk.shortfall }
        if let detail { return BusError(.wrong, device.name, question(), detail, talk.came) }
        let time = Double(device.settings.timeout / .milliseconds(1)) / 1000
        let silence: Phrase =
            talk.hasEcho
            ? "nothing came within \(time) s, but for the echo of the request" : "nothing came within \(time) s"
        return BusError(.silent, device.name, question(), said(silence))
    }

    /// Counts, and lets a device rest that failed.
    private func note(_ device: BusDevice, _ talk: BusTalk, since start: Uptime, _ failure: BusError?) {
        let now = loop.now
        let time = start.duration(to: now)
        lastUse = now
        if failure == nil {
            let mark = device.settings.mark
            late.answered(mark, of: ObjectIdentifier(device), at: now, patience: device.settings.timeout)
        }
        let isAnotherConnection = device.state.withLock { state in
            state.counts.requests += 1
            state.counts.skippedBytes += talk.skipped
            state.counts.time += time
            switch failure?.reason {
            case nil: state.counts.answers += 1
            case .silent: state.counts.silences += 1
            default: state.counts.wrong += 1
            }
            guard failure == nil else {
                state.rest.failed(costing: time, at: now)
                return false
            }
            state.rest.answered()
            defer { state.connection = connections }
            return state.connection.map { $0 != connections } ?? false
        }
        if failure != nil || isAnotherConnection { doubt(device.settings.mark) }
    }
}

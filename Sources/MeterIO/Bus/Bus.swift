public import MeterCore
import Synchronization

/// A line that several devices share, each with a protocol, a speed and habits of its own.
///
/// The bus owns the line and gives turns: a request and its answer, then the next device. It works on the event loop of
/// its callers and never blocks. What it keeps away from the protocols: the echo of the request, with which two-wire
/// converters answer; bytes left over from earlier exchanges; a device's wish for silence; and a dead device, which costs
/// its time-out and then ever less, see `BusRest`.
///
/// `serial(at:format:)` gives all sources of the process that name the same line the same bus, which closes the line
/// when the last of them lets go of its `BusDevice`. So a source that is configured anew takes nothing from the others.
public actor Bus {
    /// More than this is no answer but noise without end.
    private static let mostBytes = 4096
    /// The longest frame of any protocol that has its place on a bus, in characters.
    private static let longestAnswer = 270

    /// The line, for a person.
    public nonisolated let name: String
    private nonisolated let loop: EventLoop
    private nonisolated let turns = BusTurns()
    private nonisolated let isLost = Atomic(false)
    /// `nil` once it was lost, so that the device can come back under its old name.
    private var line: (any BusLine)?
    private var format: SerialSettings?
    /// What must be heard before the next request: nothing for a while, since an answer may still be on its way.
    private var isDirty = true
    private var lastUse: Uptime
    private var lastPause = Duration.zero
    private var recorder: (@Sendable ([UInt8], Timestamp) -> Void)?

    /// Makes a bus of a line that nobody else uses.
    public init(_ line: sending any BusLine, loop: EventLoop = .main) {
        name = line.name
        self.line = line
        self.loop = loop
        lastUse = loop.now
    }

    /// A device of this bus.
    ///
    /// - Parameters:
    ///   - name: what a person calls it, such as `inverter 2`.
    ///   - settings: how it wants to be spoken to.
    /// - Returns: the device, for its source to hold and to talk with.
    public nonisolated func device(_ name: String, _ settings: BusSettings) -> BusDevice {
        BusDevice(name, settings, on: self)
    }

    /// Whether the line is of use, as far as is known.
    public nonisolated var isOpen: Bool { !isLost.load(ordering: .relaxed) }

    /// Hands over all that is sent and received from now on, with its time.
    ///
    /// For a capture: what a listener on the line would hear, the requests included.
    public func record(_ recorder: (@Sendable ([UInt8], Timestamp) -> Void)?) { self.recorder = recorder }

    // MARK: - Exchanges

    func exchange(
        _ request: [UInt8],
        with device: BusDevice,
        _ question: String,
        _ answer: @Sendable ([UInt8]) -> AnswerState
    ) async throws(BusError) -> [UInt8] {
        var tries = 0
        while true {
            if let left = device.state.withLock({ $0.rest.left(at: loop.now) }) {
                let detail = "it is asked again in \(left.components.seconds + 1) s"
                throw BusError(.resting(left), device.name, question, detail)
            }
            tries += 1
            do throws(BusError) {
                return try await turn(request, device, question, answer)
            } catch {
                guard error.reason == .silent || error.reason == .wrong else { throw error }
                guard tries < device.settings.tries, device.failures <= tries else { throw error }
            }
        }
    }

    /// One turn: takes it, uses it, ends it.
    private func turn(
        _ request: [UInt8],
        _ device: BusDevice,
        _ question: String,
        _ answer: @Sendable ([UInt8]) -> AnswerState
    ) async throws(BusError) -> [UInt8] {
        do { try await turns.take() } catch { throw BusError(.cancelled, device.name, question, "") }
        defer { turns.end() }
        guard let line else { throw BusError(.lineLost, device.name, question, "\(name) was lost") }
        let start = loop.now
        var talk = BusTalk(request)
        let failure: BusError
        do {
            try await prepare(line, device.settings)
            let deadline = try await send(request, line, device.settings)
            let verdict = try await receive(&talk, line, device.settings, deadline, answer)
            if case .answer(let bytes) = verdict {
                note(device, talk, since: start, nil)
                return bytes
            }
            failure = explain(verdict, talk, device, question)
        } catch is CancellationError {
            isDirty = true
            throw BusError(.cancelled, device.name, question, "")
        } catch {
            isLost.store(true, ordering: .relaxed)
            self.line = nil
            throw BusError(.lineLost, device.name, question, "\(error)")
        }
        isDirty = true
        note(device, talk, since: start, failure)
        throw failure
    }

    /// Waits until the line is silent and has the device's format.
    private func prepare(_ line: any BusLine, _ settings: BusSettings) async throws {
        if format != settings.format {
            try line.apply(settings.format)
            format = settings.format
        }
        let quiet = lastUse + max(settings.pause, lastPause)
        if loop.now < quiet { try await loop.sleep(until: quiet) }
        lastPause = settings.pause
        let start = loop.now
        var silentSince = start
        while true {
            if try !take(from: line).isEmpty {
                isDirty = true
                silentSince = loop.now
            }
            let end = silentSince + (isDirty ? settings.silence : .zero)
            let now = loop.now
            if end <= now || start.duration(to: now) > .seconds(1) { break }
            try await loop.waitUntilReadable(line.descriptor, until: end)
        }
        isDirty = false
    }

    /// Sends the request.
    ///
    /// - Returns: when the answer must have begun.
    private func send(_ request: [UInt8], _ line: any BusLine, _ settings: BusSettings) async throws -> Uptime {
        let deadline = loop.now + settings.timeout + settings.duration(of: request.count)
        var left = request[...]
        while true {
            left = left.dropFirst(try line.write(left))
            if left.isEmpty || loop.now >= deadline { break }
            try await loop.sleep(for: .milliseconds(5))
        }
        recorder?(request, .now())
        return deadline
    }

    private func receive(
        _ talk: inout BusTalk,
        _ line: any BusLine,
        _ settings: BusSettings,
        _ start: Uptime,
        _ answer: ([UInt8]) -> AnswerState
    ) async throws -> BusTalk.Verdict {
        let last = start + settings.duration(of: 2 * Self.longestAnswer)
        var deadline = start
        while true {
            let bytes = try take(from: line)
            let now = loop.now
            if !bytes.isEmpty {
                lastUse = now
                let verdict = talk.take(bytes, answer)
                if verdict != .incomplete { return verdict }
                // Once it has begun, the rest follows without longer gaps.
                deadline = min(max(deadline, now + .milliseconds(200) + settings.silence), last)
            }
            guard now < deadline, talk.skipped + talk.came.count < Self.mostBytes else { return .incomplete }
            try await loop.waitUntilReadable(line.descriptor, until: deadline)
        }
    }

    /// Takes what has come, without waiting.
    private func take(from line: any BusLine) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < Self.mostBytes {
            let more = try [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
                count = try line.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if more.isEmpty { break }
            bytes += more
        }
        if !bytes.isEmpty { recorder?(bytes, .now()) }
        return bytes
    }

    private func explain(
        _ verdict: BusTalk.Verdict,
        _ talk: BusTalk,
        _ device: BusDevice,
        _ question: String
    ) -> BusError {
        let detail = if case .wrong(let reason) = verdict { reason } else { talk.shortfall }
        if let detail { return BusError(.wrong, device.name, question, detail, talk.came) }
        let time = Double(device.settings.timeout / .milliseconds(1)) / 1000
        return BusError(
            .silent,
            device.name,
            question,
            "nothing came within \(time) s" + (talk.hasEcho ? ", but for the echo of the request" : "")
        )
    }

    /// Counts, and lets a device rest that failed.
    private func note(_ device: BusDevice, _ talk: BusTalk, since start: Uptime, _ failure: BusError?) {
        let now = loop.now
        let time = start.duration(to: now)
        lastUse = now
        device.state.withLock { state in
            state.counts.requests += 1
            state.counts.skippedBytes += talk.skipped
            state.counts.time += time
            switch failure?.reason {
            case nil: state.counts.answers += 1
            case .silent: state.counts.silences += 1
            default: state.counts.wrong += 1
            }
            if failure == nil {
                state.rest.answered()
            } else {
                state.rest.failed(costing: time, at: now)
            }
        }
    }
}

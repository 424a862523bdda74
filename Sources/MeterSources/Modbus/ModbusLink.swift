import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols
import Synchronization

/// The addressee of requests: a device, or a recording of one.
protocol ModbusAsking: Sendable {
    /// The present, by the clock and by one that is never set back.
    var now: (time: Timestamp, uptime: Uptime) { get async }
    /// Asks for an answer; the error thrown says why there is none.
    nonisolated(nonsending) func ask(_ request: ModbusRequest) async throws -> ModbusAnswer
    /// True when a request that is not put every time is put now: a device is asked when it is due, and a recording has
    /// it or not.
    nonisolated(nonsending) func isWanted(_ request: ModbusRequest, _ isDue: Bool) async -> Bool
}

extension ModbusAsking {
    func isWanted(_ request: ModbusRequest, _ isDue: Bool) -> Bool { isDue }
}

/// The way to one device: takes one request at a time.
///
/// A line that is shared, see `Bus`: an RS485 pair, a converter that passes its bytes on, or a device or gateway that
/// speaks Modbus TCP. Many of those take one connection only, and a gateway has one serial line, so that there, too,
/// one request is in flight whoever asks.
final class ModbusLink: ModbusAsking {
    /// The frame around a message.
    ///
    /// `tcp` has the header of Modbus TCP with a transaction number; `rtu` has the unit and a CRC-16, and no number.
    enum Framing: String, CaseIterable { case tcp, rtu }

    /// The device on its bus, with timeout and pause.
    private let device: BusDevice
    /// The number of the device on its line or gateway, 0 to 255.
    private let unit: UInt8
    /// The frame around each message.
    private let framing: Framing
    /// Maximum number of tries of a request to which the device says that it is busy, 1 or more.
    private let tries: Int
    /// True when another program may have the device's only connection.
    private let takesOneClient: Bool
    /// The proof that its answers belong to the questions, where they carry no number.
    private let proof: Mutex<AnswerProof>
    /// The number of the last request by TCP; begins anywhere, so that two sources with one device do not count alike.
    private let transaction = Atomic(UInt16.random(in: 0...UInt16.max))

    /// Makes a link; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - device: on its bus.
    ///   - unit: the number on the line or gateway, 0 to 255.
    ///   - framing: around each message.
    ///   - tries: of a request to which the device says that it is busy, 1 or more.
    ///   - takesOneClient: true when the device takes one connection only, which another program may have.
    ///   - isBelieved: true when its answers are believed until something goes wrong, as those of a search are.
    init(
        _ device: BusDevice,
        unit: UInt8,
        framing: Framing,
        tries: Int,
        takesOneClient: Bool = false,
        isBelieved: Bool = false
    ) {
        self.device = device
        self.unit = unit
        self.framing = framing
        self.tries = tries
        self.takesOneClient = takesOneClient
        proof = Mutex(AnswerProof(settled: isBelieved ? device.doubts : nil))
    }

    /// The present of this machine.
    var now: (time: Timestamp, uptime: Uptime) { (.now(), .now) }

    /// The most proofs for one question, 3: a line on which more are needed is not one to believe.
    private static let mostProofs = 3

    /// Sends a request and waits for its answer; repeats it when nothing comes or the device is busy.
    ///
    /// Where answers carry no number and there is a doubt, the answer is thrown away: only that which comes once it was
    /// proven that answers belong to their questions is believed, be it a refusal.
    ///
    /// - Throws: `ModbusError` when the device refused or answered wrongly, `ModbusTrouble` when it did not answer, or
    ///   its answers do not belong to the questions, `CancellationError`; any other error means that the way itself is
    ///   closed.
    nonisolated(nonsending) func ask(_ request: ModbusRequest) async throws -> ModbusAnswer {
        var answer = try await patiently(request)
        var proofs = 0
        while framing == .rtu, proof.withLock({ $0.isNeeded(device.doubts) }) {
            guard proofs < Self.mostProofs else { throw ModbusTrouble(description: Self.outOfStep) }
            proofs += 1
            try await prove(after: request)
            answer = try await patiently(request)
        }
        return try answer.get()
    }

    /// Sends a request, again when the device is busy.
    ///
    /// - Returns: the answer, or the refusal, which is one, too.
    private nonisolated(nonsending) func patiently(
        _ request: ModbusRequest
    ) async throws -> Result<ModbusAnswer, ModbusError> {
        var tried = 0
        while true {
            tried += 1
            do {
                return .success(try await exchange(request))
            } catch ModbusError.refused(let exception) where exception.isBusy && tried < tries {
                try await EventLoop.main.sleep(for: max(device.settings.pause, .milliseconds(200)))
            } catch let refusal as ModbusError {
                return .failure(refusal)
            }
        }
    }

    /// Proves that answers belong to the questions; see `AnswerProof`.
    ///
    /// Only an answer at the first try is one: where each is one behind, the second try gets the first one's. A question
    /// to which the device may never say anything proves nothing; the next one is of another kind.
    private nonisolated(nonsending) func prove(after request: ModbusRequest) async throws {
        let doubts = device.doubts
        guard let check = proof.withLock({ $0.question(after: request) }) else {
            return proof.withLock { $0.giveUp(doubts) }
        }
        do {
            _ = try await exchange(check)
        } catch is ModbusError {
            // A refusal is an answer.
        } catch let trouble as ModbusTrouble {
            if trouble.isResting { throw trouble }
            if trouble.isSilent, proof.withLock({ $0.silent() }) { return }
        }
        guard device.doubts == doubts else { throw ModbusTrouble(description: Self.outOfStep) }
        proof.withLock { $0.succeeded(doubts) }
    }

    /// The sentence for answers that do not belong to the questions.
    private static let outOfStep =
        said(
            "its answers come late, or belong to other questions: no value can be believed; raise timeout, and look whether "
                + "another program or master uses the line, or restart the converter"
        )

    /// Sends a request once, and decodes its answer.
    private nonisolated(nonsending) func exchange(_ request: ModbusRequest) async throws -> ModbusAnswer {
        let message =
            switch framing {
            case .rtu: try await exchangeRTU(request)
            case .tcp: try await exchangeTCP(request)
            }
        return try request.answer(message)
    }

    /// Exchanges a message in an RTU frame.
    ///
    /// - Returns: the message without the unit in front and the checksum behind.
    private nonisolated(nonsending) func exchangeRTU(_ request: ModbusRequest) async throws -> [UInt8] {
        let unit = unit
        let bytes = try await exchange(RTUFrame.bytes(request, to: unit), request) { came in
            switch RTUFrame.answer(to: request, from: unit, in: came) {
            case nil: .incomplete
            case let range? where range.lowerBound > 0: .skip(range.lowerBound)
            case let range?: .complete(range.upperBound)
            }
        }
        return Array(bytes.dropFirst().dropLast(2))
    }

    /// Exchanges a message in a TCP frame.
    ///
    /// - Returns: the message without the header.
    private nonisolated(nonsending) func exchangeTCP(_ request: ModbusRequest) async throws -> [UInt8] {
        let unit = unit
        let number = transaction.wrappingAdd(1, ordering: .relaxed).newValue
        let frame = TCPFrame.bytes(request, to: unit, transaction: number)
        let bytes = try await exchange(frame, request) { came in
            guard let length = TCPFrame.length(came) else {
                return .wrong(
                    said("it is no Modbus TCP; for a converter that passes on serial bytes write framing = \"rtu\"")
                )
            }
            guard length > 0, came.count >= length else { return .incomplete }
            return TCPFrame.isAnswer(came, transaction: number, unit: unit) ? .complete(length) : .skip(length)
        }
        return Array(bytes.dropFirst(TCPFrame.headerSize))
    }

    /// Puts bytes onto the bus, and turns its errors into those of `ask`.
    ///
    /// - Parameters:
    ///   - bytes: of the whole frame.
    ///   - request: for messages.
    ///   - judge: tells whether the bytes received are an answer.
    /// - Returns: the frame of the answer.
    /// - Throws: `BusError` when the line is lost, `ModbusTrouble` or `CancellationError`.
    private nonisolated(nonsending) func exchange(
        _ bytes: [UInt8],
        _ request: ModbusRequest,
        _ judge: @escaping @Sendable ([UInt8]) -> AnswerState
    ) async throws -> [UInt8] {
        do throws(BusError) {
            return try await device.exchange(bytes, for: said(request.words), answer: judge)
        } catch {
            switch error.reason {
            case .cancelled: throw CancellationError()
            case .lineLost: throw error
            case .resting: throw ModbusTrouble(description: "\(error)", isResting: true)
            case .silent: throw ModbusTrouble(description: "\(error); \(said(hint(isSilent: true)))", isSilent: true)
            case .wrong: throw ModbusTrouble(description: "\(error); \(said(hint(isSilent: false)))")
            }
        }
    }

    /// A question that helps to find the cause, as the end of a sentence.
    private func hint(isSilent: Bool) -> Phrase {
        switch (framing, isSilent) {
        case (.tcp, true) where takesOneClient:
            "is it switched on, and is no other program connected? It takes one connection only"
        case (.tcp, true):
            "is it switched on, and is the unit number right? A converter that passes on serial bytes needs "
                + "framing = \"rtu\""
        case (.tcp, false): "is it a Modbus device, and the port that of Modbus?"
        case (.rtu, true): "is it switched on, are unit, speed and parity right, are A and B of the pair not swapped?"
        case (.rtu, false): "are speed and parity right, and has only one device this number?"
        }
    }
}

/// The device does not answer; the way to it is open, and the next request may succeed.
struct ModbusTrouble: Error, Sendable, CustomStringConvertible {
    /// The sentence, with a hint for the person who wires it.
    var description: String
    /// True when it was not asked now, since it has not answered for a while.
    var isResting = false
    /// True when not a single byte came.
    var isSilent = false
}

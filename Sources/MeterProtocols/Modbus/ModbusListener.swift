/// Pairs requests to Modbus devices with their answers, of a serial line or of a connection.
///
/// The first request tells which of the two it is: RTU by its checksum, TCP by its header. Only requests that this
/// program itself would send are known; all else is stray.
public struct ModbusListener: ExchangeListener {
    /// A request and the answer that came before the next one.
    public struct Exchange: Sendable, Equatable {
        /// The address of the device, 1...247 on a serial line.
        public var unit: UInt8
        /// The question.
        public var request: ModbusRequest
        /// The answer, or the device's refusal; `nil` when none came.
        public var answer: Result<ModbusAnswer, ModbusError>?
    }

    /// The two ways of framing a message.
    private enum Framing { case rtu, tcp }

    /// The judgement of the first bytes; `more` waits for others, `stray` begins nothing.
    private enum Look {
        case request(ModbusRequest, unit: UInt8, transaction: UInt16, Framing, length: Int)
        case answer(Result<ModbusAnswer, ModbusError>, length: Int)
        case more, stray
    }

    /// The longest request of either kind, in bytes: header and five bytes over TCP.
    private static let longestRequest = 12

    /// Bytes that belong to no request and no answer.
    public private(set) var strayBytes = 0
    private var framing: Framing?
    /// Bytes not yet judged.
    private var heard: [UInt8] = []
    /// The request that waits for its answer.
    private var asked: (request: ModbusRequest, unit: UInt8, transaction: UInt16)?
    /// True when the request was heard once, and nothing after it: the same bytes again are an echo or another try.
    private var mayBeEchoed = false

    /// A listener that has heard nothing.
    public init() {}

    /// Takes bytes of the line, in pieces of any size, and hands over the exchanges that they end.
    public mutating func push(_ bytes: [UInt8], _ onExchange: (Exchange) -> Void) {
        heard += bytes
        while search(isEnd: false, onExchange) {}
    }

    /// Ends the line: an open request got no answer.
    public mutating func finish(_ onExchange: (Exchange) -> Void) {
        while search(isEnd: true, onExchange) {}
        end(nil, onExchange)
    }

    /// Judges the first bytes; false when more must come before anything can be said.
    private mutating func search(isEnd: Bool, _ onExchange: (Exchange) -> Void) -> Bool {
        guard !heard.isEmpty else { return false }
        switch look() {
        case .answer(let answer, let length):
            heard.removeFirst(length)
            end(answer, onExchange)
        case .request(let request, let unit, let transaction, let framing, let length):
            heard.removeFirst(length)
            self.framing = framing
            // The echo of a two-wire converter, or one more try after nothing came: the same exchange.
            if let asked, asked == (request, unit, transaction), mayBeEchoed {
                mayBeEchoed = false
                return true
            }
            end(nil, onExchange)
            (asked, mayBeEchoed) = ((request, unit, transaction), true)
        case .more where !isEnd: return false
        case .more, .stray:
            strayBytes += 1
            mayBeEchoed = false
            heard.removeFirst()
        }
        return true
    }

    /// Hands over the open exchange, if there is one.
    private mutating func end(_ answer: Result<ModbusAnswer, ModbusError>?, _ onExchange: (Exchange) -> Void) {
        guard let asked = asked.take() else { return }
        onExchange(Exchange(unit: asked.unit, request: asked.request, answer: answer))
    }

    /// The judgement of the first bytes, an answer to the open request before a new request.
    private func look() -> Look {
        if let asked, framing == .rtu, heard[0] == asked.unit,
            let length = asked.request.answerLength(heard[1...])
        {
            // Unit and checksum are around the message.
            if length == 0 || heard.count < length + 3 { return firstRequest ?? .more }
            if RTUFrame.answer(to: asked.request, from: asked.unit, in: Array(heard.prefix(length + 3)))
                == 0..<(length + 3)
            {
                return .answer(Self.read(heard[1...length], asked.request), length: length + 3)
            }
        }
        if let asked, framing == .tcp, let length = TCPFrame.length(heard), length > 0 {
            if heard.count < length { return .more }
            if TCPFrame.isAnswer(Array(heard.prefix(length)), transaction: asked.transaction, unit: asked.unit),
                firstRequest == nil
            {
                return .answer(Self.read(heard[TCPFrame.headerSize..<length], asked.request), length: length)
            }
        }
        return firstRequest ?? (heard.count < Self.longestRequest ? .more : .stray)
    }

    private static func read(
        _ message: ArraySlice<UInt8>,
        _ request: ModbusRequest
    ) -> Result<ModbusAnswer, ModbusError> {
        Result { () throws(ModbusError) in try request.answer(Array(message)) }
    }

    /// The request that the first bytes are, framed as the first one was; `nil` when they are none.
    private var firstRequest: Look? {
        for length in framing == .tcp ? [] : [8, 7] where heard.count >= length {
            let message = heard[1..<(length - 2)]
            guard let request = ModbusRequest(reading: message),
                RTUFrame.bytes(request, to: heard[0]) == Array(heard.prefix(length))
            else { continue }
            return .request(request, unit: heard[0], transaction: 0, .rtu, length: length)
        }
        guard framing != .rtu, let length = TCPFrame.length(heard), length > 0, heard.count >= length,
            let request = ModbusRequest(reading: heard[TCPFrame.headerSize..<length])
        else { return nil }
        let transaction = UInt16(heard[0]) << 8 | UInt16(heard[1])
        return .request(request, unit: heard[6], transaction: transaction, .tcp, length: length)
    }
}

extension ModbusRequest {
    /// Reads the bytes of a request, without what a serial line or a network puts around them.
    ///
    /// - Returns: `nil` when it is none that this program sends.
    init?(reading message: ArraySlice<UInt8>) {
        let bytes = Array(message)
        if bytes.count == 4, bytes[..<3] == [0x2B, 0x0E, 0x01] {
            self = .identify(from: bytes[3])
            return
        }
        guard bytes.count == 5, let table = ModbusTable(rawValue: bytes[0]) else { return nil }
        let address = Int(bytes[1]) << 8 | Int(bytes[2])
        let span = ModbusSpan(table, at: address, count: Int(bytes[3]) << 8 | Int(bytes[4]))
        guard span.isPossible else { return nil }
        self = .read(span)
    }
}

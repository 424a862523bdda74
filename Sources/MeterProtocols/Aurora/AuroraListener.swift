/// Pairs questions to Aurora inverters with their answers.
public struct AuroraListener: ExchangeListener {
    /// A question, and what came before the next one.
    public struct Exchange: Sendable, Equatable {
        /// The inverter's.
        public var address: UInt8
        public var question: AuroraQuestion
        /// `nil` when nothing came that can be an answer.
        public var answer: AuroraAnswer?
    }

    public private(set) var strayBytes = 0
    private var heard: [UInt8] = []
    private var asked: (question: AuroraQuestion, address: UInt8)?
    /// Whether the question was heard once, and nothing after it.
    private var mayBeEchoed = false

    public init() {}

    public mutating func push(_ bytes: [UInt8], _ onExchange: (Exchange) -> Void) {
        heard += bytes
        while search(onExchange) {}
    }

    public mutating func finish(_ onExchange: (Exchange) -> Void) {
        strayBytes += heard.count
        heard.removeAll()
        end(nil, onExchange)
    }

    /// Looks at what begins with the first byte.
    ///
    /// - Returns: whether it is worth looking on.
    private mutating func search(_ onExchange: (Exchange) -> Void) -> Bool {
        if let asked, let answer = try? AuroraAnswer.decode(heard.prefix(AuroraAnswer.length), to: asked.question) {
            heard.removeFirst(AuroraAnswer.length)
            end(answer, onExchange)
            return true
        }
        guard heard.count >= AuroraQuestion.length else { return false }
        guard let next = AuroraQuestion.read(heard.prefix(AuroraQuestion.length)) else {
            strayBytes += 1
            mayBeEchoed = false
            heard.removeFirst()
            return true
        }
        heard.removeFirst(AuroraQuestion.length)
        // The echo of a two-wire converter, or one more try after nothing came: the same exchange.
        if let asked, asked == next, mayBeEchoed {
            mayBeEchoed = false
            return true
        }
        end(nil, onExchange)
        (asked, mayBeEchoed) = (next, true)
        return true
    }

    private mutating func end(_ answer: AuroraAnswer?, _ onExchange: (Exchange) -> Void) {
        guard let asked = asked.take() else { return }
        onExchange(Exchange(address: asked.address, question: asked.question, answer: answer))
    }
}

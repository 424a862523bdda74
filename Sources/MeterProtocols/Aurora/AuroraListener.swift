/// Pairs questions to Aurora inverters with their answers.
public struct AuroraListener: ExchangeListener {
    /// A question and the answer that came before the next one.
    public struct Exchange: Sendable, Equatable {
        /// The inverter's address, 2...63.
        public var address: UInt8
        /// The question.
        public var question: AuroraQuestion
        /// The answer; `nil` when nothing came that can be one.
        public var answer: AuroraAnswer?
    }

    /// Bytes that belong to no question and no answer.
    public private(set) var strayBytes = 0
    /// Bytes not yet judged.
    private var heard: [UInt8] = []
    private var asked: (question: AuroraQuestion, address: UInt8)?
    /// True when the question was heard once, and nothing after it: the same bytes again are an echo or another try.
    private var mayBeEchoed = false

    /// A listener that has heard nothing.
    public init() {}

    /// Takes bytes of the line, in pieces of any size, and hands over the exchanges that they end.
    public mutating func push(_ bytes: [UInt8], _ onExchange: (Exchange) -> Void) {
        heard += bytes
        while search(onExchange) {}
    }

    /// Ends the line: an open question got no answer, and bytes left over are stray.
    public mutating func finish(_ onExchange: (Exchange) -> Void) {
        strayBytes += heard.count
        heard.removeAll()
        end(nil, onExchange)
    }

    /// Judges the bytes from the first one on.
    ///
    /// - Returns: false when more must come before anything can be said.
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

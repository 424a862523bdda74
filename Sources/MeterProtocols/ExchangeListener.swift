/// Pairs the questions on a line with their answers, from a listener's bytes: both, one after the other.
public protocol ExchangeListener: Sendable {
    /// A question with its answer.
    associatedtype Exchange: Sendable

    /// Bytes that belong to no question and no answer.
    var strayBytes: Int { get }

    /// Takes bytes and hands over the exchanges that they end.
    mutating func push(_ bytes: [UInt8], _ onExchange: (Exchange) -> Void)

    /// Ends the line: the last question got no answer, unless it came already.
    mutating func finish(_ onExchange: (Exchange) -> Void)
}

/// Pairs what was asked on a line with what was answered, from what a listener heard: both, one after the other.
public protocol ExchangeListener: Sendable {
    associatedtype Exchange: Sendable

    /// Bytes that belong to no question and no answer.
    var strayBytes: Int { get }

    /// Takes bytes and hands over the exchanges that they end.
    mutating func push(_ bytes: [UInt8], _ onExchange: (Exchange) -> Void)

    /// Ends the line: what was asked last got no answer.
    mutating func finish(_ onExchange: (Exchange) -> Void)
}

/// The part of an answer that tells to what it belongs, as far as a protocol has one.
///
/// What it does not tell, the bus keeps apart by time: see `LateAnswers`.
public enum AnswerMark: Sendable, Hashable {
    /// Nothing: any device of the line may have said it, to any question, as with Aurora.
    case none
    /// The device's number on the line, and not the question, as with Modbus RTU and M-Bus.
    case device(Int)
    /// The number of the request, as with Modbus TCP: a late answer is known for what it is.
    case request
    /// Nothing, over a connection with one device alone, as with owserver: what is late ends with the connection.
    case connection

    /// True when a late answer can be taken for that to another question on the same line.
    var isAmbiguous: Bool {
        switch self {
        case .none, .device: true
        case .request, .connection: false
        }
    }
}

import CHTTPD

/// The head of a request to our own server.
///
/// It is only valid while the server asks what to do with it.
public struct RequestHead: ~Copyable {
    public let method: String
    /// Without the question, its escapes resolved.
    public let path: String
    private let connection: UnsafeMutableRawPointer

    init(method: String, path: String, connection: UnsafeMutableRawPointer) {
        (self.method, self.path, self.connection) = (method, path, connection)
    }

    /// A header, whatever its case.
    public func header(_ name: String) -> String? {
        chttpd_header(connection, name).map { String(cString: $0) }
    }

    /// The values of the question, in their order, their escapes resolved.
    public var question: [(name: String, text: String)] {
        let values = Values()
        chttpd_each_value(connection, Unmanaged.passUnretained(values).toOpaque()) { context, name, text in
            let values = Unmanaged<Values>.fromOpaque(context).takeUnretainedValue()
            values.all.append((String(cString: name), text.map { String(cString: $0) } ?? ""))
        }
        return values.all
    }

    private final class Values { var all: [(name: String, text: String)] = [] }
}

/// What our server answers: a status and a sentence.
public struct ServedAnswer: Sendable {
    public var status: Int
    public var sentence: String
    public var headers: [(name: String, value: String)]

    public init(_ status: Int, _ sentence: String, headers: [(name: String, value: String)] = []) {
        (self.status, self.sentence, self.headers) = (status, sentence, headers)
    }
}

/// What is to be done with a request once its head is known.
public enum RequestVerdict {
    /// Its body is taken, and then given to the closure.
    case take(largest: Int, (_ body: [UInt8]) -> ServedAnswer)
    /// Its body, if it is not too large, is read and thrown away.
    case refuse(ServedAnswer)
}

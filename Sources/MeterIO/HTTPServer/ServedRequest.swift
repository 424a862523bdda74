import CHTTPD

/// The head of a request to our own server.
///
/// It is only valid while the server asks what to do with it.
public struct RequestHead: ~Copyable {
    /// The method in capitals, such as `POST`.
    public let method: String
    /// The path without the question, its escapes resolved.
    public let path: String
    private let connection: UnsafeMutableRawPointer

    init(method: String, path: String, connection: UnsafeMutableRawPointer) {
        (self.method, self.path, self.connection) = (method, path, connection)
    }

    /// The value of a header, whatever its case; `nil` without it.
    public func header(_ name: String) -> String? {
        chttpd_header(connection, name).map { String(cString: $0) }
    }

    /// The number of headers of a name, of which a client may send several.
    public func count(ofHeader name: String) -> Int { chttpd_count_headers(connection, name) }

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

extension Collection<(name: String, text: String)> {
    /// The first value of a name in a question; `nil` for none.
    public func text(of name: String) -> String? { first { $0.name == name }?.text }
}

/// An answer of our server: a status, and a sentence or a document.
public struct ServedAnswer: Sendable {
    /// The HTTP status, such as 204 or 413.
    public var status: Int
    /// The sentence without its line end; empty for a document.
    public var sentence: String
    /// The type of the content.
    var type: String
    /// The content; not sent with 204.
    var body: [UInt8]
    /// Headers besides those of the content, such as `Allow`.
    public var headers: [(name: String, value: String)]

    /// Makes an answer of plain text; its sentence ends without a period.
    public init(_ status: Int, _ sentence: String, headers: [(name: String, value: String)] = []) {
        (self.status, self.sentence, self.headers) = (status, sentence, headers)
        (type, body) = ("text/plain; charset=utf-8", [UInt8]((sentence + "\n").utf8))
    }

    /// Makes an answer of a document.
    ///
    /// - Parameters:
    ///   - status: the HTTP status.
    ///   - body: the document's bytes.
    ///   - type: its `Content-Type`.
    ///   - headers: those besides; without `Cache-Control` nobody keeps the document.
    public init(
        _ status: Int = 200,
        body: [UInt8],
        type: String,
        headers: [(name: String, value: String)] = []
    ) {
        (self.status, self.body, self.type, self.headers) = (status, body, type, headers)
        sentence = ""
    }
}

/// The fate of a request, once its head is known.
public enum RequestVerdict {
    /// Its body is taken, and then given to the closure; more bytes than the largest are refused with 413.
    ///
    /// It returns the answer, or `nil` when that comes later by the reply.
    case take(largest: Int, (_ body: [UInt8], _ reply: ServedReply) -> ServedAnswer?)
    /// Its body, if it is not too large, is read and thrown away.
    case refuse(ServedAnswer)
    /// It is answered with a stream, which the messages of a channel go to.
    case stream(ServedStream)
}

/// A stream that lasts until its client leaves or the server ends.
public struct ServedStream: Sendable {
    /// The channel whose messages it gets.
    public var channel: Int
    /// The message that it begins with.
    public var first: [UInt8]
    /// All of its headers.
    public var headers: [(name: String, value: String)]

    public init(channel: Int, first: [UInt8], headers: [(name: String, value: String)]) {
        (self.channel, self.first, self.headers) = (channel, first, headers)
    }
}

import Foundation
import Synchronization

/// A server that answers statements and writes from a closure, and remembers them.
final class FakeInflux: Sendable {
    struct Request: Sendable {
        /// Path and question, as they were sent.
        var target: String
        /// The lines of a write, or the statement of a query.
        var text: String
    }

    typealias Answer = (status: Int, text: String)

    let url: String
    private let listener: CInt
    private let heard = Mutex<[Request]>([])
    private let answer: @Sendable (Request) -> Answer

    var requests: [Request] { heard.withLock { $0 } }
    var statements: [String] { requests.map(\.text) }

    /// Listens at a port of its own until `stop()`.
    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        Thread.detachNewThread { self.serve() }
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    deinit { close(listener) }

    private func serve() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            Thread.detachNewThread { self.serve(client) }
        }
    }

    /// Answers the one request of a connection, on a thread of its own: another one may be left without an answer.
    private func serve(_ client: CInt) {
        defer { close(client) }
        guard let request = read(from: client) else { return }
        heard.withLock { $0.append(request) }
        let (status, text) = answer(request)
        let head = "HTTP/1.1 \(status) X\r\nX-Influxdb-Version: 1.6.7\r\nConnection: close\r\n"
        send(head + (status == 204 ? "" : "Content-Length: \(text.utf8.count)\r\n") + "\r\n" + text, to: client)
    }

    private func read(from client: CInt) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].components(separatedBy: "\r\n")
                let length = head.first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: " ").last
                let body = String(text[end.upperBound...])
                if body.utf8.count >= length.flatMap({ Int($0) }) ?? 0 {
                    let target = head[0].split(separator: " ")[1]
                    let statement = body.hasPrefix("q=") ? body.dropFirst(2).removingPercentEncoding : nil
                    return Request(target: String(target), text: statement ?? body)
                }
            }
            let count = recv(client, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }

    private func send(_ text: String, to client: CInt) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

extension FakeInflux {
    /// The answer with one table.
    static func table(_ columns: [String], _ rows: [[String]]) -> String {
        let values = rows.map { "[\($0.joined(separator: ","))]" }.joined(separator: ",")
        let names = columns.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"results":[{"statement_id":0,"series":[{"name":"x","columns":[\#(names)],"values":[\#(values)]}]}]}"#
    }

    /// The answer of a statement that gives nothing.
    static let nothing = #"{"results":[{"statement_id":0}]}"#
}

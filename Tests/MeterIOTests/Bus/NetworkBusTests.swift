import Glibc
import MeterCore
import MeterIO
import Synchronization
import Testing

/// A converter in the network that answers `?A1!` with `#A1.`.
private final class FakeConverter: Sendable {
    private let listener: CInt
    /// The address in the network.
    let address: NetworkAddress
    /// Whether it closes after each answer, as owserver does by default.
    private let closes: Bool
    private let accepted = Mutex(0)

    var connections: Int { accepted.withLock { $0 } }

    init(closes: Bool) {
        self.closes = closes
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                _ = listen(listener, 4)
                _ = getsockname(listener, $0, &length)
            }
        }
        address = NetworkAddress(host: "127.0.0.1", port: Int(UInt16(bigEndian: name.sin_port)))
    }

    deinit { close(listener) }

    func serve(_ loop: EventLoop) async throws {
        while true {
            try await loop.waitUntilReadable(listener)
            let connection = accept(listener, nil, nil)
            defer { close(connection) }
            accepted.withLock { $0 += 1 }
            repeat {
                try await loop.waitUntilReadable(connection)
                var bytes = [UInt8](repeating: 0, count: 64)
                let count = read(connection, &bytes, bytes.count)
                guard count == 4 else { break }
                let answer = [UInt8(ascii: "#"), bytes[1], bytes[2], UInt8(ascii: ".")]
                _ = write(connection, answer, answer.count)
            } while !closes
        }
    }
}

@Suite(.timeLimit(.minutes(10))) struct NetworkBusTests {
    private let settings = BusSettings(format: SerialSettings(baud: 9600), timeout: .seconds(5), pause: .zero)

    @Test("a connection stays open, and one that was closed is opened again", arguments: [false, true])
    func reconnects(_ closes: Bool) async throws {
        let settings = settings
        let connections = try await onLoop { loop in
            let converter = FakeConverter(closes: closes)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await converter.serve(loop) }
                let bus = Bus.network(converter.address, loop: loop)
                #expect(bus === Bus.network(converter.address, loop: loop))
                let device = bus.device("meter A", settings)
                for number in 0..<5 {
                    let request = [UInt8]("?A\(number)!".utf8)
                    let answer = try await device.exchange(request, for: "A", answer: lettered("A"))
                    #expect(answer == [UInt8]("#A\(number).".utf8))
                }
                #expect(device.counts.answers == 5)
                group.cancelAll()
            }
            return converter.connections
        }
        #expect(connections == (closes ? 5 : 1))
    }

    @Test("a machine that is not there is named, and may come back")
    func nobody() async throws {
        let settings = settings
        let sentence = try await onLoop { loop in
            let bus = Bus.network(NetworkAddress(host: "127.0.0.1", port: 1), loop: loop)
            defer { #expect(bus.isOpen) }
            do throws(BusError) {
                _ = try await bus.device("meter A", settings).exchange([1], for: "A", answer: lettered("A"))
                return ""
            } catch {
                #expect(error.reason == .lineLost)
                return error.description
            }
        }
        #expect(sentence.hasPrefix("nothing answers at 127.0.0.1:1; is it running there?"))
    }
}

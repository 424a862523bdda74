import Glibc
import Testing

@testable import MeterIO

/// The sieve for packets of MQTT, whose borders do not depend on how they come.
@Suite struct MQTTSieveTests {
    /// A message as a broker sends it.
    private static func message(_ topic: String, _ size: Int, quality: UInt8 = 0, number: UInt16 = 0) -> [UInt8] {
        var body = [UInt8(topic.utf8.count >> 8), UInt8(topic.utf8.count & 0xFF)] + topic.utf8
        if quality > 0 { body += [UInt8(number >> 8), UInt8(number & 0xFF)] }
        body += [UInt8](repeating: 0x30, count: size)
        var length = body.count
        var packet: [UInt8] = [0x30 | quality << 1]
        repeat {
            packet.append(UInt8(length & 0x7F) | (length > 0x7F ? 0x80 : 0))
            length >>= 7
        } while length > 0
        return packet + body
    }

    @Test(
        "what is small passes, what is large does not, however the bytes come",
        arguments: [1, 2, 3, 7, 100, 100_000]
    )
    func pieces(_ piece: Int) {
        let small = [Self.message("a", 1), Self.message("b/c", 400, quality: 1, number: 7), [0xD0, 0]]
        let large = [
            Self.message("big", 5000), Self.message("big/one", 40_000, quality: 1, number: 0x1234),
            Self.message(String(repeating: "t", count: 300), 3000, quality: 2, number: 513),
        ]
        let stream = large[0] + small[0] + large[1] + small[1] + large[2] + small[2]
        var sieve = MQTTSieve(largest: 1000)
        var (passed, dropped): ([UInt8], [MQTTSieve.Dropped]) = ([], [])
        for start in stride(from: 0, to: stream.count, by: piece) {
            dropped += sieve.take(stream[start..<min(start + piece, stream.count)], into: &passed)
        }
        #expect(passed == small.flatMap { $0 })
        #expect(dropped.map(\.number) == [0, 0x1234, 513])
        #expect(dropped.map(\.quality) == [0, 1, 2])
        #expect(dropped.map(\.size) == [5005, 40_011, 3304])
        #expect(sieve.isBetweenPackets)
    }

    @Test("a length that is none passes, for libmosquitto to refuse")
    func broken() {
        var sieve = MQTTSieve(largest: 1000)
        var passed: [UInt8] = []
        let bytes: [UInt8] = [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]
        #expect(sieve.take(bytes[...], into: &passed).isEmpty)
        #expect(passed == bytes)
    }

    /// The two ends of a connection, and the bytes that come out of one.
    private static func pair() -> (CInt, CInt) {
        var pair: [CInt] = [-1, -1]
        #expect(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0, &pair) == 0)
        return (pair[0], pair[1])
    }

    private static func taken(_ socket: CInt) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 100_000)
        let count = recv(socket, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    @Test("a relay answers for what it holds back, between the client's packets, and hands on the rest and the end")
    func relay() throws {
        let (client, broker) = Self.pair()
        defer { close(client) }
        let relay = try MQTTRelay(client, largest: 1000, isEncrypted: false)
        let small = Self.message("a", 3)
        let bytes = Self.message("big", 3000, quality: 1, number: 9) + small
        #expect(send(broker, bytes, bytes.count, 0) == bytes.count)
        // Half a packet of the client's: nothing may come in between.
        #expect(send(client, [0x82, 4, 0] as [UInt8], 3, 0) == 3)
        #expect(try relay.work().map(\.number) == [9])
        #expect(Self.taken(client) == small)
        #expect(Self.taken(broker) == [0x82, 4, 0])
        #expect(send(client, [1, 0, 0] as [UInt8], 3, 0) == 3)
        #expect(try relay.work().isEmpty)
        #expect(Self.taken(broker) == [1, 0, 0, 0x40, 2, 0, 9])
        close(broker)
        #expect(try relay.work().isEmpty)
        var byte: UInt8 = 0
        #expect(recv(client, &byte, 1, 0) == 0)
    }

    @Test("with TLS too many bytes without a message end the connection, and not so many with messages do not")
    func encrypted() throws {
        let (client, broker) = Self.pair()
        defer {
            close(client)
            close(broker)
        }
        let relay = try MQTTRelay(client, largest: 1000, isEncrypted: true)
        let piece = [UInt8](repeating: 0xFF, count: 10_000)
        for _ in 0..<5 {
            relay.noteMessage()
            #expect(send(broker, piece, piece.count, 0) == piece.count)
            let dropped = try relay.work()
            #expect(dropped.isEmpty && Self.taken(client) == piece)
        }
        #expect(throws: MQTTError.self) {
            for _ in 0..<5 {
                #expect(send(broker, piece, piece.count, 0) == piece.count)
                let dropped = try relay.work()
                #expect(dropped.isEmpty && Self.taken(client) == piece)
            }
        }
    }
}

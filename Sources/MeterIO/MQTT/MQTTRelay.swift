import CLinux
import Glibc
import MeterCore
import MeterNotation

/// Stands between libmosquitto and a broker that knows MQTT 3.1.1 only, and lets nothing pass that is too large.
///
/// libmosquitto keeps a whole message before it says that there is one, and only MQTT 5 lets a broker be told what is too
/// much. So its socket becomes one end of a pair, and the connection itself is ours. What the broker wants to know of a
/// message that was held back we answer ourselves, or it would send it again for ever. With TLS the messages cannot be seen
/// here: then the bytes between two messages are counted, and too many of them end the connection.
final class MQTTRelay {
    /// The bytes taken at once, 16 KiB.
    private static let gulp = 16 << 10

    /// The connection to the broker.
    private let broker: CInt
    /// Our end of the pair.
    private let client: CInt
    private let isEncrypted: Bool
    private let largest: Int
    private var incoming: MQTTSieve
    /// Knows the borders of the client's packets, between which there is room for ours.
    private var outgoing = MQTTSieve(largest: .max)
    private var toClient: [UInt8] = []
    private var toBroker: [UInt8] = []
    private var acknowledgements: [UInt8] = []
    private var hasBrokerEnded = false
    private var hasClientEnded = false
    /// The bytes that came since the last message.
    private var sinceMessage = 0

    /// Puts itself between a client and its broker.
    ///
    /// - Parameters:
    ///   - socket: the connected socket of the client, which becomes another one of the same number.
    ///   - largest: the largest packet in bytes.
    ///   - isEncrypted: true with TLS.
    /// - Throws: `SystemError` when there is no descriptor left.
    init(_ socket: CInt, largest: Int, isEncrypted: Bool) throws(SystemError) {
        var pair: [CInt] = [-1, -1]
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
            throw SystemError("make", on: "a pair of sockets", code: errno)
        }
        broker = clinux_duplicate(socket)
        let code = errno
        client = pair[0]
        incoming = MQTTSieve(largest: largest)
        (self.largest, self.isEncrypted) = (largest, isEncrypted)
        guard broker >= 0, clinux_replace(pair[1], socket) >= 0 else {
            let cause = broker >= 0 ? errno : code
            for descriptor in [broker, pair[0], pair[1]] where descriptor >= 0 { close(descriptor) }
            throw SystemError("use", on: "a pair of sockets", code: cause)
        }
        close(pair[1])
    }

    deinit {
        close(broker)
        close(client)
    }

    /// The events to wait for.
    var wishes: [pollfd] {
        let fromBroker = toClient.isEmpty && !hasBrokerEnded ? POLLIN : 0
        let fromClient = toBroker.isEmpty && !hasClientEnded ? POLLIN : 0
        return [
            (broker, fromBroker | (toBroker.isEmpty ? 0 : POLLOUT)),
            (client, fromClient | (toClient.isEmpty ? 0 : POLLOUT)),
        ].map { pollfd(fd: $0.1 == 0 ? -1 : $0.0, events: Int16($0.1), revents: 0) }
    }

    /// Notes that the client has had a message.
    func noteMessage() { sinceMessage = 0 }

    /// Moves what there is, in both directions, and never waits.
    ///
    /// - Returns: the messages that were held back.
    /// - Throws: `MQTTError` when too much comes that cannot be seen.
    func work() throws -> [MQTTSieve.Dropped] {
        var dropped: [MQTTSieve.Dropped] = []
        if toClient.isEmpty, !hasBrokerEnded, let bytes = Self.take(broker, &hasBrokerEnded) {
            if isEncrypted {
                sinceMessage += bytes.count
                // A sixth more for what encrypting adds, and a record.
                guard sinceMessage <= largest + largest / 6 + Self.gulp else {
                    throw MQTTError(
                        "it sends a message larger than \(largest) bytes; with MQTT 5 it could be told not to"
                    )
                }
                toClient += bytes
            } else {
                dropped = incoming.take(bytes[...], into: &toClient)
                for message in dropped where message.quality > 0 {
                    // PUBACK or PUBREC; a PUBREL that follows is answered by libmosquitto, whatever it knows.
                    let kind: UInt8 = message.quality == 1 ? 0x40 : 0x50
                    acknowledgements += [kind, 2, UInt8(message.number >> 8), UInt8(message.number & 0xFF)]
                }
            }
        }
        if toBroker.isEmpty, !hasClientEnded, let bytes = Self.take(client, &hasClientEnded) {
            _ = outgoing.take(bytes[...], into: &toBroker)
        }
        if isEncrypted || outgoing.isBetweenPackets {
            toBroker += acknowledgements
            acknowledgements = []
        }
        Self.give(&toBroker, to: broker)
        Self.give(&toClient, to: client)
        if hasBrokerEnded, toClient.isEmpty { shutdown(client, CInt(SHUT_WR)) }
        return dropped
    }

    /// The bytes that wait at a socket; `nil` when there are none.
    private static func take(_ socket: CInt, _ hasEnded: inout Bool) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: gulp)
        let (count, code) = retryingInterrupts { recv(socket, &bytes, bytes.count, CInt(MSG_DONTWAIT)) }
        if count == 0 || count < 0 && code != EAGAIN { hasEnded = true }
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    /// Sends what goes without waiting; what cannot be sent any more is gone, as the other end will show.
    private static func give(_ bytes: inout [UInt8], to socket: CInt) {
        guard !bytes.isEmpty else { return }
        let (count, code) = retryingInterrupts {
            send(socket, bytes, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
        }
        if count > 0 { bytes.removeFirst(count) } else if code != EAGAIN { bytes = [] }
    }
}

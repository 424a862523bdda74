/// knxd's own protocol for group telegrams, byte for byte: no library is needed for four messages.
///
/// Length (2 bytes, big endian, of what follows), type (2 bytes) and what is told; seen with knxd 0.14.54.
enum KNXPackets {
    /// What knxd tells.
    enum Event: Equatable {
        /// It lets us tell and hear.
        case opened
        /// It does not, as when it has no address left for a client.
        case refused
        /// Somebody on the bus asks for the value of a group.
        case question(KNXAddress)
    }

    /// What opens the connection for group telegrams, to write and to read.
    static let opening: [UInt8] = [0x00, 0x05, 0x00, 0x26, 0x00, 0x00, 0x00]

    /// What ends such a connection and leaves the socket open: with the opening behind it, knxd has to answer.
    static let reset: [UInt8] = [0x00, 0x02, 0x00, 0x04]

    /// A telegram with a value of whole bytes; an answer when somebody asked for it.
    static func telegram(_ address: KNXAddress, _ value: [UInt8], isAnswer: Bool) -> [UInt8] {
        let length = 6 + value.count
        return [
            UInt8(length >> 8), UInt8(length & 255), 0x00, 0x27, UInt8(address.bits >> 8), UInt8(address.bits & 255),
            0x00, isAnswer ? 0x40 : 0x80,
        ] + value
    }

    /// Takes the first whole packet from what was read; `nil` while it is not whole.
    ///
    /// - Returns: the event; none for what does not concern us, such as values of others.
    static func take(from bytes: inout [UInt8]) -> Event?? {
        guard bytes.count >= 2, case let length = Int(bytes[0]) << 8 | Int(bytes[1]), bytes.count >= 2 + length else {
            return nil
        }
        let packet = Array(bytes[2..<(2 + length)])
        bytes.removeFirst(2 + length)
        switch packet.prefix(2) {
        case [0x00, 0x26]: return .opened
        case [0x00, 0x00]: return .refused
        // Its sender, its group, then the kind of telegram: 0 is a question.
        case [0x00, 0x27] where packet.count >= 8 && packet[6] & 3 == 0 && packet[7] & 0xC0 == 0:
            return .question(KNXAddress(bits: UInt16(packet[4]) << 8 | UInt16(packet[5])))
        default: return .some(nil)
        }
    }
}

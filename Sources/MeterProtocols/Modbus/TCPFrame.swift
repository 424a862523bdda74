/// Modbus over TCP: a header with a transaction number in front of each message, and no checksum.
///
/// MODBUS Messaging on TCP/IP: transaction, protocol 0, length of the rest, unit; port 502. A gateway that passes RTU
/// frames with their checksums is another thing.
public enum TCPFrame {
    /// The bytes to send.
    ///
    /// - Parameters:
    ///   - request: the question.
    ///   - unit: the device behind a gateway; a device by itself mostly answers to 1 or 255.
    ///   - transaction: any number that no open request has: the answer carries it.
    /// - Returns: the header and the message.
    public static func bytes(_ request: ModbusRequest, to unit: UInt8, transaction: UInt16) -> [UInt8] {
        bytes(request.bytes, of: unit, transaction: transaction)
    }

    /// A message with the header before it.
    static func bytes(_ message: [UInt8], of unit: UInt8, transaction: UInt16) -> [UInt8] {
        let length = message.count + 1
        return [
            UInt8(transaction >> 8), UInt8(truncatingIfNeeded: transaction), 0, 0,
            UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length), unit,
        ] + message
    }

    /// Bytes before a message: the header, its unit included.
    public static let headerSize = 7

    /// The length of the frame that these bytes begin with.
    ///
    /// - Returns: 0 when there are too few to tell, `nil` when they are no frame: then nothing behind them can be
    ///   trusted.
    public static func length(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= headerSize else { return 0 }
        let length = Int(bytes[4]) << 8 | Int(bytes[5])
        return bytes[2] == 0 && bytes[3] == 0 && (3...254).contains(length) ? length + 6 : nil
    }

    /// True when a frame answers the request of a transaction, and not an earlier one or none.
    public static func isAnswer(_ frame: [UInt8], transaction: UInt16, unit: UInt8) -> Bool {
        frame.count >= headerSize && UInt16(frame[0]) << 8 | UInt16(frame[1]) == transaction && frame[6] == unit
    }
}

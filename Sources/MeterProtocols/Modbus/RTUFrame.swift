/// Modbus on a serial line: unit, message and a checksum.
///
/// MODBUS over Serial Line v1.02. A frame has 256 bytes at most; units are 1...247.
public enum RTUFrame {
    /// CRC-16 as Modbus computes it: polynomial 0xA001 reflected, beginning with 0xFFFF.
    public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0xFFFF) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8) }
    }

    /// The checksum's change by each value of a byte.
    private static let table: [UInt16] = (0..<256).map { index in
        (0..<8).reduce(UInt16(index)) { sum, _ in sum & 1 == 1 ? (sum >> 1) ^ 0xA001 : sum >> 1 }
    }

    /// The bytes to send.
    public static func bytes(_ request: ModbusRequest, to unit: UInt8) -> [UInt8] { bytes(request.bytes, of: unit) }

    /// A message with the unit before it and the checksum behind it, low byte first.
    static func bytes(_ message: [UInt8], of unit: UInt8) -> [UInt8] {
        let frame = [unit] + message
        let sum = checksum(frame)
        return frame + [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
    }

    /// The place of the answer to a request among the bytes that came: unit, message and checksum.
    ///
    /// Found by length and checksum, not by gaps: USB adapters deliver in lumps of 16 ms. Everything else is passed
    /// over: an echo of the request, noise while the drivers switch, the answer of another unit.
    ///
    /// - Returns: `nil` when there is none yet.
    public static func answer(to request: ModbusRequest, from unit: UInt8, in bytes: [UInt8]) -> Range<Int>? {
        for start in bytes.indices.dropLast(4) where bytes[start] == unit {
            guard let length = request.answerLength(bytes[(start + 1)...]), length > 0 else { continue }
            let end = start + 1 + length
            guard end + 2 <= bytes.count else { continue }
            let sum = UInt16(bytes[end]) | UInt16(bytes[end + 1]) << 8
            if checksum(bytes[start..<end]) == sum { return start..<(end + 2) }
        }
        return nil
    }

    /// The silence that ends a frame, and that must be kept before the next: 3.5 characters of 11 bits.
    ///
    /// At 9600 Bd it is 4 ms; above 19 200 Bd it stays at 1.75 ms.
    public static func silence(baud: Int) -> Duration {
        baud > 19_200 ? .microseconds(1750) : .microseconds(38_500_000 / max(baud, 1))
    }
}

/// The CRC of Aurora: CRC-16/X-25, sent with its low byte first.
enum AuroraChecksum {
    /// The two bytes that follow a message: 0x906E of `123456789`, sent as 6E 90.
    static func of(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var register: UInt16 = 0xFFFF
        for byte in bytes {
            register ^= UInt16(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0x8408 : register >> 1 }
        }
        register = ~register
        return [UInt8(truncatingIfNeeded: register), UInt8(truncatingIfNeeded: register >> 8)]
    }

    /// True when a message ends with its checksum.
    static func isRight(_ message: ArraySlice<UInt8>) -> Bool {
        message.count > 2 && message.suffix(2).elementsEqual(of(message.dropLast(2)))
    }
}

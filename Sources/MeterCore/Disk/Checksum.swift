import CZlib
import MeterNotation

/// CRC-32 as in zlib and Ethernet, in eight hexadecimal digits.
func checksum(of bytes: ArraySlice<UInt8>) -> [UInt8] {
    let crc = bytes.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    return [UInt8](UInt32(crc).digits(8, radix: 16).utf8)
}

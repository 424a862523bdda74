/// Eight bytes of a line at once: tests and sums over the lanes of a 64-bit word, first byte lowest.
///
/// All of them expect 7-bit characters (bit 7 of each byte clear) and are exact for every byte, without borrows.
enum TICWords {
    /// Bit 7 of each byte.
    static let highBits: UInt64 = 0x8080_8080_8080_8080
    /// The lower seven bits of each byte: a character of the line without its parity.
    static let sevenBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F

    /// The same byte in all eight lanes.
    @inline(__always)
    static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The lowest `count` bytes, 0...7.
    @inline(__always)
    static func lowest(_ count: Int) -> UInt64 { (1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1 }

    /// Bit 7 of each byte that is less than `limit`.
    @inline(__always)
    static func below(_ limit: UInt8, _ word: UInt64) -> UInt64 { ~((word | highBits) &- all(limit)) & highBits }

    /// Bit 7 of each byte that equals `byte`.
    @inline(__always)
    static func equal(_ byte: UInt8, _ word: UInt64) -> UInt64 { ~((word ^ all(byte)) &+ sevenBits) & highBits }

    /// Bit 7 of each byte that ends a group: every control character but HT.
    @inline(__always)
    static func delimiters(_ word: UInt64) -> UInt64 { below(0x20, word) & ~equal(0x09, word) }

    /// The index of the first marked byte, 8 if there is none.
    @inline(__always)
    static func first(_ marks: UInt64) -> Int { marks.trailingZeroBitCount &>> 3 }

    /// The eight bytes added into four lanes of 16 bits: up to 256 words can be added up.
    @inline(__always)
    static func lanes(_ word: UInt64) -> UInt64 {
        (word & 0x00FF_00FF_00FF_00FF) &+ ((word &>> 8) & 0x00FF_00FF_00FF_00FF)
    }

    /// The sum of four lanes of 16 bits.
    @inline(__always)
    static func total(_ lanes: UInt64) -> UInt64 { (lanes &* 0x0001_0001_0001_0001) &>> 48 }

    /// Bit 0 of each byte that has an odd number of ones.
    @inline(__always)
    static func oddParity(_ word: UInt64) -> UInt64 {
        var folded = word ^ (word &>> 4)
        folded ^= folded &>> 2
        folded ^= folded &>> 1
        return folded & all(1)
    }

    /// True when all eight characters, already exclusive-ored with `0`, are decimal digits.
    @inline(__always)
    static func areDigits(_ digits: UInt64) -> Bool { (digits &+ all(0x76)) & highBits == 0 }

    /// Four numbers 0...99 in lanes of 16 bits, from eight digits.
    @inline(__always)
    static func pairs(_ digits: UInt64) -> UInt64 { (digits &* 10 &+ (digits &>> 8)) & 0x00FF_00FF_00FF_00FF }

    /// The number written by eight digits, the most significant one in the lowest byte.
    @inline(__always)
    static func number(_ digits: UInt64) -> UInt32 {
        let two = pairs(digits)
        let four = (two &* 100 &+ (two &>> 16)) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: four &* 10_000 &+ (four &>> 32))
    }
}

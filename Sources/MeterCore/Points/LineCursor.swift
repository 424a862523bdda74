import Glibc

/// A place in a buffer at which the pieces of a line are written; its owner has made room for them.
struct LineCursor {
    /// The place of the next byte.
    var position: UnsafeMutablePointer<UInt8>
    private let tables: LineTables

    @inline(__always)
    init(_ position: UnsafeMutablePointer<UInt8>) {
        self.position = position
        tables = LineTables.shared
    }

    /// Writes one byte as it is.
    @inline(__always)
    mutating func write(_ byte: UInt8) {
        position.pointee = byte
        position += 1
    }

    /// Copies bytes that are escaped already.
    @inline(__always)
    mutating func copy(_ source: UnsafeMutablePointer<UInt8>, _ count: Int) {
        memcpy(position, source, count)
        position += count
    }

    /// Copies the first of some bytes that are escaped already.
    @inline(__always)
    mutating func copy(_ source: UnsafeBufferPointer<UInt8>, _ count: Int) {
        if let start = source.baseAddress { memcpy(position, start, count) }
        position += count
    }

    /// Copies a key.
    ///
    /// Nearly all are shorter than 16 bytes, and copying 16 is one instruction.
    @inline(__always)
    mutating func copyKey(_ source: UnsafeMutablePointer<UInt8>, _ count: Int) {
        if count <= 16 {
            UnsafeMutableRawPointer(position).copyMemory(from: source, byteCount: 16)
            position += count
        } else {
            copy(source, count)
        }
    }

    /// Writes `true` or `false`.
    @inline(__always)
    mutating func write(_ flag: Bool) {
        let (word, count): (StaticString, Int) = flag ? ("true", 4) : ("false", 5)
        UnsafeMutableRawPointer(position).copyMemory(from: word.utf8Start, byteCount: count)
        position += count
    }

    /// Writes a whole number with its sign.
    @inline(__always)
    mutating func write(_ number: Int64) {
        if number < 0 { write(UInt8(ascii: "-")) }
        write(number.magnitude)
    }

    /// Writes a whole number from its last digits on.
    ///
    /// Eight digits a step, and of these four and four, so that no division waits for one before the last.
    @inline(__always)
    mutating func write(_ number: UInt64) {
        position += digitCount(number)
        var next = position
        var large = number
        while large >= 100_000_000 {
            let upper = large / 100_000_000
            let eight = UInt32(truncatingIfNeeded: large &- upper &* 100_000_000)
            next -= 8
            write(fourDigits: eight / 10_000, at: next)
            write(fourDigits: eight % 10_000, at: next + 4)
            large = upper
        }
        var rest = UInt32(truncatingIfNeeded: large)
        if rest >= 10_000 {
            next -= 4
            write(fourDigits: rest % 10_000, at: next)
            rest /= 10_000
        }
        if rest >= 100 {
            next -= 2
            write(pair: rest % 100, at: next)
            rest /= 100
        }
        if rest >= 10 {
            write(pair: rest, at: next - 2)
        } else {
            next[-1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest)
        }
    }

    /// Writes a number below 10 000 with its zeros in front.
    @inline(__always)
    private func write(fourDigits number: UInt32, at place: UnsafeMutablePointer<UInt8>) {
        write(pair: number / 100, at: place)
        write(pair: number % 100, at: place + 2)
    }

    /// Writes a number below 100 with its zero in front, from a table.
    @inline(__always)
    private func write(pair number: UInt32, at place: UnsafeMutablePointer<UInt8>) {
        UnsafeMutableRawPointer(place).storeBytes(of: tables.pairs[Int(number)], as: UInt16.self)
    }

    /// Writes the shortest decimal that reads back as the same number.
    ///
    /// Meters give few decimals: a number that is whole as millionths is written as these, without the zeros at the end.
    /// Below 10^9 that are 15 digits at most, of which no two decimals read back as the same number. The others take the
    /// standard library's way, which is shortest, too, but slower.
    @inline(__always)
    mutating func write(_ number: Double) {
        let magnitude = number.magnitude
        guard magnitude < 1e9 else { return position = Self.write(descriptionOf: number, at: position) }
        // Adding 2^52 leaves the nearest integer in the lowest 52 bits, without a conversion that may trap.
        let rounded = magnitude + 0x1p52
        let shifted = magnitude * 1e6 + 0x1p52
        let nearest = rounded - 0x1p52
        let isWhole = nearest == magnitude
        guard isWhole || (shifted - 0x1p52) / 1e6 == magnitude else {
            return position = Self.write(descriptionOf: number, at: position)
        }
        if number.sign == .minus { write(UInt8(ascii: "-")) }
        // What is not whole is further from the next whole number than rounding reaches.
        let integer = (rounded.bitPattern & 0xF_FFFF_FFFF_FFFF) &- (nearest > magnitude ? 1 : 0)
        write(integer)
        guard !isWhole else { return }
        let millionths = (shifted.bitPattern & 0xF_FFFF_FFFF_FFFF) &- integer &* 1_000_000
        write(millionths: UInt32(truncatingIfNeeded: millionths))
    }

    /// Writes a point and up to six decimals without the zeros at their end; up to six bytes behind may be overwritten.
    @inline(__always)
    private mutating func write(millionths number: UInt32) {
        let upper = number / 10_000
        let lower = number &- upper &* 10_000
        let middle = lower / 100
        let digits =
            UInt64(tables.pairs[Int(upper)]) | UInt64(tables.pairs[Int(middle)]) &<< 16
            | UInt64(tables.pairs[Int(lower &- middle &* 100)]) &<< 32
        // The point before them, as the lowest byte.
        let text = digits &<< 8 | UInt64(UInt8(ascii: "."))
        UnsafeMutableRawPointer(position).storeBytes(of: UInt64(littleEndian: text), as: UInt64.self)
        let zeros = ((digits ^ 0x3030_3030_3030) &<< 16).leadingZeroBitCount &>> 3
        position += 7 &- zeros
    }

    /// Writes the standard library's text of a number, and returns the place behind it.
    ///
    /// Not part of the cursor, which would have to lie in memory for it at each step.
    @inline(never)
    private static func write(
        descriptionOf number: Double,
        at place: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var text = number.description
        return text.withUTF8 { bytes in
            if let start = bytes.baseAddress { memcpy(place, start, bytes.count) }
            return place + bytes.count
        }
    }

    /// Writes a string field with its quotes.
    ///
    /// Control characters become spaces: a line feed would end the line.
    @inline(__always)
    mutating func write(quoting text: String) {
        write(UInt8(ascii: "\""))
        let wasContiguous: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
            for byte in bytes { write(escaping: byte) }
        }
        if wasContiguous == nil {
            for byte in text.utf8 { write(escaping: byte) }
        }
        write(UInt8(ascii: "\""))
    }

    /// Writes a byte of a string field: quotes and backslashes get a backslash, control characters become a space.
    @inline(__always)
    private mutating func write(escaping byte: UInt8) {
        if tables.specials[Int(byte)] & LineProtocolPlace.stringValue.rawValue != 0 { write(UInt8(ascii: "\\")) }
        write(byte < 0x20 ? UInt8(ascii: " ") : byte)
    }

    /// The number of decimal digits, from 1 to 20.
    ///
    /// Most numbers are short. For the others a bit is worth log10(2), which is 1233/4096, of a digit.
    @inline(__always)
    private func digitCount(_ number: UInt64) -> Int {
        if number < 100_000 {
            if number < 100 { return number < 10 ? 1 : 2 }
            return number < 1000 ? 3 : number < 10_000 ? 4 : 5
        }
        let count = ((64 &- number.leadingZeroBitCount) &* 1233) &>> 12
        return number < tables.tens[count] ? count : count &+ 1
    }
}

/// Constant tables behind raw pointers, made once and never freed: reading them costs no reference counting.
private struct LineTables: @unchecked Sendable {
    // Safe because: written before the first use and only read afterwards.
    /// The two digits of each number below 100, as they lie in memory.
    let pairs: UnsafeMutablePointer<UInt16>
    /// The powers of ten from 1 to the largest of 64 bits.
    let tens: UnsafeMutablePointer<UInt64>
    /// For each byte, the places in which it needs a backslash.
    let specials: UnsafeMutablePointer<UInt8>

    /// The only ones, made at the first use.
    static let shared = LineTables()

    private init() {
        pairs = .allocate(capacity: 100)
        for value in 0..<100 {
            let tens = UInt16(UInt8(ascii: "0")) + UInt16(value / 10)
            let ones = UInt16(UInt8(ascii: "0")) + UInt16(value % 10)
            (pairs + value).initialize(to: UInt16(littleEndian: ones << 8 | tens))
        }
        tens = .allocate(capacity: 20)
        var power: UInt64 = 1
        for exponent in 0..<20 {
            (tens + exponent).initialize(to: power)
            power = power &* 10
        }
        specials = .allocate(capacity: 256)
        specials.initialize(from: LineProtocolPlace.specials, count: 256)
    }
}

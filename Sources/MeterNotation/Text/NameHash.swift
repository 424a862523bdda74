/// A number of a text that differs for most of them and is the same for ever, unlike Swift's own hash: FNV-1a.
public enum NameHash {
    /// That of 32 bits.
    private static func of32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }

    /// Four hexadecimal digits that differ for most names: that of 32 bits, folded.
    public static func mark(of name: String) -> String {
        let hash = of32(name.utf8)
        return ((hash >> 16) ^ (hash & 0xFFFF)).digits(4, radix: 16)
    }

    /// That of 64 bits.
    public static func of64(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(start) { next($0, $1) } }

    /// That of 64 bits before any byte.
    public static let start: UInt64 = 14_695_981_039_346_656_037

    /// That of 64 bits with one byte more.
    @inlinable
    public static func next(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
}

/// A number by which bytes are known again, FNV-1a of 64 bits: no secret, and nothing against a forger.
public func fingerprint(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

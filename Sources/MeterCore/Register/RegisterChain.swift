/// A chain of the register, as far as it was read.
public struct RegisterChain: Sendable, Hashable {
    /// Its 16 digits.
    public var name: String
    /// The box and the key, and of a break its reason.
    public var head: RegisterHead
    /// The number of the first record that was read.
    public var first: Int
    /// The number of the last one.
    public var last: Int
    /// The time of the first one, in seconds since 1970.
    public var from: Int64
    /// The time of the last one.
    public var to: Int64
    /// True when no key before it vouches for its own; the expected one needs none.
    public var isOnItsOwn: Bool
    /// The digest of the line that it goes on from; that of nothing at a beginning.
    public var continues: Digest
    /// The digest of the last line.
    public var end: Digest
}

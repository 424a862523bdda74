/// A piece of what a source hears, as it was recorded.
public struct RecordedInput: Sendable {
    /// The bytes as they came: frames may be cut anywhere.
    public var bytes: [UInt8]
    /// The instant at which it came; `nil` where nobody noted it.
    public var time: Timestamp?
    /// The page, topic, property or file that it is, where the source hears several; empty where it hears one.
    public var label: String

    public init(_ bytes: [UInt8], at time: Timestamp?, label: String = "") {
        (self.bytes, self.time, self.label) = (bytes, time, label)
    }
}

/// A recording of all that a source heard, to be played.
public protocol Recording: Sendable {
    /// The next piece, in the order in which they came; `nil` at the end.
    ///
    /// - Throws: the error for which the recording cannot be read on.
    func next() async throws -> RecordedInput?
}

/// How far a search goes.
public struct ProbeScope: Sendable {
    /// The Modbus units to ask; the likely ones when empty.
    public var units: [UInt8]
    /// How long a device may take to begin its answer.
    public var timeout: Duration
    /// Whether also what is unlikely is tried: all addresses, all speeds, all parities.
    public var isThorough: Bool

    public init(units: [UInt8] = [], timeout: Duration = .milliseconds(300), isThorough: Bool = false) {
        self.units = units
        self.timeout = timeout
        self.isThorough = isThorough
    }

    /// How long so many questions take to which nothing comes.
    ///
    /// - Parameters:
    ///   - questions: their number.
    ///   - timeout: how long an answer may take to begin.
    ///   - baud: the speed of a serial line; sending takes no time on any other.
    /// - Returns: the time of all of them, with the pauses between them.
    public func longest(_ questions: Int, _ timeout: Duration, baud: Int? = nil) -> Duration {
        let sending = baud.map { Duration.microseconds(20 * 11_000_000 / max(1, $0)) } ?? .zero
        return (timeout + sending + .milliseconds(70)) * questions
    }
}

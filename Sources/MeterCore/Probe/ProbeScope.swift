/// The extent of a search.
public struct ProbeScope: Sendable {
    /// The Modbus units to ask, from 1 to 247; the likely ones when empty.
    public var units: [UInt8]
    /// The time that a device has to begin its answer, 300 ms by default.
    public var timeout: Duration
    /// True when unlikely places are tried, too: all addresses, all speeds, all parities.
    public var isThorough: Bool

    public init(units: [UInt8] = [], timeout: Duration = .milliseconds(300), isThorough: Bool = false) {
        self.units = units
        self.timeout = timeout
        self.isThorough = isThorough
    }

    /// The time that questions take when none is answered.
    ///
    /// - Parameters:
    ///   - questions: their number.
    ///   - timeout: the time that an answer has to begin.
    ///   - baud: the speed of a serial line, in bits a second; sending takes no time on any other.
    /// - Returns: the time of all of them, with the pauses between them.
    public func longest(_ questions: Int, _ timeout: Duration, baud: Int? = nil) -> Duration {
        let sending = baud.map { Duration.microseconds(20 * 11_000_000 / max(1, $0)) } ?? .zero
        return (timeout + sending + .milliseconds(70)) * questions
    }
}

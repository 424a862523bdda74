public import MeterCore

/// Keeps a device that does not answer from taking the others' time.
///
/// One lost answer has no consequence. After the second one in a row the device is left alone for as long as it has just
/// cost, then three times as long, seven times, and so on up to a limit, so that a dead device costs a few seconds in
/// all and then, with a time-out of 1 s, two per cent of the bus.
public struct BusRest: Sendable {
    /// The limit of a rest.
    private let longest: Duration
    /// The end of the rest; `nil` when there is none.
    private var end: Uptime?
    /// Failures in a row since the last answer.
    public private(set) var failures = 0

    /// Makes a rest that has not begun.
    ///
    /// - Parameter longest: the limit; a device costs no more than a tenth of the bus whatever that is.
    public init(longest: Duration = .seconds(45)) { self.longest = longest }

    /// Notes an answer.
    public mutating func answered() {
        failures = 0
        end = nil
    }

    /// Notes a failure and the time of the bus that it cost.
    public mutating func failed(costing cost: Duration, at now: Uptime) {
        failures = min(failures + 1, 1 << 20)
        let rest = cost * ((1 << min(failures - 1, 16)) - 1)
        end = now + min(rest, max(longest, cost * 9))
    }

    /// The time for which the device is still left alone; `nil` when it may be asked.
    public func left(at now: Uptime) -> Duration? {
        guard let end, now < end else { return nil }
        return now.duration(to: end)
    }
}

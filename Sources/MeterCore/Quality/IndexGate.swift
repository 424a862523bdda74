/// Keeps false meter registers out of the database.
///
/// The TIC's checksum has 6 bits: one damaged register in 64 passes it, and a single false one shows as a million
/// euros. A register may grow by what the connection can carry; any other value is held until the readings after it
/// confirm or refute it. So a replaced meter, a reset and a rollover are believed after a few readings, and nothing
/// ever locks up.
///
/// A register that only shows a little less is no other meter: one or two steps less are held until it has passed where
/// it was, less than a hundredth is for an hour, and a zero, which an inverter says while it wakes up, until it moves.
public struct IndexGate: Sendable {
    /// The verdict on a reading.
    public enum Verdict: Sendable, Equatable {
        /// Believed: the register went on from where it was.
        case accepted
        /// Not believed yet, or not at all.
        case held
        /// Believed now, after as many consistent readings as it takes. The register went on from another value.
        case confirmed(previous: Int64?)
    }

    private struct Candidate: Sendable {
        var value: Int64
        var time: Uptime
        var readings: Int
        /// The time of the first of those readings.
        var since: Uptime
    }

    /// The seconds for which a small fall is not believed.
    private static let shortFall = 3600.0

    private let largestWatts: Double
    private let readingsToConfirm: Int
    private let step: Int64
    private var trusted: (value: Int64, time: Uptime)?
    private var candidate: Candidate?
    /// Readings that were held since the start.
    public private(set) var held = 0

    /// Makes a gate that trusts nothing yet: the first value, too, must be confirmed, by one reading more.
    ///
    /// - Parameters:
    ///   - largestWatts: more than the connection can ever carry, in W. French low-voltage homes end at 36 kVA.
    ///   - readingsToConfirm: consistent readings in a row that make a jump believable.
    ///   - step: the unit that the register counts in, in Wh, if it is coarse; or by how much it may show late.
    public init(largestWatts: Double = 45_000, readingsToConfirm: Int = 4, step: Int64 = 10) {
        self.largestWatts = largestWatts
        self.readingsToConfirm = readingsToConfirm
        self.step = step
    }

    /// Judges a reading.
    ///
    /// - Parameters:
    ///   - value: the register, in Wh.
    ///   - time: the time of the reading, by a clock that is never set.
    /// - Returns: the verdict; only `held` values must not be stored.
    public mutating func judge(_ value: Int64, at time: Uptime) -> Verdict {
        if let trusted, follows(value, trusted.value, time.seconds(since: trusted.time)) {
            self.trusted = (value, time)
            candidate = nil
            return .accepted
        }
        var next = Candidate(value: value, time: time, readings: 1, since: time)
        if let candidate, follows(value, candidate.value, time.seconds(since: candidate.time)) {
            (next.readings, next.since) = (candidate.readings + 1, candidate.since)
        }
        let isConfirmed = next.readings >= (trusted == nil ? 2 : readingsToConfirm)
        guard isConfirmed, time.seconds(since: next.since) >= leastSeconds(of: value) else {
            candidate = next
            held += 1
            return .held
        }
        defer {
            trusted = (value, time)
            candidate = nil
        }
        return trusted == nil ? .accepted : .confirmed(previous: trusted?.value)
    }

    /// Forgets what it trusted: another meter speaks now.
    public mutating func reset() {
        trusted = nil
        candidate = nil
    }

    /// The seconds for which a value must be told before it may be believed.
    private func leastSeconds(of value: Int64) -> Double {
        guard let trusted, trusted.value > value else { return 0 }
        let (fall, overflow) = trusted.value.subtractingReportingOverflow(value)
        guard !overflow else { return 0 }
        if fall <= 2 * step || value == 0 { return .infinity }
        return fall < trusted.value / 100 ? Self.shortFall : 0
    }

    /// True when a register can have gone from one value to another in a number of seconds.
    private func follows(_ value: Int64, _ earlier: Int64, _ seconds: Double) -> Bool {
        let (difference, overflow) = value.subtractingReportingOverflow(earlier)
        guard !overflow, difference >= 0 else { return false }
        return Double(difference) <= largestWatts * max(seconds, 0) / 3600 + Double(step)
    }
}

/// Keeps false meter registers out of the database.
///
/// The TIC's checksum has 6 bits: one damaged register in 64 passes it, and a single false one shows as a million
/// euros. A register may grow by what the connection can carry; any other value is held until the readings after it
/// confirm or refute it. So a replaced meter, a reset and a rollover are believed after a few readings, and nothing
/// ever locks up.
///
/// A register that only shows a little less is no other meter: one or two steps less are held until it has passed where
/// it was unless that is most of it, less than a hundredth is for an hour, and a zero, which an inverter says while it
/// wakes up, until it moves.
///
/// Readings of an older time, as in a file that comes later or has its newest line first, are believed where they fit
/// below what is known, and move nothing.
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

    /// A register and the time of its reading.
    private struct Seen: Sendable {
        var value: Int64
        var time: Uptime
    }

    /// The last of some readings in a row that agree.
    private struct Candidate: Sendable {
        var last: Seen
        var readings: Int
        /// The first of those readings.
        var first: Seen
    }

    /// The seconds for which a small fall is not believed.
    private static let shortFall = 3600.0

    private let largestWatts: Double
    private let readingsToConfirm: Int
    private let step: Int64
    /// The newest reading that is believed.
    private var trusted: Seen?
    /// The last one that is believed of those older than that.
    private var older: Seen?
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
        // No register runs below zero, however often that is said.
        guard value >= 0 else {
            held += 1
            return .held
        }
        let seen = Seen(value: value, time: time)
        if let trusted, agree(seen, trusted) {
            let isOlder = time < trusted.time
            if !isOlder || older.map({ agree(seen, $0) }) ?? true {
                if isOlder { older = seen } else { (self.trusted, older) = (seen, nil) }
                candidate = nil
                return .accepted
            }
        }
        var next = Candidate(last: seen, readings: 1, first: seen)
        if let candidate, agree(seen, candidate.last) {
            (next.readings, next.first) = (candidate.readings + 1, candidate.first)
        }
        let isConfirmed = next.readings >= (trusted == nil ? 2 : readingsToConfirm)
        guard isConfirmed, abs(time.seconds(since: next.first.time)) >= leastSeconds(of: value) else {
            candidate = next
            held += 1
            return .held
        }
        defer {
            let isFirst = trusted == nil && next.first.time > time
            (trusted, older) = isFirst ? (next.first, seen) : (seen, nil)
            candidate = nil
        }
        return trusted == nil ? .accepted : .confirmed(previous: trusted?.value)
    }

    /// Forgets what it trusted: another meter speaks now.
    public mutating func reset() {
        (trusted, older, candidate) = (nil, nil, nil)
    }

    /// The seconds for which a value must be told before it may be believed.
    private func leastSeconds(of value: Int64) -> Double {
        guard let trusted, trusted.value > value else { return 0 }
        let (fall, overflow) = trusted.value.subtractingReportingOverflow(value)
        guard !overflow else { return 0 }
        // A register that shows less than half of what it had has begun anew, however coarse its unit is.
        if fall <= 2 * step && fall <= value || value == 0 { return .infinity }
        return fall < trusted.value / 100 ? Self.shortFall : 0
    }

    /// True when a register can have gone from the older one of two readings to the newer one.
    ///
    /// - Parameters:
    ///   - seen: the one that came last.
    ///   - before: the one that came before it; of two of one time it is the older one.
    /// - Returns: false also for values so far apart that their difference has no number.
    private func agree(_ seen: Seen, _ before: Seen) -> Bool {
        let seconds = seen.time.seconds(since: before.time)
        let (from, to) = seconds < 0 ? (seen.value, before.value) : (before.value, seen.value)
        let (difference, overflow) = to.subtractingReportingOverflow(from)
        guard !overflow, difference >= 0 else { return false }
        return Double(difference) <= largestWatts * abs(seconds) / 3600 + Double(step)
    }
}

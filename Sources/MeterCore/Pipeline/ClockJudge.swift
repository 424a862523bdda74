/// Decides which clock to believe: a Pi has none of its own and must be told the time after each start.
///
/// The box's clock is right when NTP keeps it so, or when a meter's own clock agrees. It stays right when NTP falls
/// silent, and where it has a battery, until somebody sets it: a meter that differs is wrong then. A box's clock that
/// was never right is not believed before a meter's. Where neither comes within half an hour of the machine's start, or
/// at once where the clock has a battery, the box's clock is believed unless it says something absurd. A clock that
/// somebody sets later, and that nothing confirms, is not believed for half an hour, and never when it is more than a
/// year from the time before.
struct ClockJudge {
    /// The origin of dates.
    enum Basis: String, Sendable {
        /// Nothing can be believed yet.
        case unknown
        /// The box's clock.
        case box
        /// A meter's clock: the box's is wrong.
        case meter
        /// The box's clock as it was before somebody set it.
        case earlier
    }

    /// The judgement of the dates that the box's clock gives.
    struct Verdict {
        var basis: Basis
        /// Nanoseconds to add.
        var correction: Int64
    }

    /// Nanoseconds within which the box's clock agrees with a meter's.
    private static let tolerance: Int64 = 60_000_000_000
    /// Nanoseconds above which a change of the clock counts as set.
    private static let step: Int64 = 2_000_000_000
    /// Nanoseconds for which another clock is waited for: half an hour.
    private static let patience: Int64 = 1_800_000_000_000
    private static let year: Int64 = 366 * 86_400 * 1_000_000_000
    /// Before this program was written: 2026-01-01.
    private static let earliest: Int64 = 1_767_225_600_000_000_000

    /// Nanoseconds from the start of the machine to 1970, as dates are made with.
    private var trusted: Int64?
    /// True once NTP kept the clock right, or it had a battery, and nobody has set it since.
    private var isGood = false
    /// The uptime at which the clock was seen to be set to something that nothing confirms, in nanoseconds.
    private var setAt: Int64?

    /// The error of a meter's clock.
    ///
    /// - Parameters:
    ///   - meter: nanoseconds from the start of the machine to 1970, as the meter believes.
    ///   - basis: the clock that is believed.
    ///   - isKnown: true when it was found wrong before: it is right again within half of that.
    /// - Returns: the seconds by which it is ahead of the time that is believed; `nil` when it agrees within a minute.
    func error(of meter: Int64, _ basis: Basis, isKnown: Bool = false) -> Int64? {
        guard let trusted, basis == .box || basis == .earlier else { return nil }
        let error = meter &- trusted
        return abs(error) > (isKnown ? Self.tolerance / 2 : Self.tolerance) ? error / 1_000_000_000 : nil
    }

    /// Looks at the clocks.
    ///
    /// - Parameters:
    ///   - now: the box's.
    ///   - meter: nanoseconds from the start of the machine to 1970, as a meter believes.
    /// - Returns: the clock to believe, and the correction.
    mutating func judge(_ now: ClockReading, meter: Int64?) -> Verdict {
        let verdict = weigh(now, meter: meter)
        if verdict.basis != .earlier { setAt = nil }
        if verdict.basis != .unknown { trusted = now.offset &+ verdict.correction }
        return verdict
    }

    private mutating func weigh(_ now: ClockReading, meter: Int64?) -> Verdict {
        let isPlausible = now.wall.nanoseconds >= Self.earliest
        if now.isSynchronized, isPlausible {
            isGood = true
            return Verdict(basis: .box, correction: 0)
        }
        let wasSet = trusted.map { abs($0 &- now.offset) > Self.step } ?? false
        isGood = isPlausible && !wasSet && (isGood || trusted == nil && now.hasBattery)
        if isGood { return Verdict(basis: .box, correction: 0) }
        if let meter {
            let error = meter &- now.offset
            if abs(error) <= Self.tolerance { return Verdict(basis: .box, correction: 0) }
            if now.wall.nanoseconds &+ error >= Self.earliest { return Verdict(basis: .meter, correction: error) }
        }
        guard let trusted else {
            let isDue = now.hasBattery || now.uptime.nanoseconds >= Self.patience
            return Verdict(basis: isPlausible && isDue ? .box : .unknown, correction: 0)
        }
        let change = trusted &- now.offset
        if abs(change) <= Self.step { return Verdict(basis: .box, correction: 0) }
        let since = setAt ?? now.uptime.nanoseconds
        setAt = since
        let isAccepted = isPlausible && abs(change) < Self.year && now.uptime.nanoseconds &- since >= Self.patience
        return isAccepted ? Verdict(basis: .box, correction: 0) : Verdict(basis: .earlier, correction: change)
    }
}

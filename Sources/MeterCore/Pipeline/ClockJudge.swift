/// Decides which clock to believe: a Pi has none of its own and must be told the time after each start.
///
/// The box's clock is right when a meter's own clock agrees, when NTP keeps it so, or where it has a battery; it stays
/// right when NTP falls silent, until somebody sets it, and a meter that differs is wrong then. A clock that was never
/// right is not believed before a meter's. Where neither comes within half an hour of the machine's start, the box's
/// clock is believed unless it says something absurd.
///
/// A clock that is set against the time that was believed is doubted: dates go on as before. It is believed at once when
/// a meter agrees with it, or when NTP sets a clock that NTP had not kept until then and no meter is more than a day off;
/// after half an hour when no meter agrees with the time before; and never when it is more than a year from that.
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
        var correction: Int64 = 0
        /// The reason to believe the dates.
        var trust = BoxTime.Trust.sure
    }

    /// The reason for which the box's clock is right without a meter.
    private enum Standing {
        /// There is none.
        case none
        /// It goes on while the box is off.
        case battery
        /// NTP kept it.
        case network
    }

    /// Nanoseconds within which the box's clock agrees with a meter's.
    private static let tolerance: Int64 = 60_000_000_000
    /// Nanoseconds above which a change of the clock counts as set.
    private static let step: Int64 = 2_000_000_000
    /// Nanoseconds for which another clock is waited for: half an hour.
    private static let patience: Int64 = 1_800_000_000_000
    private static let year: Int64 = 366 * 86_400 * 1_000_000_000
    /// Nanoseconds by which a meter's clock may be wrong; some were seen that were hours off.
    private static let day: Int64 = 86_400 * 1_000_000_000
    /// Before this program was written: 2026-01-01.
    private static let earliest: Int64 = 1_767_225_600_000_000_000

    /// Nanoseconds from the start of the machine to 1970, as dates are made with.
    private var trusted: Int64?
    /// The reason for which the time that is trusted is right.
    private var standing = Standing.none
    /// The distance of the clock that is doubted, and the uptime since which it is, in nanoseconds.
    private var doubt: (offset: Int64, since: Int64)?
    /// True when it is doubted now.
    private var isDoubted = false

    /// Begins with what an earlier run of the program knew.
    ///
    /// - Parameter kept: nanoseconds from the start of this machine to 1970, as NTP had kept them; `nil` when it had not,
    ///   or the machine was started since.
    init(kept: Int64? = nil) {
        trusted = kept
        if kept != nil { standing = .network }
    }

    /// Nanoseconds from the start of the machine to 1970 when NTP kept them, for a later run; `nil` when it never did.
    var kept: Int64? { standing == .network ? trusted : nil }

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
        isDoubted = false
        let verdict = weigh(now, meter: meter)
        if !isDoubted || verdict.basis == .box { doubt = nil }
        if verdict.basis != .unknown { trusted = now.offset &+ verdict.correction }
        return verdict
    }

    private mutating func weigh(_ now: ClockReading, meter: Int64?) -> Verdict {
        let isPlausible = now.wall.nanoseconds >= Self.earliest
        let isSynchronized = now.isSynchronized && isPlausible
        let error = meter.map { $0 &- now.offset }
        let change = trusted.map { $0 &- now.offset } ?? 0
        if isPlausible, let error, abs(error) <= Self.tolerance {
            if isSynchronized { standing = .network }
            return Verdict(basis: .box)
        }
        if isSynchronized {
            let isSet = standing == .network ? abs(change) > Self.tolerance : abs(error ?? 0) > Self.day
            if !isSet || isAccepted(change, now, meter) {
                standing = .network
                return Verdict(basis: .box)
            }
        } else if isPlausible, standing == .none, trusted == nil, now.hasBattery {
            standing = .battery
            return Verdict(basis: .box)
        } else if isPlausible, standing != .none, abs(change) <= Self.step {
            return Verdict(basis: .box)
        }
        if standing == .none, let error, now.wall.nanoseconds &+ error >= Self.earliest {
            return Verdict(basis: .meter, correction: error)
        }
        let trust = standing == .none ? BoxTime.Trust.assumed : .sure
        guard trusted != nil else {
            let isDue = isPlausible && (now.hasBattery || now.uptime.nanoseconds >= Self.patience)
            return isDue ? Verdict(basis: .box, trust: .assumed) : Verdict(basis: .unknown, trust: .unknown)
        }
        if isPlausible, abs(change) <= Self.step || isAccepted(change, now, meter) {
            return Verdict(basis: .box, trust: trust)
        }
        return Verdict(basis: .earlier, correction: change, trust: trust)
    }

    /// True once a clock that was set is believed all the same; from the first time on it is doubted.
    private mutating func isAccepted(_ change: Int64, _ now: ClockReading, _ meter: Int64?) -> Bool {
        isDoubted = true
        if doubt.map({ abs($0.offset &- now.offset) > Self.tolerance }) ?? true {
            doubt = (now.offset, now.uptime.nanoseconds)
        }
        let since = doubt?.since ?? now.uptime.nanoseconds
        let isRefuted = meter.flatMap { meter in trusted.map { abs(meter &- $0) <= Self.tolerance } } ?? false
        return !isRefuted && abs(change) < Self.year && now.uptime.nanoseconds &- since >= Self.patience
    }
}

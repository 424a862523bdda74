/// A register that begins anew each day, such as today's yield, made one that only grows.
///
/// A device begins its day by a clock of its own, which may be wrong: a fall a day after the one before is the next
/// beginning, and so is one after a night without readings. After any other one it may be back where it was, as a gateway
/// that was started shows less for a while: that is a beginning when it has lasted four hours, and nothing is told
/// meanwhile. Where a day must have begun while nothing was read, more than the day before had is all of the new one's.
public struct DailyRegister: Sendable, Equatable {
    /// The seconds from one beginning to the next: at least; at least with a night before; and usually.
    private static let (shortestDay, shortestAfterNight, day) = (22.5 * 3600, 18 * 3600.0, 24 * 3600.0)
    /// The seconds for which a gateway shows less after a start, and of a silence that is a night.
    private static let longestRestart = 4 * 3600.0
    /// The seconds to which the time of the last reading is remembered: a register that stands still costs no disk.
    private static let remembered: Int64 = 900

    /// An instant by a clock that is never set and, over a restart, by the other one.
    private struct Instant: Sendable, Equatable {
        /// `nil` for an instant before the start of the program.
        var uptime: Uptime?
        /// Seconds since 1970.
        var seconds: Int64

        /// The seconds from this one to a later one; `nil` when the clock says that it was none, or three centuries.
        func seconds(until later: Instant) -> Double? {
            if let uptime, let end = later.uptime { return end.seconds(since: uptime) }
            let (seconds, isTooLarge) = later.seconds.subtractingReportingOverflow(seconds)
            return !isTooLarge && (0..<10_000_000_000).contains(seconds) ? Double(seconds) : nil
        }
    }

    /// What the days before counted, in Wh.
    private var before: Int64 = 0
    /// The most that the register showed today; `nil` before the first reading.
    private var today: Int64?
    /// The time of the last reading that was told; `nil` before it.
    private var last: Instant?
    /// The beginning of today; `nil` when it was not seen.
    private var began: Instant?
    /// The time since which it shows less; `nil` while it does not.
    private var fell: Instant?

    public init() {}

    /// Goes on from a text that was remembered; `nil` for any other one.
    ///
    /// Earlier releases remembered no times.
    public init?(text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2 || words.count == 4 else { return nil }
        let numbers = words.map { Int64($0) }
        guard let before = numbers[0], let today = numbers[1], before >= 0, today >= 0 else { return nil }
        (self.before, self.today) = (before, today)
        guard words.count == 4 else { return }
        last = numbers[2].map { Instant(seconds: $0) }
        began = numbers[3].map { Instant(seconds: $0) }
    }

    /// The text to remember; `nil` before the first reading.
    ///
    /// - Parameters:
    ///   - time: of the present, by a clock that is never set.
    ///   - clock: the same by the clock.
    /// - Returns: the Wh of the days before and of today, the time of the last reading, and that of today's beginning.
    public func text(at time: Uptime, clock: Timestamp) -> String? {
        func word(_ instant: Instant?) -> Int64? {
            guard let instant, let uptime = instant.uptime else { return instant?.seconds }
            // The clock may have been set since; a second more or less is no other time, and no other text.
            let seconds = clock.seconds - Int64(time.seconds(since: uptime))
            return abs(seconds - instant.seconds) > 60 ? seconds : instant.seconds
        }
        let last = word(last).map { "\($0 / Self.remembered * Self.remembered)" } ?? "-"
        return today.map { "\(before) \($0) \(last) \(word(began).map { "\($0)" } ?? "-")" }
    }

    /// The register since the first day, in Wh.
    ///
    /// - Parameters:
    ///   - value: as the device shows it, in Wh.
    ///   - time: of the reading, by a clock that is never set.
    ///   - clock: the same by the clock, which tells what passed while the program did not run.
    /// - Returns: `nil` while it shows less than it did today, and for what is no register.
    public mutating func total(_ value: Int64, at time: Uptime, clock: Timestamp) -> Int64? {
        guard value >= 0 else { return nil }
        let now = Instant(uptime: time, seconds: clock.seconds)
        if let today, value < today {
            let since = fell ?? now
            fell = since
            let isLasting = since.seconds(until: now) ?? 0 >= Self.longestRestart
            guard isBeginning(since) || isLasting else { return nil }
            guard end(today) else { return nil }
            began = since
        } else if let today, value > today, let days = daysMissed(by: now) {
            guard end(today) else { return nil }
            began = began.map { begin in
                Instant(
                    uptime: begin.uptime.map { $0 + .seconds(Self.day * days) },
                    seconds: begin.seconds &+ Int64(Self.day * days)
                )
            }
        }
        let (sum, isTooLarge) = before.addingReportingOverflow(value)
        guard !isTooLarge else { return nil }
        (today, fell, last) = (value, nil, now)
        return sum
    }

    /// Adds a day that is over; false when that is too large.
    private mutating func end(_ today: Int64) -> Bool {
        let (sum, isTooLarge) = before.addingReportingOverflow(today)
        guard !isTooLarge else { return false }
        before = sum
        return true
    }

    /// True for a fall that is the next day's beginning.
    private func isBeginning(_ fall: Instant) -> Bool {
        let isAfterNight = last?.seconds(until: fall) ?? 0 >= Self.longestRestart
        guard let age = began?.seconds(until: fall) else { return isAfterNight }
        return age >= (isAfterNight ? Self.shortestAfterNight : Self.shortestDay)
    }

    /// The days since the beginning that was seen last, one of which must have begun since the last reading; `nil` when
    /// none has, or nobody knows.
    private func daysMissed(by now: Instant) -> Double? {
        guard let last, let silence = last.seconds(until: now), silence >= Self.longestRestart else { return nil }
        guard let began, let age = began.seconds(until: now), let ageBefore = began.seconds(until: last) else {
            return silence >= Self.day + Self.longestRestart ? 0 : nil
        }
        let next = ((ageBefore / Self.day).rounded(.down) + 1) * Self.day
        return age >= next + Self.longestRestart ? (age / Self.day).rounded(.down) : nil
    }
}

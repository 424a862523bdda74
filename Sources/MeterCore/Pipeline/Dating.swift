/// Sees to it that no reading gets a false date, and says what time it is in the box.
///
/// Readings wait until one of the clocks can be believed (see `ClockJudge`), and get the dates at which they were read.
/// The intake puts on disk what waits. The time that is believed is that of `BoxTime`, by which sources date what they
/// read; a reading that was dated before that time was corrected is corrected, too.
public struct Dating {
    /// The state of dating, at one instant.
    public struct Report: Sendable, Equatable {
        /// The origin of dates now: `box`, `meter`, `earlier` while a clock that was set is not believed yet, or
        /// `unknown`.
        public var basis: String
        /// The times that the clock was set by more than two seconds.
        public var jumps: Int
        /// Readings that wait for a date.
        public var waiting: Int
        /// Readings that wait and are not on disk yet.
        public var unsaved: Int
        /// Readings given up because no date came.
        public var lost: LostPoints
        /// Seconds by which the meter's clock is ahead of the time that is believed; `nil` when it agrees within a minute,
        /// or no meter tells a time.
        public var meterError: Int64?
    }

    /// The consequences of a look at the clocks.
    struct Look {
        /// Readings that waited, with their dates.
        var ready: [Point] = []
        /// Nanoseconds from the start of the machine to 1970, by which they got them.
        var offset: Int64
        /// Nanoseconds by which the clock was set since the last look, when that is more than two seconds.
        var jump: Int64?
        /// Seconds by which the time that is believed was corrected, when that is more than two.
        var correction: Int64?
        /// The clock that is believed from now on, when that is another one.
        var change: Change?
        /// Seconds by which the meter's clock is ahead, when it is found to be wrong by that.
        var wrongMeter: Int64?
    }

    /// Another clock is believed.
    struct Change {
        /// The origin of dates until now.
        var before: ClockJudge.Basis
        /// The judgement from now on.
        var verdict: ClockJudge.Verdict
    }

    /// A reading that waits.
    private struct Held {
        /// Grows with each reading; below zero for those that an earlier run left.
        var number: Int
        var reading: UndatedReadings.Reading
        /// Bytes that it takes, about.
        var size: Int

        init(_ number: Int, _ reading: UndatedReadings.Reading) {
            (self.number, self.reading) = (number, reading)
            size = reading.point.values.reduce(200) { size, value in
                if case .string(let text) = value { size + 40 + text.utf8.count } else { size + 40 }
            }
        }

        var source: String { reading.point.series.subject.source }
    }

    /// Readings that may wait; beyond it the sources that have most lose their oldest.
    private static let room = 50_000
    /// Bytes that they may take; the same goes for them.
    private static let bytes = 16 << 20
    /// A meter tells whole seconds, and late: dates do not follow each of them.
    private static let jitter: Int64 = 5_000_000_000
    /// Nanoseconds above which a change of the clock counts as set.
    private static let step: Int64 = 2_000_000_000
    /// Much longer than any reading waits in memory.
    private static let delivery: Int64 = 1_300_000_000_000

    /// The time of the box until it was corrected, and until when that was.
    private struct Earlier {
        var offset: Int64
        var until: Int64
    }

    /// The time of the box.
    let time: BoxTime
    /// Nanoseconds from the start of the machine to 1970, by which that goes; `nil` before the first look.
    private var trusted: Int64?
    /// The same until it was corrected last.
    private var earlier: Earlier?
    private var judge: ClockJudge
    private var basis = ClockJudge.Basis.unknown
    /// Nanoseconds that the box's dates are wrong by.
    private var correction: Int64 = 0
    /// The readings that wait, the oldest first.
    private var held: [Held] = []
    /// Their bytes.
    private var heldBytes = 0
    /// The number of the next one.
    private var next = 0
    /// The number of the first one that is not on disk yet.
    private var saved = 0
    /// The uptime at which those on disk have surely reached a server or its spool, with their dates.
    private var clearAt: Int64?
    /// True when the readings that an earlier run left on disk are among those that wait.
    private(set) var isLoaded = false
    private var lost = LostPoints()
    /// The offset of the box's clock at the last look.
    private var offset: Int64?
    private var jumps = 0
    /// Seconds by which the meter's clock is wrong.
    private var meterError: Int64?

    /// Begins without having seen a clock.
    ///
    /// - Parameters:
    ///   - time: told what time it is.
    ///   - kept: the time that NTP kept in an earlier run, see `ClockJudge`.
    init(_ time: BoxTime, kept: Int64? = nil) {
        self.time = time
        judge = ClockJudge(kept: kept)
    }

    /// Nanoseconds from the start of the machine to 1970 when NTP kept them; `nil` when it never did.
    var kept: Int64? { judge.kept }

    /// The state of now.
    var report: Report {
        Report(
            basis: basis.rawValue,
            jumps: jumps,
            waiting: held.count,
            unsaved: unsaved,
            lost: lost,
            meterError: meterError
        )
    }

    /// Gives a reading its date.
    ///
    /// - Parameters:
    ///   - point: a reading dated by the time of the box.
    ///   - now: the box's clocks; `look` must have seen them when `wasSet` says so.
    /// - Returns: `nil` when it waits.
    mutating func next(_ point: Point, at now: ClockReading) -> Point? {
        let readAt = uptime(of: point.timestamp, now)
        guard basis == .unknown else { return point.dated(readAt, trusted ?? now.offset) }
        hold([Held(next, (point, readAt))], at: held.count)
        next += 1
        return nil
    }

    /// Lets readings wait, and sees to it that they are not too many.
    private mutating func hold(_ readings: [Held], at place: Int) {
        held.insert(contentsOf: readings, at: place)
        heldBytes += readings.reduce(0) { $0 + $1.size }
        while held.count > Self.room || heldBytes > Self.bytes { giveUp() }
    }

    /// Gives up the oldest readings of the sources that have most, some more than needed: all are looked through.
    private mutating func giveUp() {
        var shares = Shares()
        for reading in held { shares.add(reading.size, of: reading.source) }
        let most = shares.most
        var (left, room) = (held.count - Self.room * 7 / 8, heldBytes - Self.bytes * 7 / 8)
        held.removeAll { reading in
            guard left > 0 || room > 0, most.contains(reading.source) else { return false }
            left -= 1
            room -= reading.size
            lost.add(1, of: reading.source)
            return true
        }
        heldBytes = held.reduce(0) { $0 + $1.size }
    }

    /// The number of those that wait and are not on disk yet.
    private var unsaved: Int { held.count - (held.firstIndex { $0.number >= saved } ?? held.count) }

    /// The instant since the start of the machine at which something was read.
    ///
    /// It may have been dated before the time was corrected: then it would lie before the correction by more than the
    /// correction, or in the future.
    private func uptime(of time: Timestamp, _ now: ClockReading) -> Uptime {
        let trusted = trusted ?? now.offset
        let readAt = Uptime(nanoseconds: time.nanoseconds &- trusted)
        guard let earlier else { return readAt }
        let before = Uptime(nanoseconds: time.nanoseconds &- earlier.offset)
        let isOld = earlier.offset < trusted ? before.nanoseconds <= earlier.until : readAt > now.uptime
        return isOld ? before : readAt
    }

    /// The time of the box.
    func present(_ now: ClockReading) -> Present {
        let distance = trusted ?? now.offset
        let time = Timestamp(nanoseconds: now.uptime.nanoseconds &+ distance)
        return Present(now: time, trust: self.time.trust, distance: distance)
    }

    /// True when the clock was set since the last look: it is judged before it gives a date.
    func wasSet(_ now: ClockReading) -> Bool { offset.map { abs(now.offset &- $0) > Self.step } ?? false }

    /// Looks at the clocks.
    ///
    /// - Parameters:
    ///   - now: the box's.
    ///   - meter: nanoseconds from the start of the machine to 1970, as a meter believes.
    /// - Returns: the consequences.
    mutating func look(at now: ClockReading, meter: Int64?) -> Look {
        let before = basis
        let verdict = judge.judge(now, meter: meter)
        basis = verdict.basis
        let isJitter = before == .meter && verdict.basis == .meter
        if !isJitter || abs(verdict.correction &- correction) > Self.jitter { correction = verdict.correction }
        var look = Look(offset: now.offset &+ correction)
        look.correction = follow(look.offset, verdict.trust, isFirst: before == .unknown, now)
        let jump = offset.map { now.offset &- $0 } ?? 0
        offset = now.offset
        if abs(jump) > Self.step {
            jumps += 1
            look.jump = jump
        }
        let error = meter.flatMap { judge.error(of: $0, basis, isKnown: meterError != nil) }
        if meterError == nil { look.wrongMeter = error }
        meterError = error
        if before != basis { look.change = Change(before: before, verdict: verdict) }
        guard basis != .unknown, !held.isEmpty else { return look }
        look.ready = held.map { $0.reading.point.dated($0.reading.readAt, look.offset) }
        (held, heldBytes, saved) = ([], 0, next)
        clearLater(now)
        return look
    }

    /// Lets the time of the box follow; while no clock can be believed it goes on as it began.
    ///
    /// - Returns: the correction in seconds, of a time that was believed before.
    private mutating func follow(
        _ offset: Int64,
        _ trust: BoxTime.Trust,
        isFirst: Bool,
        _ now: ClockReading
    ) -> Int64? {
        let before = trusted ?? offset
        let next = basis == .unknown ? before : offset
        let change = next &- before
        if abs(change) > Self.step { earlier = Earlier(offset: before, until: now.uptime.nanoseconds) }
        trusted = next
        time.set(next, trust)
        return isFirst || abs(change) <= Self.step ? nil : change / 1_000_000_000
    }

    /// Takes in what an earlier run left without a date.
    ///
    /// - Parameters:
    ///   - readings: the oldest first.
    ///   - hasDated: true when it left others that had dates already.
    ///   - now: the box's clocks.
    /// - Returns: `false` when that was done before.
    mutating func takeIn(_ readings: [UndatedReadings.Reading], hasDated: Bool, at now: ClockReading) -> Bool {
        guard !isLoaded else { return false }
        isLoaded = true
        hold(readings.map { Held(-1, $0) }, at: 0)
        if hasDated { clearLater(now) }
        return true
    }

    /// The readings that wait and are not on disk yet, and the number of the next one.
    var toSave: (readings: [UndatedReadings.Reading], next: Int) {
        (held.suffix(unsaved).map(\.reading), next)
    }

    /// Notes that those before a number are on disk.
    mutating func didSave(before next: Int) { saved = max(saved, next) }

    /// True when those on disk that have dates can be forgotten now; says so once.
    mutating func isTimeToClear(at now: ClockReading) -> Bool {
        guard let clearAt, now.uptime.nanoseconds >= clearAt else { return false }
        self.clearAt = nil
        return true
    }

    private mutating func clearLater(_ now: ClockReading) { clearAt = now.uptime.nanoseconds &+ Self.delivery }
}

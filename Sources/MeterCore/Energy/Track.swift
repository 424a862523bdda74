/// A register as it was read last, and what the next reading means.
///
/// A register is a staircase that runs at most one step below the energy. Its high-water mark counts: the energy is
/// what the mark rises by, however often, late or unordered it is read. A register below its mark counts nothing until
/// it passes it: by one or two steps for ever, by less than a hundredth for an hour, at zero until it moves, else until
/// the reading after confirms it; after that it goes on from there as another chapter. A rise may be as large as the
/// connection can have carried since the register rose last, for registers are not renewed at each reading, and a step
/// more. It starts again at zero only from the last tenth below its end.
///
/// Within a coarse step power says how far the energy has come: what is booked follows the power and is kept between
/// the mark and one step above it. So it is never more than a step from the truth, at any time, and never falls.
struct Track: Sendable, Codable {
    /// The meaning of a reading beside the one before.
    enum Step: Sendable, Equatable {
        /// Not newer than what is known: a register that only grows has nothing to add.
        case late
        /// A record of a time before the first reading, or of a gap whose energy was shared out evenly.
        ///
        /// What it says of that span is not booked; before the first reading nothing is.
        case unbooked(ClosedRange<Int64>, isMissing: Bool)
        /// It grew, by a step that is possible in that time, or stood still.
        case grew(by: Double, since: Int64)
        /// It grew and started again at zero.
        case rolledOver(by: Double, since: Int64)
        /// Another meter, or this one was reset: what was counted in between is not known, what it grew by since is.
        ///
        /// The time is that of the first reading that told it.
        case newChapter(Chapter, by: Double, since: Int64, at: Int64)
    }

    /// The reason for which a register goes on from another value.
    enum Chapter: String, Sendable, Equatable {
        /// Another serial number.
        case replaced
        /// Smaller than before.
        case reset
        /// More than a connection can carry.
        case jumped
    }

    /// A register below its mark.
    private struct Low: Sendable, Codable {
        /// The register when it was first seen below, or fell again.
        var value: Double
        /// The time of that reading, in seconds since 1970.
        var since: Int64
    }

    /// A span without readings in which the register rose.
    private struct Gap: Sendable, Codable {
        /// The time of the reading before it, in seconds since 1970.
        var from: Int64
        /// The time of the reading after it.
        var to: Int64
    }

    /// The gaps that are remembered: files of a week that come in any order.
    private static let mostGaps = 8
    /// The units, Wh mostly, that one meter shows late or rounds.
    private static let slack = 10.0
    /// The seconds for which a register may be a little below its mark without having been reset.
    private static let shortFall: Int64 = 3600
    /// The longest time in seconds since the last rise that makes a rise believable: a day.
    private static let longestStand: Int64 = 86_400
    /// The longest time in seconds between two readings of power that are joined by a straight line.
    private static let longestFlow: Int64 = 300

    /// The time of the last reading, in seconds since 1970.
    private(set) var time: Int64
    /// The register's high-water mark.
    private(set) var value: Double
    /// The serial number that the meter told last.
    private(set) var serial: String?
    /// Quarters that closed since without a reading.
    var missed = 0
    /// The time of the first reading; `nil` in books of a release that did not note it.
    private var first: Int64?
    /// The time of the last rise; `nil` when it is that of the last reading.
    private var changed: Int64?
    /// The step that the register counts in; `nil` until it has risen.
    private var step: Double?
    /// The part of a step that power has been booked for, above the mark; `nil` for none.
    private var ahead: Double?
    /// The power at the last reading, in W, of a register with coarse steps.
    private var watts: Double?
    /// The register below its mark; `nil` while it is not.
    private var low: Low?
    /// The newest gaps, the newest last; `nil` for none.
    private var gaps: [Gap]?
    /// The time of the oldest record before the first reading; `nil` for none.
    private var oldestRecord: Int64?
    /// The end of the sleep, so far, through which the register is booked as standing still; `nil` while it is read.
    var sleptUntil: Int64?

    /// The time up to which it is known what the register counted.
    var knownUntil: Int64 { max(time, sleptUntil ?? time) }
    /// The power at the last reading, in W; `nil` where it does not tell it.
    private(set) var lastWatts: Double?

    /// Begins with a first reading, of which nothing can be booked.
    init(_ value: Double, serial: String?, at time: Int64) {
        self.time = time
        self.value = value
        self.serial = serial
        first = time
    }

    /// The register as far as it is booked: the mark, and what power has been booked for above it.
    var counted: Double { value + (ahead ?? 0) }

    /// True when this is the register of older books, read later: it has not fallen, nor risen by more than it can.
    func continues(_ older: Track, _ quantity: MeterRegister.Quantity) -> Bool {
        let register = MeterRegister(quantity)
        let isOther = serial != nil && older.serial != nil && serial != older.serial
        let most = Self.most(in: max(0, time - older.time), register) + 3 * largestStep(quantity)
        return !isOther && value >= older.value && value - older.value <= most
    }

    /// The step that the register counts in, when it is coarser than what a meter rounds; 0 for a fine one.
    private var coarseStep: Double { step.map { $0 > Self.slack ? $0 : 0 } ?? 0 }

    /// The largest step that the register can have, as far as it is known, in its unit.
    func largestStep(_ quantity: MeterRegister.Quantity) -> Double {
        step ?? Self.step(nil, 0, value, MeterRegister(quantity))
    }

    /// Takes the next reading.
    ///
    /// - Parameters:
    ///   - value: the register.
    ///   - watts: the power that it counts, of the same reading; `nil` when that is not known.
    ///   - serial: the meter's serial number, if it tells it.
    ///   - time: in seconds since 1970.
    ///   - isRecord: true when it was recorded with its time, so that no clock of ours can have been set back.
    ///   - register: its bounds.
    /// - Returns: what is to be booked, and what is to be told.
    mutating func note(
        _ value: Double,
        watts: Double? = nil,
        serial: String?,
        at time: Int64,
        isRecord: Bool = false,
        _ register: MeterRegister
    ) -> Step {
        guard time > self.time else {
            if isRecord, let span = unbooked(value, serial, at: time) { return span }
            return setBack(to: value, serial: serial, at: time, register)
        }
        let since = self.time
        let isOther = serial != nil && self.serial != nil && serial != self.serial
        defer {
            self.time = time
            self.serial = serial ?? self.serial
            self.watts = coarseStep > 0 ? watts : nil
            lastWatts = watts
            missed = 0
        }
        if isOther { return begin(.replaced, at: value, time) }
        let stood = time - min(since, max(changed ?? since, time - Self.longestStand))
        guard value < self.value else {
            low = nil
            let step = Self.step(step, self.value, value, register)
            // It may have been shown two steps low before.
            let most = Self.most(in: stood, register) + 3 * step
            guard value - self.value <= most else { return begin(.jumped, at: value, time) }
            if value > self.value { noteGap(from: since, to: time) }
            return .grew(by: rise(to: value, step, watts, at: time), since: since)
        }
        if let wrap = register.wrapsAt, self.value > 0.9 * wrap,
            value + wrap - self.value <= Self.most(in: stood, register) + coarseStep
        {
            let growth = max(0, value + wrap - self.value - (ahead ?? 0))
            _ = begin(.reset, at: value, time)
            return .rolledOver(by: growth, since: since)
        }
        if let reset = confirmedFall(to: value, at: time, register) {
            _ = begin(.reset, at: value, time)
            return .newChapter(.reset, by: value - reset.value, since: since, at: reset.since)
        }
        return .grew(by: rise(to: self.value, step ?? 0, watts, at: time), since: since)
    }

    /// Leaves a future to which a false date had led it; what it counts next, an hour's worth at most, it counts now.
    mutating func bringBack(to time: Int64) {
        (self.time, changed) = (time - 1, time - 3600)
    }

    /// The fall that has now lasted long enough to be another chapter; `nil` while the mark stands.
    private mutating func confirmedFall(to value: Double, at time: Int64, _ register: MeterRegister) -> Low? {
        let unit = Self.unit(register)
        let fall = self.value - value
        let smallest = max(step ?? (value > 0 ? Self.step(nil, value, self.value, register) : 0), unit)
        if fall <= 2 * smallest * (1 + 1e-9) {
            low = nil
            return nil
        }
        guard let low, value >= low.value else {
            low = Low(value: value, since: time)
            return nil
        }
        if value <= 0 { return nil }
        let isSmall = fall < self.value / 100
        return !isSmall || time - low.since >= Self.shortFall ? low : nil
    }

    /// Goes on from a value that has nothing to do with the one before.
    private mutating func begin(_ chapter: Chapter, at value: Double, _ time: Int64) -> Step {
        self.value = value
        (changed, ahead, low) = (nil, nil, nil)
        return .newChapter(chapter, by: 0, since: time, at: time)
    }

    /// Moves the mark, and what is booked by power up to a step above it.
    ///
    /// - Returns: the energy to be booked.
    private mutating func rise(to value: Double, _ step: Double, _ watts: Double?, at time: Int64) -> Double {
        let growth = value - self.value
        let before = ahead ?? 0
        var booked = before
        if step > Self.slack, let last = self.watts, let watts, time - self.time <= Self.longestFlow {
            booked += max(0, last + watts) / 2 * Double(time - self.time) / 3600
        }
        booked = max(before, growth, min(booked, growth + step))
        let above = booked - growth
        ahead = above > 0 ? above : nil
        if growth > 0 {
            self.value = value
            self.step = step
            changed = nil
        } else {
            changed = changed ?? self.time
        }
        return booked - before
    }

    /// The most that a register can count in some seconds.
    private static func most(in seconds: Int64, _ register: MeterRegister) -> Double {
        register.largestPerHour.map { $0 * Double(seconds) / 3600 + slack } ?? .infinity
    }

    /// The unit in which steps are looked for: whole Wh, thousandths of kWh and m³.
    private static func unit(_ register: MeterRegister) -> Double { register.largestPerHour ?? 1 < 1000 ? 0.001 : 1 }

    /// The step of a register that went from one value to another: the largest round number that divides all values.
    ///
    /// - Returns: at most 10 000 units (10 kWh, 10 m³), at least one.
    private static func step(_ known: Double?, _ before: Double, _ value: Double, _ register: MeterRegister) -> Double {
        let unit = unit(register)
        guard value > before, known ?? .infinity > unit else { return known ?? 0 }
        let bases = [before, value, known ?? 0].map { Int64(exactly: ($0 / unit).rounded()) ?? 1 }
        var divisor = bases[0]
        for base in bases.dropFirst() {
            var (larger, smaller) = (divisor, base)
            while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
            divisor = abs(larger)
        }
        let round: [Int64] = [10_000, 5000, 2500, 2000, 1000, 500, 250, 200, 100, 50, 25, 20, 10, 5, 2]
        return Double(round.first { divisor % $0 == 0 } ?? 1) * unit
    }

    /// Notes a gap, if readings that come later can tell more of it.
    private mutating func noteGap(from: Int64, to: Int64) {
        guard to - from > Ledger.longestInterpolation else { return }
        gaps = Array(((gaps ?? []) + [Gap(from: from, to: to)]).suffix(Self.mostGaps))
    }

    /// The span that an old record tells of and that is not booked as it says; `nil` when it has nothing to add.
    private mutating func unbooked(_ value: Double, _ serial: String?, at time: Int64) -> Step? {
        if let first, time < first {
            let isSame = serial == nil || self.serial == nil || serial == self.serial
            guard !isSame || value != self.value else { return nil }
            oldestRecord = min(oldestRecord ?? time, time)
            return .unbooked(time...first, isMissing: true)
        }
        // One above the mark is no part of what the gap counted: it is new.
        guard value <= self.value else { return nil }
        return gaps?.first { $0.from < time && time < $0.to }.map { .unbooked($0.from...$0.to, isMissing: false) }
    }

    /// Takes over what earlier books knew of the same register, so that readings that are sent again are not new.
    ///
    /// - Parameters:
    ///   - older: the register in those books.
    ///   - made: the late readings whose sums were computed meanwhile; `nil` for none.
    mutating func takeOver(from older: Track, made: LateReadings?) {
        let begun = [first, older.first, made == nil ? nil : older.oldestRecord].compactMap { $0 }
        first = begun.min()
        oldestRecord = made == nil ? older.oldestRecord : nil
        let open = (older.gaps ?? []).filter { gap in made.map { gap.to <= $0.from || $0.to <= gap.from } ?? true }
        let all = (open + (gaps ?? [])).suffix(Self.mostGaps)
        gaps = all.isEmpty ? nil : Array(all)
    }

    /// An old reading has nothing to add; one that is larger all the same is new, and the clock was set back.
    ///
    /// Until it has come to where it was, what is counted counts for the moment before it was set: nothing is lost.
    private mutating func setBack(
        to value: Double,
        serial: String?,
        at time: Int64,
        _ register: MeterRegister
    ) -> Step {
        let growth = value - self.value
        let isSame = serial == nil || self.serial == nil || serial == self.serial
        guard isSame else { return .late }
        guard growth > 0, let most = register.largestPerHour, growth <= most else { return .late }
        let before = ahead ?? 0
        ahead = before > growth ? before - growth : nil
        (self.value, missed, low) = (value, 0, nil)
        return .grew(by: max(0, growth - before), since: self.time)
    }
}

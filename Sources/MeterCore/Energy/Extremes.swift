import MeterNotation

/// The extremes of the current quarter and of the current day.
struct Extremes: Sendable, Codable {
    /// Least, most and mean of a stream of values.
    struct Range: Sendable, Codable {
        var least = Double.infinity
        var most = -Double.infinity
        var sum = 0.0
        var count = 0.0

        /// Takes a value, of the same weight as all others.
        mutating func note(_ value: Double) {
            least = min(least, value)
            most = max(most, value)
            sum += value
            count += 1
        }
    }

    /// One phase of one meter.
    struct Phase: Sendable, Codable {
        /// The meter's name.
        let source: String
        /// The phase, from 1 to 3.
        let number: Int
        /// The start of the quarter that is open, in seconds since 1970.
        var quarter: Int64
        /// The voltages of the quarter; `nil` when none was told.
        var volts: Range?
        /// The largest apparent power of the quarter, in VA.
        var mostVA: Double?
        /// The time of the last reading, in seconds since 1970.
        var time: Int64
        /// The voltage of the last reading, which stands until the next one.
        var lastVolts: Double?
    }

    /// A phase's voltages in one local day, of all meters together.
    struct Day: Sendable, Codable {
        /// The local midnight at which the day begins, in seconds since 1970.
        let start: Int64
        /// The next local midnight.
        let end: Int64
        var least: Double
        var most: Double
        /// Seconds outside of the allowed voltages.
        var secondsOutside = 0.0
    }

    /// The largest import of a quarter in VA, beside the subscribed power in VA.
    struct Power: Sendable, Codable {
        var quarter: Int64
        var time: Int64
        var mostVA: Double?
        var subscribedVA: Double?
    }

    /// A quarter or a day that a reading of a later one completed, or brought up to date.
    enum Completed: Sendable {
        case phase(Phase)
        case day(Int, Day)
        case power(Power)
    }

    /// Seconds for which a voltage stands at most.
    private static let longestHold: Int64 = 60

    private var phases: [Phase] = []
    /// The current day of each phase, by its number.
    private(set) var days: [Int: Day] = [:]
    private var power: Power?

    init() {}

    /// Takes a phase's reading, of which the voltage stood since the one before.
    ///
    /// - Parameters:
    ///   - number: the phase, from 1 to 3.
    ///   - volts: its voltage, if the meter tells it.
    ///   - va: its apparent power, if the meter tells it.
    ///   - source: the meter's name.
    ///   - time: in seconds since 1970; an older reading than the last one is passed over.
    ///   - allowed: the voltages that the network must deliver.
    ///   - calendar: the local days.
    /// - Returns: the quarter and the day as they are when this reading begins another quarter or day.
    mutating func note(
        _ number: Int,
        volts: Double?,
        va: Double?,
        source: String,
        at time: Int64,
        allowed: ClosedRange<Double>,
        _ calendar: LocalCalendar
    ) -> [Completed] {
        let quarter = Quarter.start(of: time)
        guard let place = phases.firstIndex(where: { $0.source == source && $0.number == number }) else {
            var phase = Phase(source: source, number: number, quarter: quarter, time: time)
            phase.add(volts, va, at: time)
            phases.append(phase)
            return noteDay(number, volts, outside: 0, at: time, calendar)
        }
        guard time > phases[place].time else { return [] }
        var completed: [Completed] = []
        if quarter != phases[place].quarter {
            completed.append(.phase(phases[place]))
            if let day = days[number] { completed.append(.day(number, day)) }
            phases[place].startQuarter(quarter)
        }
        let held = time - phases[place].time
        let wasOutside = phases[place].lastVolts.map { !allowed.contains($0) } ?? false
        let outside = wasOutside && held <= Self.longestHold ? Double(held) : 0
        phases[place].add(volts, va, at: time)
        return completed + noteDay(number, volts, outside: outside, at: time, calendar)
    }

    private mutating func noteDay(
        _ number: Int,
        _ volts: Double?,
        outside: Double,
        at time: Int64,
        _ calendar: LocalCalendar
    ) -> [Completed] {
        guard let volts else { return [] }
        guard var day = days[number], time < day.end, time >= day.start else {
            let over = days[number]
            guard over.map({ time >= $0.end }) ?? true else { return [] }
            days[number] = Day(
                start: calendar.startOfDay(time),
                end: calendar.startOfNextDay(time),
                least: volts,
                most: volts
            )
            guard var over else { return [] }
            over.secondsOutside += outside
            return [.day(number, over)]
        }
        day.least = min(day.least, volts)
        day.most = max(day.most, volts)
        day.secondsOutside += outside
        days[number] = day
        return []
    }

    /// Takes the import of the whole house, or the subscribed power.
    mutating func note(va: Double?, subscribedVA: Double?, at time: Int64) -> Completed? {
        let quarter = Quarter.start(of: time)
        guard let last = power else {
            power = Power(quarter: quarter, time: time, mostVA: va, subscribedVA: subscribedVA)
            return nil
        }
        guard time >= last.time else { return nil }
        var next = last
        next.time = time
        if quarter != last.quarter {
            next.quarter = quarter
            next.mostVA = nil
        }
        if let va { next.mostVA = max(va, next.mostVA ?? va) }
        next.subscribedVA = subscribedVA ?? last.subscribedVA
        power = next
        return quarter == last.quarter ? nil : .power(last)
    }

    /// Takes over what the database has of the current day.
    mutating func preload(_ number: Int, _ day: Day) { days[number] = day }

    /// Everything that is not complete yet, at the end of a span that is computed anew.
    var open: [Completed] {
        phases.map { .phase($0) } + days.map { .day($0.key, $0.value) } + (power.map { [.power($0)] } ?? [])
    }
}

extension Extremes.Phase {
    init(source: String, number: Int, quarter: Int64, time: Int64) {
        self.source = source
        self.number = number
        self.quarter = quarter
        self.time = time
    }

    fileprivate mutating func add(_ volts: Double?, _ va: Double?, at time: Int64) {
        if let volts {
            var range = self.volts ?? Extremes.Range()
            range.note(volts)
            self.volts = range
        }
        if let va { mostVA = max(va, mostVA ?? va) }
        lastVolts = volts
        self.time = time
    }

    fileprivate mutating func startQuarter(_ quarter: Int64) {
        self.quarter = quarter
        volts = nil
        mostVA = nil
    }
}

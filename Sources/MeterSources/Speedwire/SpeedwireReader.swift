import MeterCore
import MeterNotation
import MeterProtocols

/// Makes readings of the telegrams of one meter, out of all that meters say in the network.
struct SpeedwireReader: InputReader {
    /// The seconds for which all are listened to before the only one is taken: each speaks once in one.
    private static let patience = 3.0
    /// The seconds after which a meter that is not heard any more is no other one.
    private static let memory = 60.0
    /// The meters that are remembered at most, more than any home has.
    private static let mostMeters = 8

    private let settings: SpeedwireSettings
    private var points: SpeedwirePoints
    private var sampling: Sampling
    /// The meters that are wanted, and when each was heard first and last.
    private var heard: [SpeedwireTelegram.Meter: (first: Uptime, last: Uptime)] = [:]
    /// The meter of the readings so far.
    private(set) var meter: SpeedwireTelegram.Meter?

    /// Begins with nothing heard.
    init(_ settings: SpeedwireSettings, _ context: SourceContext) {
        self.settings = settings
        points = SpeedwirePoints(settings, context)
        sampling = Sampling(every: settings.every)
    }

    /// True when a meter that is wanted was heard within some seconds.
    func hasHeard(within seconds: Double, at now: Uptime) -> Bool {
        heard.values.contains { now.seconds(since: $0.last) < seconds }
    }

    /// Takes a datagram; most are left out, since a meter speaks more often than it is read.
    ///
    /// - Throws: a sentence when it cannot be read, or when several meters speak and none is named.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        guard let telegram = try SpeedwireTelegram(bytes), settings.wants(telegram.meter) else { return [] }
        let now = moment.uptime
        let first = heard[telegram.meter]?.first ?? now
        heard = heard.filter { now.seconds(since: $0.value.last) < Self.memory }
        if heard.count < Self.mostMeters || heard[telegram.meter] != nil { heard[telegram.meter] = (first, now) }
        guard heard.count == 1 else { throw SeveralMeters(Array(heard.keys)) }
        // A meter that is named is the right one at once.
        var sampling = sampling
        guard settings.serial != nil || now.seconds(since: first) >= Self.patience, sampling.keeps(moment.time) else {
            return []
        }
        let values = try telegram.readings()
        // One that cannot be read leaves its slot to the next.
        self.sampling = sampling
        if telegram.meter != meter {
            if meter != nil { points.reset() }
            meter = telegram.meter
        }
        let before = points.held
        let made = points.points(values, at: moment.time, monotonic: now)
        return [FieldReading(points: made, held: points.held - before)]
    }
}

/// Several meters speak, and the configuration does not say which one is meant.
private struct SeveralMeters: Error, CustomStringConvertible {
    let meters: [SpeedwireTelegram.Meter]

    init(_ meters: [SpeedwireTelegram.Meter]) { self.meters = meters }

    var description: String {
        let sorted = meters.sorted { ($0.serial, $0.susyID) < ($1.serial, $1.susyID) }
        return said(
            "several meters speak: write serial, with one of \(sorted.map(\.description).joined(separator: ", "))"
        )
    }
}

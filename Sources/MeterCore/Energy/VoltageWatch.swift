import MeterNotation

/// The voltage of a phase outside of the allowed ones: since when, how far, how long.
struct VoltageWatch: Sendable, Codable {
    /// Seconds back inside after which it is over.
    private static let calm: Int64 = 300
    /// Seconds for which a reading stands at most.
    private static let longestHold: Int64 = 60

    private struct Excursion: Sendable, Codable {
        var start: Int64
        var lastOutside: Int64
        var worst: Double
        var seconds: Int64 = 0
    }

    private var excursion: Excursion?
    private var last: Int64?
    private var wasOutside = false

    init() {}

    /// Takes a voltage; tells an excursion when it begins, and again when it is over.
    mutating func note(
        _ volts: Double,
        phase: Int,
        of subject: String,
        at time: Int64,
        allowed: ClosedRange<Double>
    ) -> [EnergyEvent] {
        guard time > last ?? .min else { return [] }
        let isOutside = !allowed.contains(volts)
        defer { (last, wasOutside) = (time, isOutside) }
        guard var now = excursion else {
            guard isOutside else { return [] }
            let new = Excursion(start: time, lastOutside: time, worst: volts)
            excursion = new
            return [event(new, phase, subject, allowed, isOver: false)]
        }
        if wasOutside, let last { now.seconds += min(time - last, Self.longestHold) }
        if isOutside {
            now.lastOutside = time
            if abs(volts - allowed.middle) > abs(now.worst - allowed.middle) { now.worst = volts }
        }
        guard time - now.lastOutside > Self.calm else {
            excursion = now
            return []
        }
        excursion = nil
        return [event(now, phase, subject, allowed, isOver: true)]
    }

    private func event(
        _ excursion: Excursion,
        _ phase: Int,
        _ subject: String,
        _ allowed: ClosedRange<Double>,
        isOver: Bool
    ) -> EnergyEvent {
        let isHigh = excursion.worst > allowed.upperBound
        let limit = isHigh ? allowed.upperBound : allowed.lowerBound
        let what = "phase \(phase) : \(frenchNumber(excursion.worst)) V, limite \(frenchNumber(limit)) V"
        return EnergyEvent(
            .voltage,
            of: subject,
            // A second of its own for each phase: two events at one second would be one point in the database.
            at: excursion.start + Int64(phase - 1),
            isHigh ? "Tension trop haute" : "Tension trop basse",
            isOver
                ? "\(what) ; hors limites pendant \(frenchDuration(excursion.seconds)) en tout." : "\(what) ; en cours."
        )
    }
}

extension ClosedRange<Double> {
    fileprivate var middle: Double { (lowerBound + upperBound) / 2 }
}

/// The import above the subscribed power: since when, how much, how long.
struct PowerWatch: Sendable, Codable {
    /// Seconds below the contract after which it is over.
    private static let calm: Int64 = 600

    /// The subscribed power in VA; nothing is watched before it is known.
    var subscribedVA: Int64?
    /// The meter's own alert, while there is one.
    var overload: OverloadWatch?
    private var start: Int64?
    private var lastOver: Int64 = 0
    private var most: Int64 = 0

    init() {}

    /// Takes the import in VA; tells an excess when it begins, and again when it is over.
    mutating func note(_ drawn: Int64, of meter: String, at time: Int64) -> [EnergyEvent] {
        guard let allowed = subscribedVA, allowed > 0 else { return [] }
        if drawn > allowed {
            lastOver = max(time, lastOver)
            most = max(most, drawn)
            guard start == nil else { return [] }
            start = time
            return [event(of: meter, at: time, allowed, end: nil)]
        }
        guard let begun = start, time - lastOver > Self.calm else { return [] }
        defer { (start, most) = (nil, 0) }
        return [event(of: meter, at: begun, allowed, end: lastOver)]
    }

    private func event(of meter: String, at start: Int64, _ allowed: Int64, end: Int64?) -> EnergyEvent {
        let most = frenchNumber(Double(most) / 1000, decimals: 1)
        let text = "Jusqu'à \(most) kVA pour \(frenchNumber(Double(allowed) / 1000)) kVA souscrits"
        let lasted = end.map { " pendant \(frenchDuration(max(1, $0 - start)))" } ?? ""
        return EnergyEvent(.power, of: meter, at: start, "Puissance souscrite dépassée", "\(text)\(lasted).")
    }
}

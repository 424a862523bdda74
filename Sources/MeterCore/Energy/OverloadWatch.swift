import MeterNotation

/// A three-phase meter's alert that phases exceed the subscribed current: since when, which, how far.
///
/// The meter repeats it for a minute after the current is back, every half second or so.
struct OverloadWatch: Sendable, Codable {
    /// Seconds without the alert after which it is over.
    private static let calm: Int64 = 300

    private var start: Int64?
    private var lastSaid: Int64 = 0
    /// The largest current in A of each phase that exceeded, else 0.
    private var most: [Int64] = []

    /// True when nothing is to be told any more.
    var isOver: Bool { start == nil }

    init() {}

    /// Takes what a meter says; tells an alert when it begins, and again when it is over.
    ///
    /// - Parameters:
    ///   - amps: the current of each phase where it exceeds, else 0; empty while none does.
    ///   - meter: its name.
    ///   - time: in seconds since 1970.
    /// - Returns: one event at most.
    mutating func note(_ amps: [Int64], of meter: String, at time: Int64) -> [EnergyEvent] {
        guard !amps.isEmpty else {
            guard let begun = start, time - lastSaid > Self.calm else { return [] }
            defer { (start, most) = (nil, []) }
            return [event(of: meter, at: begun, end: lastSaid)]
        }
        lastSaid = max(time, lastSaid)
        for (phase, current) in amps.enumerated() {
            if phase < most.count { most[phase] = max(current, most[phase]) } else { most.append(current) }
        }
        guard start == nil else { return [] }
        start = time
        return [event(of: meter, at: time, end: nil)]
    }

    private func event(of meter: String, at start: Int64, end: Int64?) -> EnergyEvent {
        var phases: [String] = []
        for (phase, current) in most.enumerated() where current > 0 {
            phases.append("phase \(phase + 1) : jusqu'à \(current) A")
        }
        let lasted = end.map { " ; pendant \(frenchDuration(max(1, $0 - start)))" } ?? " ; en cours"
        return EnergyEvent(
            .power,
            of: "\(meter) phases",
            at: start,
            "Courant souscrit dépassé",
            phases.joined(separator: ", ") + lasted + "."
        )
    }
}

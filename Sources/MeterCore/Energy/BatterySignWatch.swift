/// Looks for a battery whose power has the wrong sign: its charge rises while it is said to give.
struct BatterySignWatch: Sendable, Codable {
    /// Seconds for which its power must have one sign, and percent by which the charge must have gone the other way.
    private static let patience = (seconds: Int64(1800), percent: 2.0)
    /// Watts below which it counts as idle.
    private static let idle = 50.0
    /// Seconds for which a state of charge holds, and percent of a leap, after which it begins anew.
    private static let longest = (seconds: Int64(300), percent: 5.0)
    /// Seconds without a power after which it begins anew: a cloud or a kettle fits between two that are minutes apart.
    private static let gap: Int64 = 90

    private struct Span: Sendable, Codable {
        var isGiving: Bool
        var since: Int64
        var percent: Double
        var last: Int64
        var lastPercent: Double
    }

    private var span: Span?
    /// The state of charge heard last, and when: some batteries tell it apart from their power.
    private var percent: Double?
    private var heard: Int64 = 0
    private var isTold = false

    init() {}

    /// Takes what a battery says of a moment.
    ///
    /// - Parameters:
    ///   - watts: positive while it gives; `nil` when the reading does not tell it.
    ///   - percent: its state of charge; `nil` when the reading does not tell it.
    ///   - meter: its name.
    ///   - time: in seconds since 1970.
    /// - Returns: one event, once.
    mutating func note(_ watts: Double?, _ percent: Double?, of meter: String, at time: Int64) -> [EnergyEvent] {
        if let percent { (self.percent, heard) = (percent, time) }
        guard let watts, let now = self.percent, time - heard <= Self.longest.seconds else { return [] }
        guard abs(watts) >= Self.idle else {
            span = nil
            return []
        }
        guard var span, span.isGiving == (watts > 0), time - span.last <= Self.gap,
            abs(now - span.lastPercent) <= Self.longest.percent
        else {
            span = Span(isGiving: watts > 0, since: time, percent: now, last: time, lastPercent: now)
            return []
        }
        (span.last, span.lastPercent) = (time, now)
        self.span = span
        let wrong = (now - span.percent) * (span.isGiving ? 1 : -1)
        guard !isTold, time - span.since >= Self.patience.seconds, wrong >= Self.patience.percent else { return [] }
        isTold = true
        return [
            EnergyEvent(
                .meter,
                of: "\(meter) sign",
                at: time,
                "Batterie lue à l'envers",
                "La charge de \(meter) \(span.isGiving ? "monte" : "baisse") depuis une demi-heure, alors que sa puissance "
                    + "dit le contraire. Inversez le signe de sa puissance dans la configuration.",
                warning: "the charge of \(meter) goes the other way than its power says: the sign of its power is wrong"
            )
        ]
    }
}

import MeterCore
import MeterProtocols

/// Tells an inverter that sleeps from one that is missing.
///
/// Without sun an inverter has no power and says nothing, which is no trouble. That it fell silent at full power is.
struct AuroraNight: Sendable {
    enum Condition: Sendable, Equatable {
        case awake
        /// Silent for a moment only.
        case waiting
        case asleep
        /// Silent although there was sun, or for longer than a night.
        case missing
        /// Never heard since the program started: it may be night.
        case unheard
    }

    /// Rounds without an answer before anything is said about it.
    private static let patience = 3
    /// No night of mainland France is longer than 16 h: the cable of one that sleeps on by day is off.
    private static let longestNight = 17 * 3600.0

    private var silentRounds = 0
    private var wasInTheDark: Bool?
    private var silentSince: Uptime?
    private(set) var condition = Condition.unheard

    /// Notes a reading.
    ///
    /// - Returns: whether it woke up.
    mutating func answered(_ reading: AuroraReading) -> Bool {
        let watts = Double(reading.values[.gridWatts] ?? 0)
        let isWaiting = [.waitingForSun, .waitingForSunOrGrid].contains(reading.state.global)
        // At dusk inverters of these sizes stop at some ten watts; a cloud never takes one that far.
        wasInTheDark = watts < 150 || isWaiting
        silentRounds = 0
        silentSince = nil
        defer { condition = .awake }
        return condition != .awake && condition != .waiting
    }

    /// Notes a round to which nothing came.
    ///
    /// - Returns: whether the condition is another one now.
    mutating func silent(at time: Uptime) -> Bool {
        silentRounds += 1
        let since = silentSince ?? time
        silentSince = since
        let before = condition
        switch wasInTheDark {
        case nil: condition = .unheard
        case _ where silentRounds < Self.patience: condition = .waiting
        case true?: condition = time.seconds(since: since) < Self.longestNight ? .asleep : .missing
        case false?: condition = .missing
        }
        return condition != before
    }
}

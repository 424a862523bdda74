import MeterCore
import MeterProtocols

/// Tells an inverter that sleeps from one that is missing.
///
/// Without sun an inverter has no power and says nothing, which is no trouble; falling silent at full power is.
struct AuroraNight: Sendable {
    /// The condition of an inverter, by its answers and its last power.
    enum Condition: Sendable, Equatable {
        /// It answers.
        case awake
        /// Silent for a few rounds only.
        case waiting
        /// Silent after it had little power, for no longer than a night.
        case asleep
        /// Silent although there was sun, or for longer than a night.
        case missing
        /// Never heard since the program started: it may be night.
        case unheard
    }

    /// Rounds without an answer before anything is said about it, 3.
    private static let patience = 3
    /// The longest sleep in seconds, 17 h: no night of mainland France is longer than 16 h.
    ///
    /// An inverter that sleeps on by day has its cable off.
    private static let longestNight = 17 * 3600.0

    /// Rounds without an answer since the last one.
    private var silentRounds = 0
    /// True when the last reading had less than 150 W, or waited for sun; `nil` before the first.
    private var wasInTheDark: Bool?
    /// The time of the first of the silent rounds.
    private var silentSince: Uptime?
    /// The condition after the last round.
    private(set) var condition = Condition.unheard

    /// Notes a reading.
    ///
    /// - Returns: true when it woke up with it.
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

    /// Notes a round without any answer.
    ///
    /// - Returns: true when the condition is another one now.
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

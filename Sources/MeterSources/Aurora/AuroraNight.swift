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
        /// Silent although there was sun.
        case missing
        /// Never heard since the program started: it may be night.
        case unheard
    }

    /// Rounds without an answer before anything is said about it.
    private static let patience = 3

    private var silentRounds = 0
    private var wasInTheDark: Bool?
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
        defer { condition = .awake }
        return condition != .awake && condition != .waiting
    }

    /// Notes a round to which nothing came.
    ///
    /// - Returns: whether the condition is another one now.
    mutating func silent() -> Bool {
        silentRounds += 1
        let before = condition
        switch wasInTheDark {
        case nil: condition = .unheard
        case _ where silentRounds < Self.patience: condition = .waiting
        case true?: condition = .asleep
        case false?: condition = .missing
        }
        return condition != before
    }
}

import MeterNotation

/// Looks for a house that seems to use less than nothing: something produces or discharges that nobody measures.
struct UnmeasuredWatch: Sendable, Codable {
    /// The slots, each read in one moment, that must be below zero one after the other.
    private static let patience = 3
    /// Watts below zero that are believed, and the share of what flows at the grid that two meters may differ by.
    private static let least = (watts: 50.0, share: 0.05)

    private var slots = 0
    private var isTold = false
    /// The sources for which it was told; with others it may be news again.
    private var sources: [String]?

    init() {}

    /// Takes the flows of a slot; those that were not read in one moment say nothing, for a cloud may lie between.
    ///
    /// - Returns: one event, once.
    mutating func note(_ flow: Flow) -> [EnergyEvent] {
        guard let used = flow.consumption, flow.isOfOneMoment else { return [] }
        let most = max(Self.least.watts, Self.least.share * ((flow.import ?? 0) + (flow.export ?? 0)))
        guard used < -most else {
            slots = 0
            return []
        }
        slots += 1
        guard slots >= Self.patience, !isTold else { return [] }
        isTold = true
        return [
            EnergyEvent(
                .meter,
                of: "unmeasured",
                at: flow.time,
                "Production non mesurée",
                "La maison semble consommer \(frenchNumber(used.rounded())) W : quelque chose produit, ou une batterie se "
                    + "décharge, sans être mesuré, ou bien une puissance a le mauvais signe. Ajoutez cet appareil, ou "
                    + "vérifiez ceux qui sont lus.",
                warning:
                    "the house seems to use less than nothing: something that produces or discharges is not measured, "
                    + "or a power has the wrong sign"
            )
        ]
    }

    /// Hears which sources there are now.
    mutating func keep(_ sources: [String]) {
        let sorted = sources.sorted()
        if let known = self.sources, known != sorted { (slots, isTold) = (0, false) }
        self.sources = sorted
    }
}

/// The true energies of a house since it began: consumption, production, import and export.
///
/// Kept in whole milliwatt-seconds, so that sums over years are exact; the tests hold roll-ups against them.
public struct HouseTruth: Sendable, Hashable {
    private var consumed: Int64 = 0
    private var produced: Int64 = 0
    private var drawn: Int64 = 0
    private var injected: Int64 = 0
    private var heated: Int64 = 0

    /// A house that begins: all energies are 0.
    public init() {}

    /// Adds the energies of a step, in mW·s; `net` is import when positive and export when negative.
    mutating func add(consumed: Int64, produced: Int64, heated: Int64, net: Int64) {
        self.consumed += consumed
        self.heated += heated
        self.produced += produced
        if net >= 0 { drawn += net } else { injected -= net }
    }

    /// The consumption, in Wh.
    public var consumedWh: Double { Double(consumed) / 3_600_000 }
    /// The production, in Wh.
    public var producedWh: Double { Double(produced) / 3_600_000 }
    /// The part of the consumption that the water heater used, in Wh.
    public var heatedWh: Double { Double(heated) / 3_600_000 }
    /// The import, in Wh.
    public var drawnWh: Double { Double(drawn) / 3_600_000 }
    /// The export, in Wh.
    public var injectedWh: Double { Double(injected) / 3_600_000 }
}

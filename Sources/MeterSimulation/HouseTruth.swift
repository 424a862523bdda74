/// What a house really consumed, produced, drew and injected since it began, in whole milliwatt-seconds.
public struct HouseTruth: Sendable, Hashable {
    private var consumed: Int64 = 0
    private var produced: Int64 = 0
    private var drawn: Int64 = 0
    private var injected: Int64 = 0

    public init() {}

    mutating func add(consumed: Int64, produced: Int64, net: Int64) {
        self.consumed += consumed
        self.produced += produced
        if net >= 0 { drawn += net } else { injected -= net }
    }

    public var consumedWh: Double { Double(consumed) / 3_600_000 }
    public var producedWh: Double { Double(produced) / 3_600_000 }
    public var drawnWh: Double { Double(drawn) / 3_600_000 }
    public var injectedWh: Double { Double(injected) / 3_600_000 }
}

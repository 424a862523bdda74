/// How a simulated meter speaks.
public enum HouseMode: String, CaseIterable, Sendable { case historique, standard }

/// The contract of a simulated house.
public enum HouseTariff: String, CaseIterable, Sendable { case base, hphc, tempo }

/// What a simulated house is like.
public struct HouseOptions: Sendable {
    public var mode = HouseMode.standard
    /// 1 or 3.
    public var phases = 1
    /// Whether the meter counts what the house injects.
    public var isProducer = true
    public var tariff = HouseTariff.hphc
    public var seed: UInt64 = 1
    /// The most that the panels give, in W; 0 for a house without any.
    public var peakWatts = 3000.0
    public var hasPanels: Bool { peakWatts > 0 }
    public var subscribedKVA: Int64 = 9
    /// The meter's address, 12 digits.
    public var serial = "041976123456"
    /// The delivery point, 14 digits.
    public var prm = "12345678901234"
    /// The registers at the start, in Wh.
    public var importStart: Int64 = 12_345_678
    public var exportStart: Int64 = 456_789

    public init() {}
}

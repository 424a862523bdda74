/// A point as the ledger sees it: the meter, the facts and the time.
public struct Reading: Sendable {
    /// The name of the meter, see `Subject.meter`.
    public var meter: String
    /// The facts that it tells of the energy of the house.
    public var facts: [Fact]
    /// The meter's remarks beside its readings.
    public var remarks: Remarks?
    /// The time of the reading; its whole seconds count.
    public var time: Timestamp
    /// True when it was recorded long ago: it says nothing of what is now, nor of a meter's silence.
    public var isRecord: Bool

    public init(
        of meter: String,
        _ facts: [Fact],
        at time: Timestamp,
        remarks: Remarks? = nil,
        isRecord: Bool = false
    ) {
        self.meter = meter
        self.facts = facts
        self.remarks = remarks
        self.time = time
        self.isRecord = isRecord
    }

    /// The reading that a point is; `nil` when it says nothing of the house's energy.
    public init?(_ point: Point) {
        let facts = point.facts
        guard !facts.isEmpty || point.remarks != nil, !point.series.subject.source.isEmpty else { return nil }
        self.init(
            of: point.series.subject.meter,
            facts,
            at: point.timestamp,
            remarks: point.remarks,
            isRecord: point.isRecord
        )
    }

    /// The power that a register of a quantity counts, in W, 0 or more; `nil` when the reading does not tell it.
    func watts(of quantity: MeterRegister.Quantity) -> Double? {
        for fact in facts {
            switch (fact, quantity) {
            case (.production(let watts), .production): return max(0, watts)
            case (.gridPower(let watts, _), .import): return max(0, watts)
            case (.gridPower(let watts, let tellsBoth), .export): return tellsBoth ? max(0, -watts) : nil
            case (.batteryPower(let watts), .charge): return max(0, -watts)
            case (.batteryPower(let watts), .discharge): return max(0, watts)
            case (.portPower(let watts), .portOut): return max(0, watts)
            case (.portPower(let watts), .portIn): return max(0, -watts)
            default: continue
            }
        }
        return nil
    }
}

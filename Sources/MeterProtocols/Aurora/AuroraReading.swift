/// What one round of questions brought.
public struct AuroraReading: Sendable, Equatable {
    public var state: AuroraState
    /// What was measured; what this inverter does not know, or was not asked this time, is not there.
    public var values: [AuroraMeasure: Float] = [:]
    /// Wh since the inverter was made.
    public var totalWattHours: UInt32?

    public init(state: AuroraState) { self.state = state }
}

/// Who an inverter is.
public struct AuroraIdentity: Sendable, Equatable {
    public var serialNumber: String?
    public var partNumber: String?
    public var model: AuroraModel?
    public var firmware: String?
    /// Week and year, two digits each.
    public var manufactured: String?
    /// Seconds since 2000 in the inverter's local time, when it was asked.
    public var clock: UInt32?

    public init() {}
}

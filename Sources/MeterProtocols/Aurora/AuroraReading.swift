/// The values that one round of questions brought.
public struct AuroraReading: Sendable, Equatable {
    /// The states and the alarm.
    public var state: AuroraState
    /// The measured values; those that this inverter does not know, or was not asked for this time, are missing.
    public var values: [AuroraMeasure: Float] = [:]
    /// The energy since the inverter was made, in Wh; `nil` when it was not told.
    public var totalWattHours: UInt32?

    /// A reading without values.
    public init(state: AuroraState) { self.state = state }
}

/// The identity of an inverter; each part is `nil` until it was told.
public struct AuroraIdentity: Sendable, Equatable {
    /// The serial number, up to 6 letters.
    public var serialNumber: String?
    /// The part number, up to 6 letters.
    public var partNumber: String?
    /// The model and its kind.
    public var model: AuroraModel?
    /// The version of the firmware.
    public var firmware: String?
    /// The week and the year of manufacture, two digits each.
    public var manufactured: String?
    /// The inverter's clock when it was asked, in seconds since 2000, local time.
    public var clock: UInt32?

    /// An identity of which nothing is known.
    public init() {}
}

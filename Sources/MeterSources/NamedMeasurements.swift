public import MeterCore

/// A source whose measurements the user names: where those of its readings are that the ledger learned from.
public protocol NamedMeasurements: MeterSource {
    /// Where the TIC of a meter goes that the device hands on.
    var meter: TeleinfoSettings? { get }
    /// Where production goes.
    var production: Measurement? { get }
    /// Where the displays of water, gas and heat meters go.
    var displays: Measurement? { get }
}

extension NamedMeasurements {
    public var meter: TeleinfoSettings? { nil }
    public var production: Measurement? { nil }
    public var displays: Measurement? { nil }
}

/// A data record: a value, its quantity, and its place among the meter's values of that quantity.
public struct MBusRecord: Sendable, Hashable {
    /// The kind of value, bits 4 and 5 of the DIF; the raw value is its name in a selector.
    public enum Function: String, Sendable, CaseIterable {
        case instantaneous, maximum, minimum
        case duringError = "during error"
    }

    /// The kind of value: the current one, an extreme, or one of a time with an error.
    public var function: Function
    /// The storage number; 0 is the current value, others are kept ones such as that of the last due date.
    public var storage: UInt64
    /// The tariff; 0 is the total.
    public var tariff: UInt32
    /// The part of the meter; 0 is the meter itself.
    public var subunit: UInt16
    /// The quantity that was measured.
    public var quantity: MBusQuantity
    /// The unit without a prefix: `Wh`, `m³`, `°C`; empty for a quantity without one.
    public var unit: String
    /// The meanings of the VIFEs, in their order.
    public var qualifiers: [MBusQualifier]
    /// The meter's own name of the quantity, where it gives one in plain text.
    public var name: String?
    /// The value in the unit: the factors of VIF and VIFE are applied.
    public var value: MBusValue

    /// A record; the defaults are those of a current value of the meter itself.
    public init(
        _ quantity: MBusQuantity,
        _ value: MBusValue,
        unit: String = "",
        function: Function = .instantaneous,
        storage: UInt64 = 0,
        tariff: UInt32 = 0,
        subunit: UInt16 = 0,
        qualifiers: [MBusQualifier] = [],
        name: String? = nil
    ) {
        self.function = function
        self.storage = storage
        self.tariff = tariff
        self.subunit = subunit
        self.quantity = quantity
        self.unit = unit
        self.qualifiers = qualifiers
        self.name = name
        self.value = value
    }

    /// The qualifiers that make it another value, and not only another number: `positive only`, a date, an average.
    public var meanings: [MBusQualifier] { qualifiers.filter { !$0.isIdle } }
}

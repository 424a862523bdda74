/// A data record: a value, what it measures, and which of the meter's values of that kind it is.
public struct MBusRecord: Sendable, Hashable {
    public enum Function: String, Sendable, CaseIterable {
        case instantaneous, maximum, minimum
        case duringError = "during error"
    }

    public var function: Function
    /// 0 is the current value; others are kept ones, such as that of the last due date.
    public var storage: UInt64
    public var tariff: UInt32
    /// Which part of the meter; 0 is the meter itself.
    public var subunit: UInt16
    public var quantity: MBusQuantity
    /// Without a prefix: `Wh`, `m³`, `°C`.
    public var unit: String
    public var qualifiers: [MBusQualifier]
    /// What the meter itself calls the quantity, where it does.
    public var name: String?
    public var value: MBusValue

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

    /// The qualifiers that make it another value, and not only another number.
    public var meanings: [MBusQualifier] { qualifiers.filter { !$0.isFactor } }
}

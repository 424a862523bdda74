/// The values of a meter's telegram, by the numbers that they have there.
///
/// Each has four bytes before it: channel, number, type and tariff. Type 4 is a value of now in 32 bits, type 8 a register
/// in 64; the channel 144 has the version of the firmware, and four zeros end them. All bits set are no value.
public struct SpeedwireReadings: Sendable, Equatable {
    /// A quantity of the whole meter; the raw value is its number.
    public enum Quantity: UInt8, Sendable {
        /// What is drawn and injected over all phases together, as the distributor's meter counts it.
        case drawn = 1
        case injected = 2
        case powerFactor = 13
        case frequency = 14
    }

    /// A quantity of a phase; the raw value is its distance from the phase's first number.
    public enum PhaseQuantity: UInt8, Sendable {
        case drawn = 1
        case injected = 2
        case current = 11
        case volts = 12
    }

    private static let (valueType, registerType, firmwareChannel): (UInt8, UInt8, UInt8) = (4, 8, 144)

    /// The values of now, as they are sent, by their numbers.
    private var values: [UInt8: UInt32] = [:]
    /// The registers in Ws, by their numbers.
    private var registers: [UInt8: UInt64] = [:]

    /// Reads values to their end.
    ///
    /// - Throws: `SpeedwireError` when that is not where the bytes end.
    init(_ bytes: ArraySlice<UInt8>) throws(SpeedwireError) {
        var place = bytes.startIndex
        while place < bytes.endIndex {
            guard place + 4 <= bytes.endIndex else { throw .cut }
            let (channel, number, type) = (bytes[place], bytes[place + 1], bytes[place + 2])
            if channel == 0, number == 0, type == 0 { return }
            place += 4
            switch (channel, type) {
            case (Self.firmwareChannel, _): place += 4
            case (_, Self.valueType):
                guard let value: UInt32 = bigEndian(bytes, at: place) else { throw .cut }
                if channel == 0, value != .max { values[number] = value }
                place += 4
            case (_, Self.registerType):
                guard let value: UInt64 = bigEndian(bytes, at: place) else { throw .cut }
                if channel == 0, value != .max { registers[number] = value }
                place += 8
            default: throw .unknownType(type)
            }
        }
        guard place == bytes.endIndex else { throw .cut }
    }

    /// The power in W, positive while it is drawn; `nil` unless both directions are told.
    public var watts: Double? { watts(Quantity.drawn.rawValue, Quantity.injected.rawValue) }

    /// The register of what was drawn, in Wh.
    public var drawn: Int64? { wattHours(.drawn) }
    /// The register of what was injected, in Wh.
    public var injected: Int64? { wattHours(.injected) }
    /// The power factor.
    public var powerFactor: Double? { thousandths(Quantity.powerFactor.rawValue) }
    /// The frequency in Hz; 0 of a meter that does not tell it is none.
    public var frequency: Double? { thousandths(Quantity.frequency.rawValue).flatMap { $0 > 0 ? $0 : nil } }

    /// The power of a phase, from 1 to 3, in W, positive while it is drawn.
    public func watts(ofPhase phase: Int) -> Double? { watts(number(.drawn, phase), number(.injected, phase)) }

    /// The current of a phase in A.
    public func amps(ofPhase phase: Int) -> Double? { thousandths(number(.current, phase)) }

    /// The voltage of a phase in V; 0 at a phase that is not connected is none.
    public func volts(ofPhase phase: Int) -> Double? {
        thousandths(number(.volts, phase)).flatMap { $0 > 0 ? $0 : nil }
    }

    /// The number of a quantity of a phase: phases begin at 20, 40 and 60.
    private func number(_ quantity: PhaseQuantity, _ phase: Int) -> UInt8 {
        UInt8(clamping: 20 * phase) + quantity.rawValue
    }

    /// The difference of two powers in tenths of W.
    private func watts(_ drawn: UInt8, _ injected: UInt8) -> Double? {
        guard let drawn = values[drawn], let injected = values[injected] else { return nil }
        return Double(Int64(drawn) - Int64(injected)) / 10
    }

    private func wattHours(_ quantity: Quantity) -> Int64? {
        registers[quantity.rawValue].map { Int64($0 / 3600) }
    }

    private func thousandths(_ number: UInt8) -> Double? { values[number].map { Double($0) / 1000 } }
}

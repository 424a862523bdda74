/// The meaning of a value-information code (VIF): quantity, unit and the factor of the number.
public struct MBusUnit: Sendable, Hashable {
    /// The quantity that is measured.
    public var quantity: MBusQuantity
    /// The unit without a prefix, such as `Wh` or `m³`; empty for a quantity without one.
    public var symbol: String
    /// The power of ten of units that the number counts.
    public var exponent: Int
    /// A further factor: 60, 3600 or 86 400 for minutes, hours and days in seconds.
    public var factor: Int64

    init(_ quantity: MBusQuantity, _ symbol: String = "", exponent: Int = 0, factor: Int64 = 1) {
        self.quantity = quantity
        self.symbol = symbol
        self.exponent = exponent
        self.factor = factor
    }

    /// The main table: EN 13757-3, VIF without extension bit.
    static func primary(_ code: UInt8) -> MBusUnit { look(code, in: primaryTable) }

    /// The first extension, after `FD`.
    static func extensionFD(_ code: UInt8) -> MBusUnit { look(code, in: tableFD) }

    /// The second extension, after `FB`.
    static func extensionFB(_ code: UInt8) -> MBusUnit { look(code, in: tableFB) }

    /// The seconds in each of the units that two bits of a code choose from.
    static let timeFactors: [Int64] = [1, 60, 3600, 86_400]

    /// A run of codes: as many as there are powers of ten, or units of time, beginning at the row's unit.
    struct Row: Sendable {
        /// The difference between neighbouring codes; `first` is the unit of time of the first one.
        enum Step: Sendable { case power, time(first: Int), months }
        var codes: ClosedRange<UInt8>
        var unit: MBusUnit
        var step: Step

        /// A run of powers of ten, beginning at the exponent.
        init(_ codes: ClosedRange<UInt8>, _ quantity: MBusQuantity, _ symbol: String, _ exponent: Int) {
            self.codes = codes
            unit = MBusUnit(quantity, symbol, exponent: exponent)
            step = .power
        }

        /// Seconds, minutes, hours and days, or the last of them.
        init(times codes: ClosedRange<UInt8>, _ quantity: MBusQuantity, first: Int = 0) {
            self.codes = codes
            unit = MBusUnit(quantity, "s")
            step = .time(first: first)
        }

        /// Months and years, which have no fixed length and therefore stay what they are.
        init(months codes: ClosedRange<UInt8>, _ quantity: MBusQuantity) {
            self.codes = codes
            unit = MBusUnit(quantity, "months")
            step = .months
        }

        /// A single code.
        init(_ code: UInt8, _ quantity: MBusQuantity, _ symbol: String = "") {
            self.init(code...code, quantity, symbol, 0)
        }

        /// The unit of a code of this run.
        func unit(for code: UInt8) -> MBusUnit {
            let place = Int(code - codes.lowerBound)
            var unit = unit
            switch step {
            case .power: unit.exponent += place
            case .time(let first): unit.factor = MBusUnit.timeFactors[(first + place) & 3]
            case .months: if place == 1 { unit.symbol = "years" }
            }
            return unit
        }
    }

    /// The unit of a code, its extension bit aside; unknown when no row has it.
    private static func look(_ code: UInt8, in table: [Row]) -> MBusUnit {
        table.first { $0.codes.contains(code & 0x7F) }?.unit(for: code & 0x7F) ?? MBusUnit(.unknown)
    }
}

/// The bits that stand for "there is no value", by the type of a register.
///
/// The one table of Modbus: SunSpec, profiles and registers of one's own take them from here. Floating-point numbers
/// need none, as NaN and infinity are never values, nor do decimal digits, which end at 9.
extension RegisterType {
    /// The mark that SunSpec fixes, and that makers who follow no standard mostly take as well.
    ///
    /// All ones for numbers without a sign, and the lowest number for those with one. `nil` for texts, bits, floats and
    /// decimal digits.
    public var usualMark: UInt64? {
        switch self {
        case .uint16: 0xFFFF
        case .uint32: 0xFFFF_FFFF
        case .uint48: 0xFFFF_FFFF_FFFF
        case .uint64: .max
        case .int16: 0x8000
        case .int32: 0x8000_0000
        case .int48: 0x8000_0000_0000
        case .int64: 0x8000_0000_0000_0000
        case .bit, .bcd16, .bcd32, .float32, .float64, .string: nil
        }
    }

    /// The largest number of a type with a sign, by which ABB and Carlo Gavazzi mean that there is none; else `nil`.
    public var overflowMark: UInt64? {
        switch self {
        case .int16: 0x7FFF
        case .int32: 0x7FFF_FFFF
        case .int48: 0x7FFF_FFFF_FFFF
        case .int64: 0x7FFF_FFFF_FFFF_FFFF
        default: nil
        }
    }

    /// The marks that a register has unless told otherwise: no meter of a home ever counts so much or so little.
    public var marks: [UInt64] { [usualMark, overflowMark].compactMap { $0 } }
}

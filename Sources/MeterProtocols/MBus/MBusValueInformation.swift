/// The meaning of a VIF and its extensions for a record.
struct MBusValueInformation {
    /// The type of the data, as the DIF tells it.
    enum DataType { case none, integer, real, bcd, negativeBCD, text, bytes }

    /// The text of a plain-text VIF; `nil` for a code.
    var name: String?
    private var unit = MBusUnit(.unknown)
    private var qualifiers: [MBusQualifier] = []

    /// Looks up the VIF and the codes behind it, which end with the manufacturer's own.
    mutating func resolve(_ vif: UInt8, _ codes: [UInt8]) {
        var codes = codes[...]
        switch vif {
        case 0xFD where !codes.isEmpty: unit = .extensionFD(codes.removeFirst())
        case 0xFB where !codes.isEmpty: unit = .extensionFB(codes.removeFirst())
        case 0x7C, 0xFC: unit = MBusUnit(.other)
        // The manufacturer's own extensions follow, which mean nothing to others.
        case 0x7F, 0xFF:
            unit = MBusUnit(.manufacturerSpecific)
            return
        default: unit = .primary(vif)
        }
        for code in codes {
            qualifiers.append(MBusQualifier(code))
            if code & 0x7F == 0x7F { return }
        }
    }

    /// Gives the record its quantity, unit, qualifiers and value, the factors applied once.
    mutating func apply(to record: inout MBusRecord, _ type: DataType, _ data: [UInt8]) {
        var value = decode(type, data)
        for qualifier in qualifiers {
            switch qualifier {
            case .power(let power): unit.exponent += power
            case .per(let suffix): unit.symbol += suffix
            case .error: value = .invalid(data)
            case .dateOf: unit = MBusUnit(unit.quantity)
            case .durationOf(_, let seconds): unit = MBusUnit(unit.quantity, "s", factor: seconds)
            case .offset, .other: break
            }
        }
        if case .number(let number) = value {
            var scaled = number.scaled(by: unit.exponent)
            if unit.factor != 1 { scaled = scaled.times(unit.factor) }
            for case .offset(let power) in qualifiers { scaled = scaled.adding(powerOfTen: power) }
            value = .number(scaled)
        }
        record.quantity = unit.quantity
        record.unit = unit.symbol
        record.qualifiers = qualifiers
        record.name = name
        record.value = value
    }

    /// True when whole numbers of the record are dates.
    private var isDate: Bool {
        unit.quantity.isDate || qualifiers.contains { if case .dateOf = $0 { true } else { false } }
    }

    /// The value of data before any factor.
    private func decode(_ type: DataType, _ data: [UInt8]) -> MBusValue {
        switch type {
        case .none: .none
        case .integer:
            if isDate, [2, 3, 4, 6].contains(data.count) {
                MBusDate(data).map { .date($0) } ?? .invalid(data)
            } else if unit.quantity.isFlags {
                .unsigned(data)
            } else {
                .integer(data)
            }
        case .real: .real(data)
        case .bcd: .bcd(data)
        case .negativeBCD: .bcd(data, isNegative: true)
        case .text: .text(data)
        case .bytes: .bytes(data)
        }
    }
}

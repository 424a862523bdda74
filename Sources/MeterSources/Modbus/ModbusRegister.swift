import MeterCore
import MeterProtocols

/// A wanted value: the field it becomes, where it lies and how it is scaled.
struct ModbusRegister: Sendable, Hashable {
    /// How a field is stored, for ever: InfluxDB keeps the type of its first value.
    enum Store: String, CaseIterable { case integer, float, boolean, text }

    var field: String
    /// 1 to 3, or nothing for the whole device.
    var phase: Int?
    var layout: RegisterLayout
    var scale: Double
    var offset: Double
    var store: Store

    /// Whether it counts energy, so that it may only grow.
    var isEnergy: Bool { Field(rawValue: field)?.quantity == .energy }

    /// Whether the schema has a field as a whole number.
    private static func isWhole(_ field: String) -> Bool {
        Field(rawValue: field)?.isInteger(in: [.production, .meter, .battery]) ?? false
    }

    /// What it counts in; floating-point numbers of a large register have about 8 Wh between them.
    var step: Double { layout.type == .float32 || layout.type == .float64 ? 20 : abs(scale) }

    /// Reads one entry of `[registers]`; problems go to the section's diagnostics.
    init(_ field: String, phase: Int?, settings: ConfigSection, defaults: RegisterDefaults) {
        self.field = field
        self.phase = phase
        let address = settings.integer("address", in: 0...65_535, "The address on the wire, which counts from 0.")
        let table = settings.optionalChoice("table", of: TableName.self, "Where it is, if not where most are.")
        let type = settings.optionalChoice("type", of: RegisterType.self, "How it is coded, if not as most are.")
        let order = settings.optionalChoice("word_order", of: WordOrder.self, "The order of its bytes, if not as most.")
        let length = settings.optionalInteger("length", in: 1...125, "Registers of a text.")
        let missing = settings.optionalInteger("missing", "The value that means there is none; -1 is all bits set.")
        let unit = settings.optionalString("unit", "The unit that the device gives, such as \"kWh\".")
        scale = settings.number("scale", default: 1, "What the value is multiplied by to be in its unit.")
        offset = settings.number("offset", default: 0, "What is then added.")
        let store = settings.optionalChoice("store", of: Store.self, "The type in the database, for ever.")
        let (kind, place) = (type ?? defaults.type, (table ?? defaults.table).table)
        let count = place.holdsBits ? 1 : kind.registers ?? length ?? 1
        let bits = missing.map { UInt64(bitPattern: Int64($0)) } ?? defaults.missing[kind]
        layout = RegisterLayout(
            ModbusSpan(place, at: address, count: count),
            place.holdsBits ? .bit : kind,
            order: order ?? defaults.order,
            missing: place.holdsBits ? nil : bits
        )
        let usual: Store = layout.type == .string ? .text : layout.type == .bit ? .boolean : .float
        let isWhole = Self.isWhole(field)
        self.store = isWhole ? .integer : store ?? usual
        if let known = Field(rawValue: field)?.quantity {
            if let unit, let factor = known.factor(from: unit) {
                scale *= factor
                offset *= factor
            } else if unit != nil {
                settings.report(
                    "\(field) is stored in \(known.rawValue), expected \(known.unitsInWords)",
                    at: "unit"
                )
            } else if known != .ratio {
                settings.report("unit: missing; \(field) is stored in \(known.rawValue), so it matters")
            }
        }
        check(settings, store: store, length: length)
    }

    private func check(_ settings: ConfigSection, store: Store?, length: Int?) {
        if layout.type == .string, length == nil { settings.report("length: missing; a text needs its registers") }
        if layout.type != .string, length != nil { settings.report("only a text has a length", at: "length") }
        if !layout.span.isPossible { settings.report("it ends behind the last register, 65535", at: "address") }
        if scale == 0 { settings.report("with 0 every value would be the same", at: "scale") }
        if let store, store != self.store, Self.isWhole(field) {
            settings.report("\(field) is always stored as an integer", at: "store")
        }
        if (layout.type == .string) != (self.store == .text) {
            settings.report("a text is stored as a text, and nothing else is", at: "store")
        }
    }

    /// What is stored for a value of the device.
    func stored(_ value: RegisterValue) -> FieldValue? {
        let number: Double
        switch value {
        case .text(let text): return store == .text ? .string(text) : nil
        case .integer(let integer):
            if store == .integer, scale == scale.rounded(), offset == offset.rounded(),
                let factor = Int64(exactly: scale), let more = Int64(exactly: offset)
            {
                let (product, overflow) = integer.multipliedReportingOverflow(by: factor)
                let (sum, carry) = product.addingReportingOverflow(more)
                return overflow || carry ? nil : .integer(sum)
            }
            number = Double(integer) * scale + offset
        case .number(let value): number = value * scale + offset
        }
        switch store {
        case .integer: return Int64(exactly: number.rounded()).map { .integer($0) }
        case .float: return number.isFinite ? .float(number) : nil
        case .boolean: return .boolean(number != 0)
        case .text: return nil
        }
    }
}

/// The tables by the names that manuals give them.
enum TableName: String, CaseIterable {
    case holding, input, coil, discrete

    var table: ModbusTable {
        switch self {
        case .holding: .holdingRegisters
        case .input: .inputRegisters
        case .coil: .coils
        case .discrete: .discreteInputs
        }
    }
}

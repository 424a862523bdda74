import MeterCore
import MeterProtocols

/// A wanted value: the field it becomes, where it lies and how it is scaled.
struct ModbusRegister: Sendable, Hashable {
    /// The type in which a field is stored.
    ///
    /// It cannot change later: InfluxDB keeps the type of a field's first value.
    enum Store: String, CaseIterable { case integer, float, boolean, text }

    /// The field's name in the database, the key of its entry, such as `w` or `wh_in`.
    var field: String
    /// The phase, 1 to 3; `nil` for the whole device.
    var phase: Int?
    /// The table, address, number of registers, coding and word order, and the bits that mean "no value".
    ///
    /// Addresses are those on the wire and count from 0; manuals that write 40001 mean 0 of the holding registers.
    var layout: RegisterLayout
    /// The setting `scale`, times the factor from `unit` to the stored unit; without unit 1 by default, never 0.
    var scale: Double
    /// The setting `offset` in the stored unit, added after scaling; 0 by default.
    var offset: Double
    /// The setting `store`; by default `text` for texts, `boolean` for bits and `float` for numbers.
    ///
    /// Always `integer` where the schema has the field as one.
    var store: Store

    /// True for a register of energy in Wh, which may only grow.
    var isEnergy: Bool { Field(rawValue: field)?.quantity == .energy }

    /// True when the schema has the field as a whole number.
    private static func isWhole(_ field: String) -> Bool {
        Field(rawValue: field)?.isInteger(in: [.production, .meter, .battery]) ?? false
    }

    /// The smallest step between two values, in the stored unit: 20 for floating-point registers.
    ///
    /// A float of 32 bits has about 8 Wh between neighbours at 100 MWh.
    var step: Double { layout.type == .float32 || layout.type == .float64 ? 20 : abs(scale) }

    /// Reads one entry of `[registers]`; problems go to the section's diagnostics.
    ///
    /// Reports a missing or wrong unit, a text without length, a place behind register 65535, a scale of 0 and a type
    /// that does not fit.
    ///
    /// - Parameters:
    ///   - field: the key of the entry, the name in the database.
    ///   - phase: 1 to 3, or `nil` for the whole device.
    ///   - settings: the entry.
    ///   - defaults: the settings of most registers of the list.
    init(_ field: String, phase: Int?, settings: ConfigSection, defaults: RegisterDefaults) {
        self.field = field
        self.phase = phase
        let address = settings.integer("address", in: 0...65_535, "The address on the wire, which counts from 0.")
        let table = settings.optionalChoice("table", of: TableName.self, "Where it is, if not where most are.")
        let type = settings.optionalChoice("type", of: RegisterType.self, "How it is coded, if not as most are.")
        let order = settings.optionalChoice("word_order", of: WordOrder.self, "The order of its bytes, if not as most.")
        let length = settings.optionalInteger("length", in: 1...125, "Registers of a text.")
        let missing = settings.optionalIntegers(
            "missing",
            "More values that mean there is none, as the device has them, such as 0 for a register that restarts; [] for"
                + " a device whose every number counts. All ones without a sign, and the lowest and the largest number with"
                + " one, always mean that."
        )
        let unit = settings.optionalString("unit", "The unit that the device gives, such as \"kWh\".")
        scale = settings.number("scale", default: 1, "What the value is multiplied by to be in its unit.")
        offset = settings.number("offset", default: 0, "What is then added.")
        let store = settings.optionalChoice("store", of: Store.self, "The type in the database, for ever.")
        let (kind, place) = (type ?? defaults.type, (table ?? defaults.table).table)
        let count = place.holdsBits ? 1 : kind.registers ?? length ?? 1
        let more = missing?.map { UInt64(bitPattern: Int64($0)) } ?? defaults.missing[kind] ?? []
        layout = RegisterLayout(
            ModbusSpan(place, at: address, count: count),
            place.holdsBits ? .bit : kind,
            order: order ?? defaults.order,
            missing: place.holdsBits || missing?.isEmpty == true ? [] : kind.marks + more
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

    /// Reports settings of one register that contradict each other.
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

    /// The value to store for a value of the device, scaled; `nil` when it does not fit the type.
    ///
    /// Integers with whole factors never pass through a floating-point number, so that large registers stay exact.
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

/// The four tables of Modbus by the names that manuals give them.
enum TableName: String, CaseIterable {
    case holding, input, coil, discrete

    /// The table of the protocol.
    var table: ModbusTable {
        switch self {
        case .holding: .holdingRegisters
        case .input: .inputRegisters
        case .coil: .coils
        case .discrete: .discreteInputs
        }
    }
}

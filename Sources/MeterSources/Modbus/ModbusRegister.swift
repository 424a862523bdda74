import MeterCore
import MeterNotation
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
    /// The part of a hybrid inverter that it is of; `nil` for the device itself, or its panels.
    var part: DevicePart?
    /// The table, address, number of registers, coding and word order, and the bits that mean "no value".
    ///
    /// Addresses are those on the wire and count from 0; manuals that write 40001 mean 0 of the holding registers.
    var layout: RegisterLayout { terms[0].layout }
    /// What is added up to be the value, at least one: the register itself, then those of `plus`, `minus`, `if_there`.
    ///
    /// Without one of them there is no value, as a part of a sum would be a false one.
    private(set) var terms: [RegisterTerm]
    /// The question whether the value is negative, the setting `negative`; `nil` where the device gives a sign itself.
    private(set) var negative: RegisterCondition?
    /// The setting `magnitude`, false by default: a sign of the value means nothing.
    private let isMagnitude: Bool
    /// The values that it can have.
    private var bounds: ValueBounds
    /// The setting `scale`, times the factor from `unit` to the stored unit; without unit 1 by default, never 0.
    var scale: Double
    /// The setting `offset` in the stored unit, added after scaling; 0 by default.
    var offset: Double
    /// The setting `store`; by default `text` for texts, `boolean` for bits and `float` for numbers.
    ///
    /// Always `integer` where the schema has the field as one.
    var store: Store

    /// The setting `daily`, false by default: a register that begins anew each day.
    private(set) var isDaily = false
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
    ///   - part: of a hybrid inverter.
    ///   - settings: the entry.
    ///   - defaults: the settings of most registers of the list.
    init(
        _ field: String,
        phase: Int?,
        part: DevicePart? = nil,
        settings: ConfigSection,
        defaults: RegisterDefaults
    ) {
        self.field = field
        self.phase = phase
        self.part = part
        let address = settings.integer("address", in: 0...65_535, "The address on the wire, which counts from 0.")
        let table = settings.optionalChoice("table", of: TableName.self, "Where it is, if not where most are.")
        let type = settings.optionalChoice("type", of: RegisterType.self, "How it is coded, if not as most are.")
        let high = settings.optionalInteger("high", in: 0...65_535, "The address of the high word, if it lies apart.")
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
        let layout = RegisterLayout(
            ModbusSpan(place, at: address, count: count),
            place.holdsBits ? .bit : kind,
            order: high == nil ? order ?? defaults.order : .cdab,
            missing: place.holdsBits || missing?.isEmpty == true ? [] : kind.marks + more
        )
        let mayLackFirst = settings.boolean("first_if_there", default: false, FieldSum.firstInWords)
        terms =
            [RegisterTerm(layout: layout, high: high, mayBeAbsent: mayLackFirst)] + Self.more(settings, like: layout)
        negative = settings.section("negative").map { RegisterCondition(settings: $0, defaults: defaults) }
        isMagnitude = settings.boolean(
            "magnitude",
            default: false,
            "Whether its sign means nothing, as some devices tell a register below 0."
        )
        bounds = ValueBounds(field, settings: settings)
        let isEnergy = Field(rawValue: field)?.quantity == .energy
        isDaily = settings.isDaily(isEnergy: isEnergy)
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
                settings.reportMissing(
                    "unit: missing; \(field) is stored in \(known.rawValue), so it matters",
                    oneOf: ["unit"]
                )
            }
        }
        check(settings, store: store, length: length)
    }

    /// The further terms of a sum, of the same table and type as the first.
    private static func more(_ settings: ConfigSection, like first: RegisterLayout) -> [RegisterTerm] {
        func terms(_ key: String, _ help: Phrase) -> [RegisterLayout] {
            (settings.optionalIntegers(key, help) ?? []).map { address in
                if !(0...65_535).contains(address) { settings.report("an address is from 0 to 65535", at: key) }
                var layout = first
                layout.span.address = address
                return layout
            }
        }
        let plus = terms("plus", "The addresses of more registers like it, which are added.")
        let minus = terms("minus", "The addresses of registers like it, which are subtracted.")
        let maybe = terms(
            "if_there",
            "The addresses of registers that are added unless the device never had a value there: inputs without panels."
        )
        let less = terms("minus_if_there", "The addresses of registers that are subtracted in the same way.")
        return plus.map { RegisterTerm(layout: $0) } + minus.map { RegisterTerm(layout: $0, isSubtracted: true) }
            + maybe.map { RegisterTerm(layout: $0, mayBeAbsent: true) }
            + less.map { RegisterTerm(layout: $0, isSubtracted: true, mayBeAbsent: true) }
    }

    /// The entries to read for it, in the order of its terms, that of its sign at the end.
    var spans: [ModbusSpan] { terms.flatMap(\.spans) + (negative.map { [$0.layout.span] } ?? []) }

    /// The value in the words of its spans; `nil` when a term or the sign is missing.
    ///
    /// - Parameters:
    ///   - words: a list for each span; `nil` where the device did not say.
    ///   - seen: the terms that have had a value so far, by their number; from then on they may not be missing.
    /// - Returns: the sum, with its sign, as the device counts.
    func value(_ words: ArraySlice<ArraySlice<UInt16>?>, seen: inout Set<Int>) -> RegisterValue? {
        var rest = words
        var sum: RegisterValue?
        for (number, term) in terms.enumerated() {
            let count = term.high == nil ? 1 : 2
            let value = term.value(rest.prefix(count))
            rest = rest.dropFirst(count)
            guard let value else {
                if term.mayBeAbsent, !seen.contains(number) { continue }
                return nil
            }
            if term.mayBeAbsent { seen.insert(number) }
            if sum == nil, !term.isSubtracted {
                sum = value
                continue
            }
            sum = RegisterTerm.sum(sum ?? .integer(0), value, isSubtracted: term.isSubtracted)
            if sum == nil { return nil }
        }
        if isMagnitude { return sum?.signed(isNegative: false) }
        guard let negative, let value = sum else { return sum }
        return negative.holds(rest.first ?? nil).flatMap { value.signed(isNegative: $0) }
    }

    /// Reports settings of one register that contradict each other.
    private func check(_ settings: ConfigSection, store: Store?, length: Int?) {
        if layout.type == .string, length == nil {
            settings.reportMissing("length: missing; a text needs its registers", oneOf: ["length"])
        }
        if layout.type != .string, length != nil { settings.report("only a text has a length", at: "length") }
        if terms.count > 1 || terms[0].high != nil || negative != nil || isMagnitude,
            layout.type == .string || layout.type == .bit
        {
            settings.report("only numbers have a sum or a sign", at: "type")
        }
        if terms[0].mayBeAbsent, terms.count == 1 { settings.report("it is for a sum", at: "first_if_there") }
        if isMagnitude, negative != nil { settings.report("another register tells its sign", at: "magnitude") }
        if let high = terms[0].high {
            if layout.type.registers != 2 { settings.report("only a value of two words has a high one", at: "high") }
            if terms.count > 1 || high == layout.span.address {
                settings.report("it is for one value whose words lie apart", at: "high")
            }
        }
        if !layout.span.isPossible { settings.report("it ends behind the last register, 65535", at: "address") }
        if scale == 0 { settings.report("with 0 every value would be the same", at: "scale") }
        if let store, store != self.store, Self.isWhole(field) {
            settings.report("\(field) is always stored as an integer", at: "store")
        }
        if (layout.type == .string) != (self.store == .text) {
            settings.report("a text is stored as a text, and nothing else is", at: "store")
        }
    }

    /// The value to store for a value of the device, scaled; `nil` when it does not fit the type or its bounds.
    ///
    /// - Parameters:
    ///   - value: as the device counts.
    ///   - impossible: counts a number that cannot be true.
    /// - Returns: the value in its unit and its type.
    func stored(_ value: RegisterValue, impossible: inout Int) -> FieldValue? {
        guard let converted = converted(value) else { return nil }
        switch bounds.judge(converted) {
        case .possible: return converted
        case .none: return nil
        case .impossible:
            impossible += 1
            return nil
        }
    }

    /// The value in its unit and its type, whatever it is.
    ///
    /// Integers with whole factors never pass through a floating-point number, so that large registers stay exact.
    private func converted(_ value: RegisterValue) -> FieldValue? {
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
            number = scaled(Double(integer), by: scale, plus: offset)
        case .number(let value): number = scaled(value, by: scale, plus: offset)
        }
        switch store {
        case .integer: return Int64(exactly: number.rounded()).map { .integer($0) }
        case .float: return number.isFinite ? .float(number) : nil
        case .boolean: return .boolean(number != 0)
        case .text: return nil
        }
    }
}

extension RegisterValue {
    /// The number with a sign that another register tells, whatever its own is; texts have none.
    fileprivate func signed(isNegative: Bool) -> RegisterValue? {
        switch self {
        case .integer(let integer): integer == .min ? nil : .integer(isNegative ? -abs(integer) : abs(integer))
        case .number(let number): .number(isNegative ? -abs(number) : abs(number))
        case .text: nil
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

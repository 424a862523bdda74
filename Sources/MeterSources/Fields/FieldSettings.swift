import MeterCore
import MeterDocuments
import MeterNotation

/// A wanted value: the field it becomes, where it stands in a document and how it is scaled.
struct FieldSettings: Sendable {
    /// The type in which a field is stored.
    ///
    /// It cannot change later: InfluxDB keeps the type of a field's first value.
    enum Store: String, CaseIterable { case float, integer, boolean, string }

    /// The result of looking for a value.
    enum Outcome: Hashable {
        /// The value as it is stored: scaled, in the unit of its field and of its type.
        case value(FieldValue)
        /// The device says that it has none now.
        case none
        /// A number that cannot be true.
        case impossible
        /// A sentence why the value cannot be used.
        case wrong(String)
    }

    /// The field's name in the database, the key of its entry, such as `w` or `wh_in`.
    var field: String
    /// The phase, 1 to 3; `nil` for the whole device.
    var phase: Int?
    /// The part of a hybrid inverter that it is of; `nil` for the device itself, or its panels.
    var part: DevicePart?
    /// The place at which it stands.
    private(set) var place: FieldPlace
    /// The setting `path`: the place as it is written, in the notation of the format.
    var path: String { place.path }
    /// Its value, and the further ones with which it is a sum.
    private let sum: FieldSum
    /// What must be so for the value to be one, the setting `valid`; `nil` for nothing.
    private let condition: FieldCondition?
    /// The setting `if_null`: the number that JSON's `null` stands for, as the device counts; `nil` for none.
    private let null: Double?
    /// The values that it can have.
    private let bounds: ValueBounds
    /// The setting `type`; by default `float`, and always `integer` where the schema stores the field as one.
    var store: Store
    /// The setting `scale`, times the factor from `unit` to the unit that is stored; without unit 1 by default, never
    /// 0.
    var scale: Double
    /// The setting `offset`, in the stored unit; added after scaling, 0 by default.
    var offset: Double
    /// The setting `optional`, false by default: a missing value is then no problem.
    var isOptional: Bool
    /// The decimal mark, `either` by default; with a point or a comma the other one groups digits.
    private let mark: NumberText.Mark

    /// The setting `hexadecimal`, false by default: numbers are written so, with 8 or 16 digits as two's complement.
    private let isHexadecimal: Bool
    /// The setting `missing`: numbers of the device, unscaled, that mean that there is none, such as 0; empty by default.
    ///
    /// Of a sum they are sums: an input without panels is 0, and only a device without any value has 0 in all.
    private let missing: [Int]

    /// True for a register of energy in Wh, which may only grow and is never negative.
    let isEnergy: Bool
    /// The setting `daily`, false by default: a register that begins anew each day.
    let isDaily: Bool
    /// The smallest step between two neighbouring values of the device, in the stored unit.
    ///
    /// One step of the device's last digit may thus be stored without being held, such as 1000 for whole kWh.
    var step: Double { abs(scale) }

    /// Reads one entry of `[fields]`; problems go to the section's diagnostics.
    ///
    /// Reports a path that is not of the format, a missing or foreign unit of a field that the schema knows, a scale of
    /// 0 and a type that the schema does not have.
    ///
    /// - Parameters:
    ///   - field: the key of the entry, the name in the database.
    ///   - phase: 1 to 3, or `nil` for the whole device.
    ///   - part: of a hybrid inverter.
    ///   - settings: the entry.
    ///   - format: of the documents, which decides how `path` is written.
    ///   - role: of the device, by which the schema knows the field.
    ///   - mark: the decimal mark of its numbers.
    ///   - hasTopics: true for a profile by MQTT, where values stand in messages of several topics.
    init(
        _ field: String,
        phase: Int?,
        part: DevicePart? = nil,
        settings: ConfigSection,
        format: DocumentFormat,
        role: MeterRole,
        mark: NumberText.Mark,
        hasTopics: Bool = false
    ) {
        self.field = field
        self.phase = phase
        self.part = part
        self.mark = mark
        var place = FieldPlace(settings: settings, format: format, hasTopics: hasTopics)
        place.field = field
        let store = settings.optionalChoice(
            "type",
            of: Store.self,
            "The type in the database, for ever; usually float."
        )
        let unit = settings.optionalString("unit", "The unit that the device gives, such as \"kWh\".")
        scale = settings.number("scale", default: 1, "What the value is multiplied by to be in its unit.")
        offset = settings.number("offset", default: 0, "What is then added.")
        missing =
            settings.optionalIntegers(
                "missing",
                "Numbers of the device that mean there is none, before scaling, such as 0 for a register that restarts."
            ) ?? []
        isHexadecimal = settings.boolean(
            "hexadecimal",
            default: false,
            "Whether the number is written in hexadecimal; one of 8 or 16 digits may be below 0."
        )
        isOptional = settings.boolean("optional", default: hasTopics, "Whether the device may leave it out.")
        let known = (part.map { $0.role ?? .production } ?? role).known(field)
        self.store = known?.isInteger == true ? .integer : store ?? .float
        isEnergy = known?.quantity == .energy && known?.size == 1
        isDaily = settings.isDaily(isEnergy: isEnergy)
        if let known, let quantity = known.quantity {
            if let unit, let factor = quantity.factor(from: unit) {
                scale *= factor / known.size
                offset *= factor / known.size
            } else if unit != nil {
                settings.report("\(field): expected \(quantity.unitsInWords)", at: "unit")
            } else if quantity != .ratio {
                settings.reportMissing(
                    "unit: missing; \(field) is one of \(quantity.unitsInWords), so it matters",
                    oneOf: ["unit"]
                )
            }
        }
        (place.isEnergy, place.scale) = (isEnergy, scale)
        self.place = place
        sum = FieldSum(settings: settings, like: place, format: format, hasTopics: hasTopics)
        condition = settings.section("valid").map { FieldCondition(settings: $0, format: format, hasTopics: hasTopics) }
        null = settings.optionalNumber("if_null", "The number that null stands for, such as 0 for panels at night.")
        bounds = ValueBounds(field, settings: settings)
        if sum.isSum, self.store == .boolean || self.store == .string {
            settings.report("only numbers have a sum", at: "type")
        }
        if scale == 0 { settings.report("with 0 every value would be the same", at: "scale") }
        if let store, store != self.store { settings.report("\(field) is always stored as an integer", at: "type") }
    }

    /// The same value with the other sign.
    var turned: FieldSettings {
        var field = self
        (field.scale, field.offset) = (-scale, -offset)
        return field
    }

    /// All places at which something is looked for: its own, those of its sum, and that of its condition.
    var places: [FieldPlace] { sum.terms.map(\.place) + (condition.map { [$0.place] } ?? []) }

    /// The value to store; without one of the terms of a sum there is none, as a part of it would be false.
    ///
    /// - Parameters:
    ///   - seen: the names of places that a device may not have and has had; from then on they may not be missing.
    ///   - found: what stands at its places, in their order.
    /// - Returns: the value within its bounds, or why there is none.
    func outcome(seen: inout Set<String>, _ found: ArraySlice<FoundValue?>) -> Outcome {
        if let condition, !condition.holds(found.last ?? nil) { return .none }
        var total: FieldValue?
        for (term, found) in zip(sum.terms, found) {
            if term.mayBeAbsent, found == nil || found == .null {
                if seen.contains(term.place.name) { return .none }
                continue
            }
            if term.mayBeAbsent { seen.insert(term.place.name) }
            let next = alone(found)
            guard case .value(let value) = next else { return next }
            if total == nil, !term.isSubtracted {
                total = value
                continue
            }
            guard let sum = FieldSum.sum(total ?? zero, value, isSubtracted: term.isSubtracted) else {
                return .wrong(said("the sum with \(term.place.path) is too large"))
            }
            total = sum
        }
        guard let value = total, !isMissing(value) else { return .none }
        if isEnergy, case .integer(let integer) = value, integer < 0 {
            return .wrong(said("the register at \(path) is negative"))
        }
        switch bounds.judge(value) {
        case .possible: return .value(value)
        case .none: return .none
        case .impossible: return .impossible
        }
    }

    /// Nothing, in the type of a sum.
    private var zero: FieldValue { store == .integer ? .integer(0) : .float(0) }

    /// True for a sum that means that there is none.
    private func isMissing(_ sum: FieldValue) -> Bool {
        self.sum.isSum && missing.contains { number(.integer(Int64($0))) == .value(sum) }
    }

    /// The value for the value found; `nil` stands for a place that the document does not have.
    private func alone(_ found: FoundValue?) -> Outcome {
        switch found {
        case nil: isOptional ? .none : .wrong(said("there is nothing at \(path)"))
        case .null?: null.map { number(.decimal($0)) } ?? .none
        case .structure?: .wrong(said("at \(path) is a list or an object, not one value"))
        case .unreadable(let reason)?: .wrong(said("at \(path) \(reason)"))
        case .boolean(let flag)?: boolean(flag)
        case .text(let text)?: outcome(text)
        }
    }

    /// A flag as a number is 1 or 0.
    private func boolean(_ flag: Bool) -> Outcome {
        switch store {
        case .boolean: .value(.boolean(flag))
        case .string: .value(.string("\(flag)"))
        case .integer, .float: number(.integer(flag ? 1 : 0))
        }
    }

    /// Text is cut to 255 characters; `true`, `on`, `yes` and `1` are one flag, `false`, `off`, `no` and `0` the other
    /// one.
    ///
    /// A text that is too long for any number or word is only kept as a text.
    private func outcome(_ text: String) -> Outcome {
        guard text.utf8.count <= DocumentLimits.text else {
            guard store == .string else { return .wrong(said("the text at \(path) is too long for a value")) }
            return .value(.string(String(text.prefix(DocumentLimits.text).trimmed.prefix(255))))
        }
        // No word begins with a digit, and most values do.
        if store == .float || store == .integer, !isHexadecimal, text.utf8.first.map({ $0.isDigit }) == true {
            return number(in: text, NumberText(text, mark: mark))
        }
        let word = text.trimmed.lowercased()
        guard !MissingValue.words.contains(word) else { return .none }
        switch store {
        case .string: return .value(.string(String(text.trimmed.prefix(255))))
        case .boolean:
            if ["true", "on", "yes", "1"].contains(word) { return .value(.boolean(true)) }
            if ["false", "off", "no", "0"].contains(word) { return .value(.boolean(false)) }
            return .wrong(said("\"\(text.trimmed.prefix(40))\" at \(path) is neither true nor false"))
        case .integer, .float:
            return number(in: text, isHexadecimal ? hexadecimal(word) : NumberText(text, mark: mark))
        }
    }

    /// The number that a text was read as; `nil` for a text that is none.
    private func number(in text: String, _ number: NumberText?) -> Outcome {
        guard let number else { return .wrong(said("\"\(text.trimmed.prefix(40))\" at \(path) is no number")) }
        if MissingValue.isMark(number, more: sum.isSum ? [] : missing) { return .none }
        return self.number(number)
    }

    /// A number in hexadecimal: with all digits of 32 or 64 bits it is one in two's complement.
    private func hexadecimal(_ word: String) -> NumberText? {
        guard word.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) else { return nil }
        switch word.utf8.count {
        case 1...7: return Int64(word, radix: 16).map { .integer($0) }
        case 8: return UInt32(word, radix: 16).map { .integer(Int64(Int32(bitPattern: $0))) }
        case 16: return UInt64(word, radix: 16).map { .integer(Int64(bitPattern: $0)) }
        default: return nil
        }
    }

    /// The scaled number, computed in integers where all parts are integers.
    ///
    /// A register beyond 2^53 Wh would lose its last digits as a floating-point number.
    private func number(_ number: NumberText) -> Outcome {
        if store == .integer, case .integer(let integer) = number, let factor = Int64(exactly: scale),
            let more = Int64(exactly: offset)
        {
            let (product, overflow) = integer.multipliedReportingOverflow(by: factor)
            let (sum, carry) = product.addingReportingOverflow(more)
            if !overflow, !carry { return .value(.integer(sum)) }
        }
        let value = scaled(number.double, by: scale, plus: offset)
        guard store == .integer else {
            return value.isFinite ? .value(.float(value)) : .wrong(said("the value at \(path) is too large"))
        }
        guard let integer = Int64(exactly: value.rounded()) else {
            return .wrong(said("the value at \(path) is too large"))
        }
        return .value(.integer(integer))
    }
}

import MeterCore
import MeterNotation
import MeterProtocols

/// The question by which a device is known for what it is: its type code, or the name that it has in its registers.
///
/// Registers that hold a plausible voltage are found in many maps; a name is found in one.
struct ProfileIdentity: Sendable {
    /// The units at which the device answers, the usual one first; 1 by default.
    let units: [UInt8]
    /// The weight among profiles that know the same device, 0 by default: the highest is taken.
    let rank: Int
    /// The place of the type code or of the text.
    let layout: RegisterLayout
    /// The type codes, with ranges for families; empty for a text.
    private let codes: [ClosedRange<Int64>]
    /// The beginnings of the text, in small letters; empty for a type code.
    private let words: [String]
    /// Words one of which is somewhere in the text, such as the family's letters in a serial number.
    private let parts: [String]
    /// The register that must say so, too: a type code such as 3 may stand in any map; `nil` where the first is enough.
    private let second: RegisterCondition?

    /// Reads the table `[identity]`; problems go to its diagnostics.
    init(settings: ConfigSection, missing: [RegisterType: [UInt64]]) {
        let numbers = settings.optionalIntegers("units", "The units at which it answers, the usual one first.") ?? [1]
        units = numbers.compactMap { UInt8(exactly: $0) }
        if units.count < numbers.count || units.isEmpty { settings.report("a unit is from 0 to 255", at: "units") }
        rank = settings.integer("rank", in: 0...9, default: 0, "Of several profiles that know it the highest is taken.")
        let table = settings.choice("table", default: TableName.holding, "Where it is.")
        let address = settings.integer("address", in: 0...65_535, "The address of the type code or the name.")
        let type = settings.choice("type", default: RegisterType.uint16, "How it is coded.")
        let length = settings.optionalInteger("length", in: 1...125, "Registers of a text.")
        let span = ModbusSpan(table.table, at: address, count: type.registers ?? length ?? 1)
        layout = RegisterLayout(span, type, missing: type.marks)
        words = settings.strings("begins", default: [], "The beginnings of its name.").map { $0.lowercased() }
        parts = settings.strings("contains", default: [], "Words one of which is in its name.").map { $0.lowercased() }
        codes = settings.strings("codes", default: [], "Its type codes, such as \"0x0E00-0x0E13\".").compactMap {
            text in
            guard let range = RegisterList.range(text) else {
                settings.report("\"\(text)\" is not a range such as \"0x0100-0x01FF\"", at: "codes")
                return nil
            }
            return Int64(range.lowerBound)...Int64(range.upperBound)
        }
        let defaults = RegisterDefaults(table: table, type: type, order: .abcd, missing: missing)
        second = settings.section("and").map { RegisterCondition(settings: $0, defaults: defaults) }
        if (type == .string) == (words + parts).isEmpty || (type == .string) != codes.isEmpty {
            settings.report("a name has begins or contains, a type code has codes")
        }
        if type == .string, length == nil {
            settings.reportMissing("length: missing; a text needs its registers", oneOf: ["length"])
        }
    }

    /// The place of the register that must say so, too.
    var secondSpan: ModbusSpan? { second?.layout.span }

    /// True when the first answer fits, so that the second question is worth its time.
    func isFirstHalf(_ registers: [UInt16]) -> Bool { name(registers) != nil }

    /// The name or the code by which the device is known; `nil` when it is another one.
    ///
    /// - Parameters:
    ///   - registers: those of `layout`.
    ///   - more: those of `secondSpan`.
    /// - Returns: the evidence in words.
    func evidence(_ registers: [UInt16], _ more: [UInt16]?) -> String? {
        if let second, second.holds(more?[...]) != true { return nil }
        return name(registers)
    }

    /// The text or the type code in the registers, when it is one of those.
    private func name(_ registers: [UInt16]) -> String? {
        switch layout.value(registers[...]) {
        case .text(let text)?:
            let small = text.lowercased()
            let isKnown = words.contains { small.hasPrefix($0) } || parts.contains { small.firstRange(of: $0) != nil }
            return isKnown ? text : nil
        case .integer(let code)?:
            return codes.contains { $0.contains(code) } ? said("type code \(code)") : nil
        default: return nil
        }
    }
}

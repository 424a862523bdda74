import MeterCore
import MeterNotation
import MeterProtocols

/// A question to a register that is answered by yes or no: its sign, its presence, its identity.
///
/// The same settings wherever a profile asks: `{ address = 37100, is = 1 }`, `{ address = 13000, mask = 2, is = 2 }`.
struct RegisterCondition: Sendable, Hashable {
    /// The place and the type of the register.
    let layout: RegisterLayout
    /// The bits that count; `nil` for all.
    private let mask: Int64?
    /// The numbers for which the answer is yes.
    private let values: Set<Int64>
    /// True when those are the numbers for which it is no, setting `is_not`.
    private let isExcluding: Bool

    /// Reads a condition; problems go to the section's diagnostics.
    init(settings: ConfigSection, defaults: RegisterDefaults) {
        let address = settings.integer("address", in: 0...65_535, "The address of the register that decides.")
        let table = settings.optionalChoice("table", of: TableName.self, "Where it is, if not where most are.")
        let type = settings.choice("type", default: RegisterType.uint16, "How it is coded.")
        mask = settings.optionalInteger("mask", in: 1...Int(UInt32.max), "The bits that count, all by default.")
            .map { Int64($0) }
        let wanted = settings.optionalIntegers("is", "The numbers for which it is so.")
        let unwanted = settings.optionalIntegers("is_not", "Or the numbers for which it is not.")
        if (wanted == nil) == (unwanted == nil) { settings.report("write either is or is_not") }
        isExcluding = wanted == nil
        values = Set((wanted ?? unwanted ?? []).map { Int64($0) })
        let span = ModbusSpan((table ?? defaults.table).table, at: address, count: type.registers ?? 1)
        if type == .string || !span.isPossible { settings.report("it is no number of a register", at: "type") }
        layout = RegisterLayout(span, type, order: defaults.order, missing: type.marks)
    }

    /// The answer of the register's words; `nil` when there is none.
    func holds(_ words: ArraySlice<UInt16>?) -> Bool? {
        guard let words, case .integer(let number)? = layout.value(words) else { return nil }
        return values.contains(mask.map { number & $0 } ?? number) != isExcluding
    }
}

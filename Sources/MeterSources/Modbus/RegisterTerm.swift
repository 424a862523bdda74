import MeterProtocols

/// A number of a device that alone, or in a sum with others, is the value of a field.
struct RegisterTerm: Sendable, Hashable {
    /// The place, coding and word order, and the bits that mean "no value".
    ///
    /// Of a value whose words lie apart the place is that of the low word, and the length that of both.
    var layout: RegisterLayout
    /// The address of the high word, where it does not lie beside the low one; `nil` for all others.
    var high: Int?
    /// True when it is subtracted.
    var isSubtracted = false
    /// True for an input that a device may not have: then it counts as 0.
    var mayBeAbsent = false

    /// The entries to read for it.
    var spans: [ModbusSpan] {
        guard let high else { return [layout.span] }
        let (table, low) = (layout.span.table, layout.span.address)
        return [ModbusSpan(table, at: low, count: 1), ModbusSpan(table, at: high, count: 1)]
    }

    /// The value in the words of its spans, one list a span; `nil` when one is missing, or the device has no value.
    func value(_ words: ArraySlice<ArraySlice<UInt16>?>) -> RegisterValue? {
        var all: [UInt16] = []
        for part in words {
            guard let part else { return nil }
            all += part
        }
        return layout.value(all[...])
    }

    /// The sum of numbers; `nil` where one is a text, or the sum is too large.
    static func sum(_ one: RegisterValue, _ other: RegisterValue, isSubtracted: Bool) -> RegisterValue? {
        switch (one, other) {
        case (.integer(let one), .integer(let other)):
            let (sum, overflow) =
                isSubtracted ? one.subtractingReportingOverflow(other) : one.addingReportingOverflow(other)
            return overflow ? nil : .integer(sum)
        case (.text, _), (_, .text): return nil
        default: return .number(one.number + (isSubtracted ? -other.number : other.number))
        }
    }
}

extension RegisterValue {
    /// The value as a number; 0 for a text, which is none.
    fileprivate var number: Double {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .text: 0
        }
    }
}

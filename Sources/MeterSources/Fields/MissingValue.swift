import MeterDocuments

/// The values that documents have where there is none: the one table of pages, JSON, CSV, forms and texts.
///
/// Registers of Modbus have theirs in `RegisterType.marks`, M-Bus in `MBusValue`.
enum MissingValue {
    /// The texts, in small letters.
    static let words: Set = [
        "", "-", "--", "---", "----", "null", "nan", "n/a", "none", "unavailable", "unknown",
    ]

    /// The numbers: gateways hand on what their registers of 32 and 64 bits have in place of a value.
    ///
    /// No register of a home is so low, and none ends at the largest number of 64 bits. Those of 16 bits are left to the
    /// user, as 65535 and -32768 may well be values.
    private static let marks: Set<Int64> = [Int64(Int32.min), .min, .max]

    /// True for a number that stands for "there is none"; `more` are the user's own.
    static func isMark(_ number: NumberText, more: [Int]) -> Bool {
        switch number {
        case .integer(let value): marks.contains(value) || more.contains { Int64($0) == value }
        default: more.contains { Double($0) == number.double }
        }
    }
}

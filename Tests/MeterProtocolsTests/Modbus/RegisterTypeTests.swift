import MeterProtocols
import Testing

/// Values of all types, in all orders of bytes.
struct RegisterTypeTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var words: String
        var type: RegisterType
        var order = WordOrder.abcd
        var missing: UInt64?
        var value: RegisterValue?
        var testDescription: String { "\(type.rawValue) \(order.rawValue) \(words)" }
    }

    private static func sample(
        _ words: String,
        _ type: RegisterType,
        _ value: RegisterValue?,
        _ order: WordOrder = .abcd,
        missing: UInt64? = nil
    ) -> Sample {
        Sample(words: words, type: type, order: order, missing: missing, value: value)
    }

    static let samples = [
        sample("0001", .bit, .integer(1)),
        sample("FFFF", .int16, .integer(-1)), sample("FFFF", .uint16, .integer(65_535)),
        sample("8000", .int16, nil, missing: 0x8000), sample("8000", .int16, .integer(-32_768)),
        sample("3412", .uint16, .integer(0x1234), .badc),
        sample("FFFF C568", .int32, .integer(-15_000)),
        sample("C568 FFFF", .int32, .integer(-15_000), .cdab),
        sample("E240 0001", .int32, .integer(123_456), .cdab),
        sample("0001 E240", .uint32, .integer(123_456)),
        sample("0100 40E2", .uint32, .integer(123_456), .badc),
        sample("40E2 0100", .uint32, .integer(123_456), .dcba),
        sample("7FFF FFFF", .int32, nil, missing: 0x7FFF_FFFF),
        sample("FFFF FFFF", .uint32, nil, missing: .max), sample("FFFF FFFF", .uint32, .integer(4_294_967_295)),
        sample("FFFF FFFF FFFE", .int48, .integer(-2)), sample("0001 0000 0000", .uint48, .integer(4_294_967_296)),
        sample("0000 0000 0012 D687", .uint64, .integer(1_234_567)),
        sample("D687 0012 0000 0000", .uint64, .integer(1_234_567), .cdab),
        sample("FFFF FFFF FFFF FFFF", .int64, .integer(-1)),
        sample("FFFF FFFF FFFF FFFF", .uint64, nil, missing: .max),
        sample("8000 0000 0000 0000", .uint64, .number(9_223_372_036_854_775_808)),
        sample("4367 8000", .float32, .number(231.5)), sample("8000 4367", .float32, .number(231.5), .cdab),
        sample("4086 6666", .float32, .number(4.2)),
        sample("7FC0 0000", .float32, nil), sample("7FBF FF80", .float32, nil), sample("FFC0 0000", .float32, nil),
        sample("7F80 0000", .float32, nil),
        sample("4093 4A00 0000 0000", .float64, .number(1234.5)),
        sample("1234", .bcd16, .integer(1234)), sample("12A4", .bcd16, nil),
        sample("1234 5678", .bcd32, .integer(12_345_678)), sample("5678 1234", .bcd32, .integer(12_345_678), .cdab),
        sample("4142 4300", .string, .text("ABC")), sample("4142 2020", .string, .text("AB")),
        sample("4241 0043", .string, .text("ABC"), .badc), sample("0000 0000", .string, nil),
        sample("411B 4200", .string, .text("AB")),
    ]

    @Test("registers become the value that was meant", arguments: samples)
    func value(_ sample: Sample) {
        let words = words(sample.words)
        let span = ModbusSpan(.holdingRegisters, at: 0, count: words.count)
        let layout = RegisterLayout(span, sample.type, order: sample.order, missing: sample.missing.map { [$0] } ?? [])
        #expect(layout.value(words[...]) == sample.value)
    }

    @Test("too few or too many registers are no value", arguments: RegisterType.allCases)
    func wrongCount(_ type: RegisterType) {
        let count = type.registers ?? 2
        let layout = RegisterLayout(ModbusSpan(.holdingRegisters, at: 0, count: count), type)
        #expect(layout.value([UInt16](repeating: 0x3131, count: count - 1)[...]) == nil)
        #expect(layout.value([UInt16](repeating: 0x3131, count: count + 1)[...]) == nil)
        #expect(layout.value([UInt16](repeating: 0x3131, count: count)[...]) != nil)
    }
}

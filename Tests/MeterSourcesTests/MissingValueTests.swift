import MeterCore
import MeterDocuments
import Testing

@testable import MeterProtocols
@testable import MeterSources

/// What is not a value, in registers and in documents.
@Suite struct MissingValueTests {
    private func register(_ settings: String) throws -> ModbusRegister {
        let document = ConfigDocument(text: settings, file: "test")
        let defaults = RegisterDefaults(table: .holding, type: .uint16, order: .abcd)
        return ModbusRegister("x", phase: nil, settings: document.root, defaults: defaults)
    }

    private func value(_ settings: String, _ words: [UInt16]) throws -> RegisterValue? {
        try register("address = 0\n" + settings).layout.value(words[...])
    }

    @Test("each type has its marks without being told, in each order of bytes", arguments: RegisterType.allCases)
    func marks(_ type: RegisterType) throws {
        guard let count = type.registers, type != .bit else { return }
        for order in WordOrder.allCases {
            for mark in type.marks {
                let words = (0..<count).reversed().map { UInt16(truncatingIfNeeded: mark >> UInt64(16 * $0)) }
                let sent = order.ordered(words[...])
                #expect(try value("type = \"\(type.rawValue)\"\nword_order = \"\(order.rawValue)\"", sent) == nil)
            }
        }
        if !type.isSigned {
            #expect(try value("type = \"\(type.rawValue)\"", .init(repeating: 0xFFFF, count: count)) == nil)
        }
    }

    @Test("the user adds marks, or says that there are none")
    func own() throws {
        #expect(try value("missing = 0", [0]) == nil)
        #expect(try value("missing = 0", [0xFFFF]) == nil)
        #expect(try value("missing = [0, 9999]", [9999]) == nil)
        #expect(try value("missing = []", [0xFFFF]) == .integer(65_535))
        #expect(try value("type = \"int16\"", [0xFFFF]) == .integer(-1))
        #expect(try value("type = \"int32\"\nmissing = -2", [0xFFFF, 0xFFFE]) == nil)
    }

    @Test("a device that answers all ones whatever it is asked says nothing; one register alone may be -1")
    func sleeping() {
        func isAsleep(_ parts: [[UInt16]]) -> Bool {
            var sleep = SleepingRegisters()
            for words in parts { sleep.note(words, ModbusSpan(.holdingRegisters, at: 0, count: words.count)) }
            return sleep.isAsleep
        }
        #expect(isAsleep([[0xFFFF], [0xFFFF, 0xFFFF]]))
        #expect(!isAsleep([[0xFFFF], [0xFFFF, 0]]))
        #expect(!isAsleep([[0xFFFF]]))
        #expect(!isAsleep([]))
    }

    @Test("a number of a document that stands for none is left out, and the user may name more")
    func documents() {
        func outcome(_ text: String, _ more: String = "") -> FieldSettings.Outcome {
            let document = ConfigDocument(text: "path = \"a\"\nunit = \"kWh\"\n" + more, file: "test")
            let field = FieldSettings(
                "wh",
                phase: nil,
                settings: document.root,
                format: .json,
                role: .production,
                mark: .either
            )
            var seen: Set<String> = []
            return field.outcome(seen: &seen, [.text(text)])
        }
        #expect(outcome("-2147483648") == .none)
        #expect(outcome("9223372036854775807") == .none)
        #expect(outcome("unavailable") == .none)
        #expect(outcome("0") == .value(.integer(0)))
        #expect(outcome("0", "missing = 0") == .none)
        #expect(outcome("0.0", "missing = 0") == .none)
        #expect(outcome("12.5", "missing = 0") == .value(.integer(12_500)))
    }
}

import MeterCore
import MeterProtocols

/// The settings that most registers of a list share.
struct RegisterDefaults: Sendable {
    /// The table, `holding` by default.
    var table: TableName
    /// The coding, `uint16` by default; the setting `type_of_registers`.
    var type: RegisterType
    /// The order of bytes in values of several registers, `abcd` by default: the high word first.
    var order: WordOrder
    /// The bits that mean "no value" beside those of each type, `RegisterType.marks`.
    var missing: [RegisterType: [UInt64]] = [:]
}

/// The registers to read from a device, and what it takes in one request.
///
/// The same settings in a profile and in a source with registers of its own.
struct RegisterList: Sendable {
    /// The names of the tables: the first is the whole device, the index of each other one is its phase.
    private static let phases = ["registers", "phase_1", "phase_2", "phase_3"]

    /// The registers, in the order of the file; empty when there is none of the tables.
    var registers: [ModbusRegister] = []
    /// The limits of a request: `most_registers` 1 to 125, `largest_hole` 0 to 124 (8), and `forbidden` addresses.
    var limits: RequestLimits

    /// True when a section has at least one of the tables.
    static func isIn(_ settings: ConfigSection) -> Bool { phases.contains { settings.contains($0) } }

    /// Reads the list; problems go to the section's diagnostics.
    init(settings: ConfigSection, missing: [RegisterType: [UInt64]] = [:]) {
        let defaults = RegisterDefaults(
            table: settings.choice("table", default: .holding, "Where its registers are."),
            type: settings.choice("type_of_registers", default: .uint16, "How most of its registers are coded."),
            order: settings.choice("word_order", default: .abcd, "The order of bytes in values of several registers."),
            missing: missing
        )
        limits = RequestLimits(
            most: settings.optionalInteger("most_registers", in: 1...125, "The most registers in one request."),
            largestHole: settings.integer(
                "largest_hole",
                in: 0...124,
                default: 8,
                "Registers nobody wants that are read along to save a request; 0 for a device that refuses holes."
            ),
            forbidden: Self.ranges(settings)
        )
        for (phase, key) in Self.phases.enumerated() {
            for (field, entry) in settings.namedSections(key) {
                let phase = phase == 0 ? nil : phase
                let register = ModbusRegister(field, phase: phase, settings: entry, defaults: defaults)
                check(register, entry)
                registers.append(register)
            }
        }
    }

    /// Reports a register that lies in a forbidden range, or is longer than a request may be.
    private func check(_ register: ModbusRegister, _ settings: ConfigSection) {
        let span = register.layout.span
        if limits.forbidden.contains(where: { $0.lowerBound < span.end && $0.upperBound >= span.address }) {
            settings.report("it lies in a range that is forbidden", at: "address")
        }
        if let most = limits.most, span.count > most {
            settings.report("it takes \(span.count) registers, and most_registers allows \(most)", at: "address")
        }
    }

    /// Ranges such as `"0x0100-0x01FF"`.
    ///
    /// A single address is a range of one; numbers are decimal, or hexadecimal with `0x`.
    private static func ranges(_ settings: ConfigSection) -> [ClosedRange<Int>] {
        settings.strings("forbidden", default: [], "Addresses never to be read, such as \"0x0100-0x01FF\".")
            .compactMap { text in
                let ends = text.split(separator: "-").map { number in
                    number.hasPrefix("0x") ? Int(number.dropFirst(2), radix: 16) : Int(number)
                }
                if let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last {
                    return first...last
                }
                settings.report("\"\(text)\" is not a range such as \"0x0100-0x01FF\"", at: "forbidden")
                return nil
            }
    }
}

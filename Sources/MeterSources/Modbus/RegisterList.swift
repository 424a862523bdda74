import MeterCore
import MeterNotation
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
    /// The name of the table of the whole device.
    private static let whole = "registers"

    /// The registers, in the order of the file; empty when there is none of the tables.
    var registers: [ModbusRegister] = []
    /// The registers that tell whether a part of a hybrid is there, the table `[present]`; the others always are.
    ///
    /// Some inverters drop the connection when they are asked for the registers of a meter that is not connected.
    private(set) var present: [DevicePart: RegisterCondition] = [:]
    /// The limits of a request: `most_registers` 1 to 125, `largest_hole` 0 to 124 (8), and `forbidden` addresses.
    var limits: RequestLimits

    /// True when a section has at least one of the tables.
    static func isIn(_ settings: ConfigSection) -> Bool { ValueTable.isIn(settings, whole) }

    /// The parts of a hybrid inverter of which there are registers; empty for any other device.
    var parts: Set<DevicePart> { Set(registers.compactMap(\.part)) }

    /// Reads the list; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: a profile, or a source with registers of its own.
    ///   - missing: more marks of a missing value, by type.
    ///   - hasParts: true for a profile, which may be that of a hybrid.
    init(settings: ConfigSection, missing: [RegisterType: [UInt64]] = [:], hasParts: Bool = false) {
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
        for table in ValueTable.all(Self.whole, hasParts: hasParts) {
            for (field, entry) in settings.namedSections(table.key) {
                let register = ModbusRegister(
                    field,
                    phase: table.phase,
                    part: table.part,
                    settings: entry,
                    defaults: defaults
                )
                check(register, entry)
                registers.append(register)
            }
        }
        guard hasParts else { return }
        guard let conditions = settings.section("present") else { return }
        for part in DevicePart.allCases {
            guard let entry = conditions.section(part.rawValue) else { continue }
            present[part] = RegisterCondition(settings: entry, defaults: defaults)
        }
    }

    /// The registers of the device itself and of some of its parts.
    func only(_ parts: WantedParts) -> RegisterList {
        var list = self
        list.registers = registers.filter { register in register.part.map { parts.contains($0) } ?? true }
        list.present = present.filter { parts.contains($0.key) }
        return list
    }

    /// Reports a register that lies in a forbidden range, or is longer than a request may be.
    private func check(_ register: ModbusRegister, _ settings: ConfigSection) {
        for span in register.spans {
            if limits.forbidden.contains(where: { $0.lowerBound < span.end && $0.upperBound >= span.address }) {
                settings.report("it lies in a range that is forbidden", at: "address")
            }
            if let most = limits.most, span.count > most {
                settings.report("it takes \(span.count) registers, and most_registers allows \(most)", at: "address")
            }
        }
    }

    /// A range such as `"0x0100-0x01FF"`; a single number is a range of one, decimal or hexadecimal with `0x`.
    static func range(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-").map { number in
            number.hasPrefix("0x") ? Int(number.dropFirst(2), radix: 16) : Int(number)
        }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
            return nil
        }
        return first...last
    }

    /// The setting `forbidden`; what is no range is reported.
    private static func ranges(_ settings: ConfigSection) -> [ClosedRange<Int>] {
        settings.strings("forbidden", default: [], "Addresses never to be read, such as \"0x0100-0x01FF\".")
            .compactMap { text in
                if let range = range(text) { return range }
                settings.report("\"\(text)\" is not a range such as \"0x0100-0x01FF\"", at: "forbidden")
                return nil
            }
    }
}

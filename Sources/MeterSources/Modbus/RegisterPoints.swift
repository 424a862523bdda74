import MeterCore
import MeterProtocols

/// Makes points of a device's registers: one for the whole device, one a phase, and one a part of a hybrid inverter.
struct RegisterPoints: Sendable {
    /// A series with the registers of its fields.
    private struct Group: Sendable {
        /// The series of the whole device, of one phase or of one part.
        var series: Series
        /// Each field's name, the index of its register and its sign, 1 or -1.
        var fields: [(name: String, register: Int, sign: Double)]
    }

    /// The registers, in the order of the list.
    private let registers: [ModbusRegister]
    /// The place of each register's first span among those of all.
    private var places: [Int] = []
    /// The terms of each register that have had a value so far, see `ModbusRegister.value`.
    private var seen: [Set<Int>]
    /// One group for the whole device, one for each phase and part that has a register; production has no phases.
    private var groups: [Group] = []
    /// Holds back registers of energy that step back or jump.
    private var gates = EnergyGates()
    /// Makes registers that begin anew each day ones that only grow.
    private var daily: DailyRegisters

    /// The number of values so far that cannot be true.
    private var impossible = 0

    /// The number of values held back since the start.
    var held: Int { gates.held + daily.held + impossible }

    /// Prepares the series of the device and of its phases.
    ///
    /// - Parameters:
    ///   - registers: in the order of the values.
    ///   - kind: of device, a meter or an inverter.
    ///   - settings: the role, the signs and the measurement.
    ///   - context: with the name and tags of the source.
    init(_ registers: [ModbusRegister], kind: ModbusProfile.Kind, _ settings: ModbusSettings, _ context: SourceContext)
    {
        self.registers = registers
        daily = DailyRegisters(context)
        seen = registers.map { _ in [] }
        var place = 0
        for register in registers {
            places.append(place)
            place += register.spans.count
        }
        let isProduction = settings.role == .production
        let whole = registers.filter { $0.part == nil }
        let own = Set(whole.filter { $0.phase == nil }.map(\.field))
        let hasExport = own.isSuperset(of: [Field.whIn, .whOut].map(\.rawValue))
        let names = whole.compactMap { Self.name($0.field, kind, settings, hasExport: hasExport) }
        let stored = settings.role.kind(storing: names, in: settings.measurement)
        for phase in [nil, 1, 2, 3] as [Int?] where phase == nil || !isProduction {
            var fields: [(name: String, register: Int, sign: Double)] = []
            for (place, register) in registers.enumerated() where register.phase == phase && register.part == nil {
                guard let name = Self.name(register.field, kind, settings, hasExport: hasExport) else { continue }
                fields.append((name, place, settings.turns(register.field, kind) ? -1 : 1))
            }
            guard !fields.isEmpty else { continue }
            var tags = phase.map { [("phase", "\($0)")] } ?? []
            if isProduction { tags.append(("kind", kind.rawValue)) }
            if stored == .meter { tags.append(("role", settings.role.rawValue)) }
            let series = context.series(settings.measurement, kind: stored, tags: tags, fields: fields.map(\.name))
            groups.append(Group(series: series, fields: fields))
        }
        for part in DevicePart.allCases {
            let own = registers.enumerated().filter { $0.element.part == part }
            guard !own.isEmpty else { continue }
            let series = context.series(
                part.kind.measurement,
                kind: part.kind,
                tags: part.tags,
                fields: own.map(\.element.field),
                isSigned: part == .grid
            )
            let fields = own.map { place, register in
                (register.field, place, settings.parts.turns(register.field, of: part) ? -1.0 : 1)
            }
            groups.append(Group(series: series, fields: fields))
        }
    }

    /// The field that a register becomes; `nil` for one that says nothing in its role.
    ///
    /// With a line that enters at the other side, import and export are exchanged; an inverter's register is its own.
    ///
    /// - Parameters:
    ///   - field: of the register.
    ///   - kind: of device.
    ///   - settings: the role and the direction.
    ///   - hasExport: true when the device has registers of both directions.
    /// - Returns: the name in the database.
    private static func name(
        _ field: String,
        _ kind: ModbusProfile.Kind,
        _ settings: ModbusSettings,
        hasExport: Bool
    ) -> String? {
        if settings.role == .production, kind == .inverter { return field }
        let field = settings.isInverted ? MeterDirection.exchanged(field) : field
        return settings.role.stored(field, hasExport: hasExport)
    }

    /// The points of one reading.
    ///
    /// - Parameters:
    ///   - words: one list for each span of each register, in their order; `nil` where the device did not say.
    ///   - time: of the reading.
    ///   - monotonic: the same by a clock that is never set.
    /// - Returns: none for a phase or a part of which nothing is known.
    mutating func points(_ words: [ArraySlice<UInt16>?], at time: Timestamp, monotonic: Uptime) -> [Point] {
        var stored = registers.indices.map { place -> FieldValue? in
            let register = registers[place]
            return register.value(words[places[place]...], seen: &seen[place]).flatMap {
                register.stored($0, impossible: &impossible)
            }
        }
        for (place, register) in registers.enumerated() where register.isEnergy {
            guard case .integer(let value)? = stored[place] else { continue }
            let name = "\(register.part?.rawValue ?? "")\(register.field) \(register.phase ?? 0)"
            let total = register.isDaily ? daily.total(value, name, at: monotonic, clock: time) : value
            stored[place] = gates.believed(total, name, step: register.step, at: monotonic).map { .integer($0) }
        }
        return groups.map { group in
            Point(
                group.series,
                at: time,
                group.fields.map { field in
                    if field.sign < 0, case .float(let number)? = stored[field.register] { return .float(0 - number) }
                    return stored[field.register]
                }
            )
        }.filter { !$0.isEmpty }
    }

    /// Begins the registers anew, since another device answers now.
    mutating func reset() {
        gates.reset()
        seen = registers.map { _ in [] }
    }
}

import MeterCore
import MeterProtocols

/// Makes points of a device's registers: one for the whole device, one a phase.
struct RegisterPoints: Sendable {
    /// What becomes a point, and the registers that its fields are from.
    private struct Group: Sendable {
        var series: Series
        var fields: [(name: String, register: Int, sign: Double)]
    }

    private let registers: [ModbusRegister]
    /// What the ledger calls a meter that counts a production.
    private let producer: String?
    private var groups: [Group] = []
    private var gates = EnergyGates()

    var held: Int { gates.held }

    /// Prepares the series.
    init(_ registers: [ModbusRegister], kind: ModbusProfile.Kind, _ settings: ModbusSettings, _ context: SourceContext)
    {
        self.registers = registers
        let isProduction = settings.role == .production
        producer = isProduction ? context.name : nil
        for phase in [nil, 1, 2, 3] as [Int?] where phase == nil || !isProduction {
            var fields: [(name: String, register: Int, sign: Double)] = []
            for (place, register) in registers.enumerated() where register.phase == phase {
                guard let name = Self.name(register.field, kind, settings) else { continue }
                let turns = settings.isInverted != settings.hasInvertedPower
                fields.append((name, place, turns && ["w", "var"].contains(register.field) ? -1 : 1))
            }
            guard !fields.isEmpty else { continue }
            let tags =
                phase.map { [("phase", "\($0)")] } ?? (isProduction ? [("kind", kind.rawValue)] : [])
            let series = context.series(settings.measurement, tags: tags, fields: fields.map(\.name))
            groups.append(Group(series: series, fields: fields))
        }
    }

    /// The field that a register becomes; `nil` for one that says nothing in its role.
    ///
    /// A meter of production counts it as import when its line enters at the side of the inverter, else as export.
    private static func name(
        _ field: String,
        _ kind: ModbusProfile.Kind,
        _ settings: ModbusSettings
    ) -> String? {
        switch (settings.role, kind, field, settings.isInverted) {
        case (.production, .meter, "wh_in", false), (.production, .meter, "wh_out", true): "wh"
        case (.production, .meter, "wh_in", true), (.production, .meter, "wh_out", false): nil
        case (_, _, "wh_in", true): "wh_out"
        case (_, _, "wh_out", true): "wh_in"
        default: field
        }
    }

    /// The points of one reading.
    ///
    /// - Parameters:
    ///   - values: one for each register; `nil` where the device did not say.
    ///   - time: when they were read.
    ///   - monotonic: the same by a clock that is never set.
    /// - Returns: none for a phase of which nothing is known.
    mutating func points(_ values: [RegisterValue?], at time: Timestamp, monotonic: Uptime) -> [Point] {
        var stored = zip(registers, values).map { register, value in value.flatMap { register.stored($0) } }
        for (place, register) in registers.enumerated() where register.isEnergy {
            guard case .integer(let value)? = stored[place] else { continue }
            let name = "\(register.field) \(register.phase ?? 0)"
            stored[place] = gates.believed(value, name, step: register.step, at: monotonic).map { .integer($0) }
        }
        return groups.map { group in
            let point = Point(
                group.series,
                at: time,
                group.fields.map { field in
                    if field.sign < 0, case .float(let number)? = stored[field.register] { return .float(-number) }
                    return stored[field.register]
                }
            )
            return producer.map(point.producing) ?? point
        }.filter { !$0.isEmpty }
    }

    /// Another device answers now: its registers begin anew.
    mutating func reset() { gates.reset() }
}

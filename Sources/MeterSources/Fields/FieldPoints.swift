import MeterCore
import MeterDocuments
import MeterNotation

/// Makes points of the values of documents: one for the whole device, one a phase, one a part of a hybrid inverter.
struct FieldPoints: Sendable {
    /// A series with its fields' places.
    private struct Group: Sendable {
        /// The series of the whole device or of one phase.
        var series: Series
        /// The index of each of its fields in `fields`.
        var places: [Int]
        /// The phases' registers whose sums follow them, by their indices: a meter of three clamps has no total.
        var sums: [[Int]] = []
    }

    /// The wanted values, in the order of the configuration.
    private let fields: [FieldSettings]
    /// The role of the device, which decides the kind and the names under which values are stored.
    private let role: MeterRole
    /// The name of one more field with a value of the whole reading, such as `retained` by MQTT; `nil` for none.
    private let mark: String?
    /// One group for the whole device, one for each phase that has a wanted value; production has no phases.
    private var groups: [Group] = []
    /// Holds back registers that step back or jump.
    private var gates = EnergyGates()
    /// Makes registers that begin anew each day ones that only grow.
    private var daily: DailyRegisters
    /// The terms of sums that have had a value so far, see `FieldSettings.outcome`.
    private var seen: Set<String> = []

    /// Prepares the series.
    ///
    /// - Parameters:
    ///   - fields: the wanted values.
    ///   - role: their meaning for the house.
    ///   - kind: the kind of a device of the role production: the tag `kind`.
    ///   - measurement: that the points go to.
    ///   - context: the source's.
    ///   - more: more tags, which tell the source's devices apart.
    ///   - mark: one more field, for what is known of a whole reading.
    ///
    /// A field that says nothing in the role is dropped here, and a register of export decides under which name the
    /// only other one is stored.
    init(
        _ fields: [FieldSettings],
        role: MeterRole,
        kind: DeviceKind,
        _ measurement: Measurement,
        _ context: SourceContext,
        tags more: [(String, String)] = [],
        mark: String? = nil
    ) {
        self.mark = mark
        self.fields = fields
        daily = DailyRegisters(context, of: more)
        self.role = role
        let hasExport = fields.contains { $0.phase == nil && $0.part == nil && $0.field == Field.whOut.rawValue }
        let names = fields.filter { $0.part == nil }.compactMap { role.stored($0.field, hasExport: hasExport) }
        let stored = role.kind(storing: names, in: measurement)
        for phase in [nil, 1, 2, 3] as [Int?] where phase == nil || role != .production {
            let wanted = fields.indices.compactMap { place -> (place: Int, name: String)? in
                guard fields[place].phase == phase, fields[place].part == nil else { return nil }
                return role.stored(fields[place].field, hasExport: hasExport).map { (place, $0) }
            }
            let sums = phase == nil ? role.sums(of: fields) : []
            guard !wanted.isEmpty || !sums.isEmpty else { continue }
            let sumsHaveExport = sums.contains { $0.field == Field.whOut.rawValue }
            var tags = more + (phase.map { [("phase", "\($0)")] } ?? [])
            if role == .production { tags.append(("kind", kind.rawValue)) }
            if stored == .meter { tags.append(("role", role.rawValue)) }
            let series = context.series(
                measurement,
                kind: stored,
                parts: Subject.parts(with: more.map(\.0)),
                tags: tags,
                fields: wanted.map(\.name)
                    + sums.compactMap { role.stored($0.field, hasExport: sumsHaveExport) }
                    + (mark.map { [$0] } ?? [])
            )
            groups.append(Group(series: series, places: wanted.map(\.place), sums: sums.map(\.places)))
        }
        for part in DevicePart.allCases {
            let places = fields.indices.filter { fields[$0].part == part }
            guard !places.isEmpty else { continue }
            let series = context.series(
                part.kind.measurement,
                kind: part.kind,
                parts: Subject.parts(with: more.map(\.0)),
                tags: more + part.tags,
                fields: places.map { fields[$0].field } + (mark.map { [$0] } ?? []),
                isSigned: part == .grid
            )
            groups.append(Group(series: series, places: places))
        }
    }

    /// The points of one reading.
    ///
    /// - Parameters:
    ///   - time: of the reading.
    ///   - monotonic: the same by a clock that is never set.
    ///   - marked: the value of the mark.
    ///   - find: looks up the value at a field's place.
    /// - Returns: the points, and why values are missing.
    mutating func reading(
        at time: Timestamp,
        monotonic: Uptime,
        marked: FieldValue? = nil,
        _ find: (FieldPlace) -> FoundValue?
    ) -> FieldReading {
        reading(at: time, monotonic: monotonic, marked: marked, found: fields.flatMap(\.places).map(find))
    }

    /// The points of one reading whose values were found already.
    ///
    /// - Parameters:
    ///   - time: of the reading.
    ///   - monotonic: the same by a clock that is never set.
    ///   - marked: the value of the mark.
    ///   - found: what stands at all places of the fields, in their order.
    /// - Returns: the points, and why values are missing.
    mutating func reading(
        at time: Timestamp,
        monotonic: Uptime,
        marked: FieldValue? = nil,
        found: [FoundValue?]
    ) -> FieldReading {
        var reading = FieldReading()
        let before = gates.held + daily.held
        var stored: [FieldValue?] = []
        var rest = found[...]
        for field in fields {
            let own = rest.prefix(field.places.count)
            rest = rest.dropFirst(own.count)
            switch field.outcome(seen: &seen, own) {
            case .value(let value): stored.append(believed(value, field, monotonic, time))
            case .none: stored.append(nil)
            case .impossible:
                stored.append(nil)
                reading.held += 1
            case .wrong(let why):
                stored.append(nil)
                reading.problems.append(
                    "\(field.part.map { "\($0.rawValue)." } ?? "")\(field.field)\(field.phase.map { said(" of phase \($0)") } ?? ""): \(why)"
                )
            }
        }
        reading.held += gates.held + daily.held - before
        reading.points = groups.compactMap { group in
            let values = group.places.map { stored[$0] } + group.sums.map { Self.sum($0.map { stored[$0] }) }
            guard values.contains(where: { $0 != nil }) else { return nil }
            return Point(group.series, at: time, mark == nil ? values : values + [marked])
        }
        return reading
    }

    /// The sum of registers; `nil` while one of them is missing or held, since the sum would step back.
    private static func sum(_ registers: [FieldValue?]) -> FieldValue? {
        var total: Int64 = 0
        for register in registers {
            guard case .integer(let value)? = register else { return nil }
            let (sum, isTooLarge) = total.addingReportingOverflow(value)
            guard !isTooLarge else { return nil }
            total = sum
        }
        return .integer(total)
    }

    /// The value that may be stored; `nil` while a register is held.
    ///
    /// Registers in Wh are watched, and displays in kWh or m³, the latter in thousandths and against the role's largest
    /// hourly amount.
    ///
    /// - Parameters:
    ///   - value: as it would be stored.
    ///   - field: of the value.
    ///   - monotonic: the time on a clock that is never set back.
    ///   - time: the same by the clock.
    /// - Returns: the value, or `nil`.
    private mutating func believed(
        _ value: FieldValue,
        _ field: FieldSettings,
        _ monotonic: Uptime,
        _ time: Timestamp
    ) -> FieldValue? {
        let name = "\(field.part?.rawValue ?? "")\(field.field) \(field.phase ?? 0)"
        if field.isEnergy, case .integer(let register) = value {
            let register = field.isDaily ? daily.total(register, name, at: monotonic, clock: time) : register
            return gates.believed(register, name, step: field.step, at: monotonic).map { .integer($0) }
        }
        if field.field == Field.value.rawValue, role.hasDisplay, case .float(let shown) = value,
            let most = MeterRegister.Quantity(role)?.largestPerHour
        {
            guard shown >= 0, let thousandths = Int64(exactly: (shown * 1000).rounded()) else { return nil }
            let isBelieved = gates.believed(
                thousandths,
                name,
                step: field.step * 1000,
                most: most * 1000,
                at: monotonic
            )
            return isBelieved == nil ? nil : value
        }
        return value
    }
}

/// The kind of a device, for the tag `kind` of production.
///
/// The values are those that the tag has in the database, so they must not be renamed.
enum DeviceKind: String, Sendable, CaseIterable { case meter, inverter }

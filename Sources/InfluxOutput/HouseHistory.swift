public import MeterCore
import MeterNotation

/// What the page of the house shows of earlier times, read from a database in bounded pieces.
public struct HouseHistory: Sendable {
    /// The energies and euros of an hour, a day or a month.
    public struct Energies: Sendable, Equatable {
        /// The start, in seconds since 1970.
        public var start: Int64
        /// Wh and €, by field; none that is not known.
        public var sums: [Field: Double]
        /// The marks of a quarter, as far as they are there: `estimated`, `imported`, `doubtful`.
        public var marks: [Field: Bool] = [:]

        public init(start: Int64, sums: [Field: Double]) { (self.start, self.sums) = (start, sums) }
    }

    /// The energy that one meter counted, of a part of the house or of the panels.
    public struct Part: Sendable, Equatable {
        /// The meter's source, and its role: `consumption`, `production`, `water`, `gas`, `heat`, `cooling`.
        public var source, role: String
        /// Wh of electricity, m³ of water and gas, kWh of heat and cold.
        public var value: Double

        public init(source: String, role: String, value: Double) {
            (self.source, self.role, self.value) = (source, role, value)
        }
    }

    /// The rows that are read at most: ten years of days.
    private static let mostRows = 3_700
    /// The events that are read at most.
    private static let mostEvents = 200

    /// The days for which the database keeps flows; `nil` for ever.
    public static var daysOfFlows: Int64? {
        let policy = RetentionSchema.standard.first { $0.name == Kind.flow.measurement.policy.name }
        return policy?.keeps.map { $0.components.seconds / 86_400 }
    }

    let client: InfluxClient
    /// The tag `site` of the points; `nil` for those of any site.
    let site: String?

    /// Makes a history; the client speaks as a user who may read.
    public init(_ client: InfluxClient, site: String?) {
        self.client = client
        self.site = site
    }

    func condition(_ span: Range<Int64>) -> String {
        client.condition(ofSite: site, ["time >= \(span.lowerBound)s", "time < \(span.upperBound)s"])
    }

    /// The flows of a span of at most two days, as means of steps.
    ///
    /// - Parameters:
    ///   - span: in seconds since 1970.
    ///   - step: in seconds, 10 or more, so that there are 1500 steps at most.
    /// - Returns: the steps that have something, in order.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func flows(_ span: Range<Int64>, step: Int64) async throws -> [DayCurve.Minute] {
        let fields = [Field.productionW, .importW, .exportW, .consumptionW]
        let columns = fields.map { "mean(\(quotedIdentifier($0.rawValue)))" }.joined(separator: ", ")
        let select =
            "SELECT \(columns) FROM \(Kind.flow.measurement) WHERE \(condition(span))"
            + " GROUP BY time(\(step)s) fill(none)"
        var steps: [DayCurve.Minute] = []
        try await client.rows(of: select, database: client.settings.database) { row in
            steps.append(
                DayCurve.Minute(
                    time: row.time,
                    production: row.number(0),
                    drawn: row.number(1),
                    injected: row.number(2),
                    house: row.number(3)
                )
            )
        }
        return steps
    }

    /// The energies of the hours, days or months that begin in a span.
    ///
    /// - Parameters:
    ///   - kind: `hourly`, `dayEnergy` or `monthEnergy`.
    ///   - span: in seconds since 1970; beyond ten years of days the later ones are left out.
    /// - Returns: those that the database has, in order.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func energies(of kind: Kind, _ span: Range<Int64>) async throws -> [Energies] {
        let fields = kind.columns.filter { $0.type == .float }.map(\.field)
        let marks = kind.columns.filter { $0.type == .boolean }.map(\.field)
        let columns = (fields + marks).map { quotedIdentifier($0.rawValue) }.joined(separator: ", ")
        let select =
            "SELECT \(columns) FROM \(kind.measurement) WHERE \(condition(span)) ORDER BY time LIMIT \(Self.mostRows)"
        var found: [Energies] = []
        try await client.rows(of: select, database: client.settings.database) { row in
            var sums: [Field: Double] = [:]
            for (place, field) in fields.enumerated() {
                if let value = row.number(place) { sums[field] = value }
            }
            // Energy for nothing has a price that was withdrawn: an import wrote it, and a later one knows none.
            for (euros, energy) in [(Field.eurImport, Field.importWh), (.eurExport, .exportWh)] {
                if sums[euros] == 0, sums[energy] ?? 0 > 0 { sums[euros] = nil }
            }
            if sums[.eurSubscription] == 0 { sums[.eurSubscription] = nil }
            guard !sums.isEmpty else { return }
            var energies = Energies(start: row.time, sums: sums)
            for (mark, text) in zip(marks, row.values.dropFirst(fields.count)) where !text.isEmpty {
                energies.marks[mark] = text == "true"
            }
            found.append(energies)
        }
        return found
    }

    /// The counts of the meters but the Linky in a span, by their names.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func parts(_ span: Range<Int64>) async throws -> [Part] {
        let value = quotedIdentifier(Field.value.rawValue)
        let select =
            "SELECT sum(\(value)) FROM \(Kind.quarterMeter.measurement) WHERE \(condition(span)) GROUP BY \"source\", \"role\""
        var found: [Part] = []
        try await client.rows(of: select, database: client.settings.database) { row in
            guard let source = row.tags["source"], let role = row.tags["role"], let value = row.number(0) else {
                return
            }
            found.append(Part(source: source, role: role, value: value))
        }
        return found.sorted { ($0.role, $0.source) < ($1.role, $1.source) }
    }

    /// The newest events of a span, the newest first.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func events(_ span: Range<Int64>) async throws -> [EnergyEvent] {
        let columns = ["kind", Field.title.rawValue, Field.text.rawValue].map { quotedIdentifier($0) }
        let select =
            "SELECT \(columns.joined(separator: ", ")) FROM \(Kind.event.measurement) WHERE \(condition(span))"
            + " ORDER BY time DESC LIMIT \(Self.mostEvents)"
        // In JSON, since a text may have anything in it.
        return try await client.query(select, database: client.settings.database).flatMap(\.rows).compactMap { row in
            func text(_ name: String) -> String { if case .string(let text)? = row[name] { text } else { "" } }
            guard case .integer(let time)? = row["time"], let kind = EnergyEvent.Kind(rawValue: text("kind")) else {
                return nil
            }
            let (title, sentence) = (text(Field.title.rawValue), text(Field.text.rawValue))
            return EnergyEvent(kind, at: time, title, sentence)
        }
    }
}

public import MeterCore

/// The readings of a site that a database holds, with what they mean: what the ledger learned from when they were made.
public struct RawHistory: Sendable {
    /// A reading.
    public struct Reading: Sendable {
        /// Seconds since 1970.
        public var time: Int64
        public var meaning: Meaning
    }

    /// Where the readings of a kind are, besides the usual places.
    public struct Places: Sendable, Hashable {
        public var linky: Set<Measurement>
        public var phase: Set<Measurement>
        public var index: Set<Measurement>
        public var production: Set<Measurement>
        /// Where a tag `role` says what `value` counts: pulse meters, and those on an M-Bus.
        public var displays: Set<Measurement>

        /// The usual places.
        public init() {
            func usual(_ name: String) -> Set<Measurement> { [Measurement(name, in: RetentionPolicy("raw"))] }
            linky = usual("linky")
            phase = usual("phase")
            index = usual("index")
            production = usual("production")
            displays = usual("pulse").union(usual("meter"))
        }
    }

    /// A measurement and how its rows are read.
    private struct Table: Sendable {
        var measurement: Measurement
        var fields: [String]
        var tags: [String]
        /// The columns that hold registers.
        var registers: [String]
        var facts: @Sendable (CSVRow) -> [Meaning.Fact]
    }

    private let client: InfluxClient
    private let site: String?
    private let tables: [Table]

    /// Makes a history.
    ///
    /// - Parameters:
    ///   - client: speaks as a user who may read.
    ///   - site: the tag `site` of the points, if they have one.
    ///   - places: the measurements.
    public init(_ client: InfluxClient, site: String?, places: Places = Places()) {
        self.client = client
        self.site = site
        tables =
            places.linky.map(Self.linky) + places.production.map(Self.production) + places.index.map(Self.index)
            + places.phase.map(Self.phase) + places.displays.map(Self.display)
    }

    private static func linky(_ measurement: Measurement) -> Table {
        Table(
            measurement: measurement,
            fields: ["wh_in", "wh_out", "va_in", "va_out", "pref_va", "ntarf"],
            tags: ["source"],
            registers: ["wh_in", "wh_out"]
        ) { row in
            Meaning.Fact.linky(
                drawnWh: row.integer(0),
                injectedWh: row.integer(1),
                drawnVA: row.integer(2),
                injectedVA: row.integer(3),
                subscribedVA: row.integer(4),
                register: row.integer(5)
            )
        }
    }

    private static func production(_ measurement: Measurement) -> Table {
        // Of several inverters of one device the second and later ones have a tag of their own.
        let tags = ["source", "device"]
        return Table(measurement: measurement, fields: ["wh", "w"], tags: tags, registers: ["wh"]) { row in
            Meaning.Fact.production(watts: row.number(1), wh: row.integer(0))
        }
    }

    private static func index(_ measurement: Measurement) -> Table {
        Table(measurement: measurement, fields: ["wh"], tags: ["source", "register"], registers: ["wh"]) { row in
            guard let name = row.tags["register"], let wh = row.integer(0) else { return [] }
            return Meaning.Fact.index(String(name), wh: wh).map { [$0] } ?? []
        }
    }

    private static func display(_ measurement: Measurement) -> Table {
        let columns = ["value", "count"]
        return Table(measurement: measurement, fields: columns, tags: ["source", "role"], registers: columns) { row in
            guard let role = row.tags["role"].flatMap({ MeterRegister.Role(rawValue: String($0)) }) else { return [] }
            let pulses = row.integer(1)
            // What such a meter produces stands among the production.
            guard role != .production, let value = row.number(0) else {
                return pulses.map { [.pulses($0, of: role)] } ?? []
            }
            return Meaning.Fact.display(value, of: role, pulses: pulses)
        }
    }

    private static func phase(_ measurement: Measurement) -> Table {
        Table(measurement: measurement, fields: ["v", "v_avg", "va"], tags: ["source", "phase"], registers: []) { row in
            guard let number = row.tags["phase"].flatMap({ Int($0) }) else { return [] }
            return [.phase(number, volts: row.integer(0), meanVolts: row.integer(1), va: row.integer(2))]
        }
    }

    private func condition(_ more: [String]) -> String {
        let all = (site.map { ["\"site\" = \(quotedString($0))"] } ?? []) + more
        return all.isEmpty ? "" : " WHERE " + all.joined(separator: " AND ")
    }

    /// When the first and the last reading of a register were made; `nil` when there is none.
    ///
    /// What a wrong clock dated into the future does not count.
    public func extent() async throws -> ClosedRange<Int64>? {
        var first: Int64?
        var last: Int64?
        for table in tables {
            for register in table.registers {
                func time(_ selector: String) async throws -> Int64? {
                    var time: Int64?
                    let select =
                        "SELECT \(selector)(\(quotedIdentifier(register))) FROM \(table.measurement)"
                        + condition(["time < now() + 1h"])
                    try await client.rows(of: select, database: client.settings.database) { time = $0.time }
                    return time
                }
                if let time = try await time("first") { first = min(first ?? time, time) }
                if let time = try await time("last") { last = max(last ?? time, time) }
            }
        }
        guard let first, let last else { return nil }
        return first...last
    }

    /// The readings of a span, in the order of their times; the span must be short, a day at most.
    public func readings(_ span: Range<Int64>) async throws -> [Reading] {
        var readings: [Reading] = []
        for table in tables {
            let columns = table.fields.map(quotedIdentifier).joined(separator: ", ")
            let times = ["time >= \(span.lowerBound)s", "time < \(span.upperBound)s"]
            readings += try await self.readings(table, "\(columns) FROM \(table.measurement)\(condition(times))") { $0 }
        }
        return readings.stablySorted()
    }

    /// Each register's last reading before an instant.
    public func last(before instant: Int64) async throws -> [Reading] { try await ends("last", "time < \(instant)s") }

    /// Each register's first reading at an instant or after it.
    public func first(from instant: Int64) async throws -> [Reading] { try await ends("first", "time >= \(instant)s") }

    private func ends(_ selector: String, _ time: String) async throws -> [Reading] {
        var readings: [Reading] = []
        for table in tables {
            for register in table.registers {
                let column = "\(selector)(\(quotedIdentifier(register)))"
                let place = table.fields.firstIndex(of: register) ?? 0
                let select = "\(column) FROM \(table.measurement)\(condition([time]))"
                readings += try await self.readings(table, select) { row in
                    var row = row
                    row.values = Array(repeating: "", count: place) + row.values
                    return row
                }
            }
        }
        return readings.stablySorted()
    }

    private func readings(_ table: Table, _ select: String, _ shaped: (CSVRow) -> CSVRow) async throws -> [Reading] {
        var readings: [Reading] = []
        let tags = table.tags.map(quotedIdentifier).joined(separator: ", ")
        let query = "SELECT \(select) GROUP BY \(tags)"
        try await client.rows(of: query, database: client.settings.database) { row in
            let row = shaped(row)
            guard let source = row.tags["source"] else { return }
            let facts = table.facts(row)
            if !facts.isEmpty {
                let device = row.tags["device"].flatMap { $0.isEmpty ? nil : $0 }
                let name = device.map { Meaning.name(ofDevice: $0, of: String(source)) } ?? String(source)
                readings.append(Reading(time: row.time, meaning: Meaning(source: name, facts)))
            }
        }
        return readings
    }
}

extension [RawHistory.Reading] {
    /// By time; what has the same time stays in its order.
    fileprivate func stablySorted() -> [RawHistory.Reading] {
        enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}

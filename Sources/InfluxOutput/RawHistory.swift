public import MeterCore

/// The readings of a site that a database holds: what the ledger learned from when they were made.
public struct RawHistory: Sendable {
    /// The measurements that hold readings, and the sources they belong to.
    public struct Places: Sendable {
        /// A measurement, and the kind that its rows are read as.
        struct Table: Sendable {
            var kind: Kind
            var measurement: Measurement
            /// The tags that tell the devices of its sources apart; `nil` when any tag may.
            var parts: [String]?

            /// The tags to group by, as InfluxQL writes them.
            var grouping: String {
                parts.map { (Subject.tags + $0).map(quotedIdentifier).joined(separator: ", ") } ?? "*"
            }
        }

        fileprivate(set) var tables: [Table]
        /// The names of the tags of every point.
        private var common: [String]
        /// The stores of the sources that there are now, by the source's name with the store's suffix.
        private let stores: [String: [Declaration.Store]]

        /// Prepares the usual places, and those of the sources that there are now.
        ///
        /// - Parameters:
        ///   - sources: the sources' names, and what each of them says of itself.
        ///   - common: the names of the tags of every point.
        public init(_ sources: [(name: String, declaration: Declaration)] = [], common: [String] = ["site"]) {
            self.common = common
            tables = Kind.telling.map { Table(kind: $0, measurement: $0.measurement, parts: Subject.usualParts) }
            var stores: [String: [Declaration.Store]] = [:]
            for source in sources {
                stores[source.name] = stores[source.name] ?? []
                for store in source.declaration.stores {
                    stores[source.name + store.suffix, default: []].append(store)
                }
            }
            self.stores = stores
            for store in stores.values.joined() where Kind.telling.contains(store.kind) {
                let known = tables.firstIndex { $0.kind == store.kind && $0.measurement == store.measurement }
                if let known {
                    tables[known].parts = Self.union(tables[known].parts, store.parts)
                } else {
                    tables.append(Table(kind: store.kind, measurement: store.measurement, parts: store.parts))
                }
            }
        }

        /// The same where each point has the tag of its box besides.
        var withBoxes: Places {
            var places = self
            places.common.append(Series.boxTag)
            return places
        }

        /// The meter that the rows of a series are of; `nil` when they say nothing of the house's energy.
        ///
        /// A source that there is now is what it says of itself; one that is gone is what its measurement says.
        func subject(of tags: [String: String], in table: Table) -> Subject? {
            guard let source = tags["source"], !source.isEmpty else { return nil }
            var store: Declaration.Store?
            if let stores = stores[source] {
                let here = stores.filter { $0.measurement == table.measurement }
                store = (here.isEmpty ? stores : here).first { $0.kind == table.kind }
                guard store != nil else { return nil }
            }
            let parts = store.map(\.parts) ?? Subject.usualParts
            var subject = Subject(parts: parts ?? Subject.parts(among: tags.keys, without: common)) { tags[$0] }
            subject.role = subject.role ?? store?.role
            return subject
        }

        /// The parts of two stores in one measurement; `nil` when one of them takes any tag.
        private static func union(_ some: [String]?, _ more: [String]?) -> [String]? {
            guard let some, let more else { return nil }
            return some + more.filter { !some.contains($0) }
        }
    }

    /// A row of an answer, of which some columns may not have been asked for.
    private struct Row: FieldRow {
        var fields: [Field]
        var cells: CSVRow

        subscript(field: Field) -> FieldValue? {
            fields.firstIndex(of: field).flatMap { cells.number($0) }.map { .float($0) }
        }
    }

    let client: InfluxClient
    private let site: String?
    private(set) var places: Places

    /// Makes a history.
    ///
    /// - Parameters:
    ///   - client: speaks as a user who may read.
    ///   - site: the tag `site` of the points, if they have one.
    ///   - places: the measurements.
    public init(_ client: InfluxClient, site: String?, places: Places) {
        self.client = client
        self.site = site
        self.places = client.settings.box == nil ? places : places.withBoxes
    }

    func condition(_ more: [String]) -> String {
        let all = client.condition(ofSite: site, more)
        return all.isEmpty ? "" : " WHERE " + all
    }

    /// The times of the first and the last reading of a register, in seconds since 1970; `nil` when there is none.
    ///
    /// Readings that a wrong clock dated into the future do not count.
    public func extent() async throws -> ClosedRange<Int64>? {
        var first: Int64?
        var last: Int64?
        for table in places.tables {
            for register in table.kind.registers {
                func time(_ selector: String) async throws -> Int64? {
                    var time: Int64?
                    let select =
                        "SELECT \(selector)(\(quotedIdentifier(register.rawValue))) FROM \(table.measurement)"
                        + condition([hasCome])
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

    /// The condition for times that have come, by the time of the box: that of the server may be wrong.
    private var hasCome: String { "time <= \(LedgerHistory.latest)s" }

    /// The same without the measurements that have no readings in a span: a house has few of all kinds of meters, and
    /// who reads a month in pieces asks for each of them each time.
    public func narrowed(to span: Range<Int64>) async throws -> RawHistory {
        var narrowed = self
        narrowed.places.tables = []
        for table in places.tables {
            var isEmpty = true
            let select = "SELECT \(selection(of: table, in: span)) LIMIT 1"
            try await client.rows(of: select, database: client.settings.database) { _ in isEmpty = false }
            if !isEmpty { narrowed.places.tables.append(table) }
        }
        return narrowed
    }

    /// The readings of a span, in the order of their times; the span must be short, a day at most.
    public func readings(_ span: Range<Int64>) async throws -> [Reading] {
        let found = try await withThrowingTaskGroup(of: (place: Int, readings: [Reading]).self) { group in
            for (place, table) in places.tables.enumerated() {
                let select = selection(of: table, in: span)
                group.addTask { (place, try await readings(table, table.kind.bookedFields, select)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // In the order of the tables, whichever answered first: of equal times the ledger wants them so.
        return found.sorted { $0.place < $1.place }.flatMap(\.readings).stablySorted()
    }

    /// Each register's last reading before an instant.
    public func last(before instant: Int64) async throws -> [Reading] { try await ends("last", "time < \(instant)s") }

    /// Each register's first reading at an instant or after it; none that a wrong clock dated into the future.
    public func first(from instant: Int64) async throws -> [Reading] {
        try await ends("first", "time >= \(instant)s", hasCome)
    }

    private func ends(_ selector: String, _ times: String...) async throws -> [Reading] {
        var readings: [Reading] = []
        for table in places.tables {
            for register in table.kind.registers {
                let column = "\(selector)(\(quotedIdentifier(register.rawValue)))"
                let select = "\(column) FROM \(table.measurement)\(condition(times))"
                readings += try await self.readings(table, [register], select)
            }
        }
        return readings.stablySorted()
    }

    /// The rows of a table in a span that count, as InfluxQL writes them.
    private func selection(of table: Places.Table, in span: Range<Int64>) -> String {
        let columns = table.kind.bookedFields.map { quotedIdentifier($0.rawValue) }.joined(separator: ", ")
        let times = condition(["time >= \(span.lowerBound)s", "time < \(span.upperBound)s"])
        return "\(columns) FROM \(table.measurement)\(times)"
    }

    private func readings(_ table: Places.Table, _ fields: [Field], _ select: String) async throws -> [Reading] {
        var readings: [Reading] = []
        var (series, subject, meter) = (0, Subject?.none, "")
        let query = "SELECT \(select) GROUP BY \(table.grouping)"
        try await client.rows(of: query, database: client.settings.database) { cells in
            if cells.series != series {
                series = cells.series
                subject = places.subject(of: cells.tags, in: table)
                meter = subject?.meter ?? ""
            }
            guard let subject else { return }
            let facts = table.kind.facts(of: subject, in: Row(fields: fields, cells: cells))
            guard !facts.isEmpty else { return }
            readings.append(Reading(of: meter, facts, at: Timestamp(seconds: cells.time)))
        }
        return readings
    }
}

extension [Reading] {
    /// By time; what has the same time stays in its order.
    fileprivate func stablySorted() -> [Reading] {
        enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}

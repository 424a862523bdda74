public import MeterCore

/// The points of some sites that a database holds, as they were written: of every measurement, with all tags and fields.
public struct StoredPoints: Sendable {
    /// A measurement with its fields and their types, by name.
    public struct Table: Sendable {
        public var measurement: Measurement
        var fields: [(name: String, type: Kind.FieldType)]
    }

    /// The most bytes of an answer.
    private static let largest = 64 << 20
    /// The time for an answer.
    private static let timeout = Duration.seconds(60)

    private let client: InfluxClient
    private let sites: Set<String>
    private var database: String { client.settings.database }

    /// Makes a reader; the client speaks as a user who may read.
    ///
    /// - Parameters:
    ///   - client: for the database that its settings name.
    ///   - sites: the tags `site` of the points; all when empty.
    public init(_ client: InfluxClient, sites: Set<String>) { (self.client, self.sites) = (client, sites) }

    /// The measurements that there are, by their policies.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func tables() async throws -> [Table] {
        let policies = try await client.query("SHOW RETENTION POLICIES ON \(quotedIdentifier(database))")
        var tables: [Table] = []
        for row in policies.flatMap(\.rows) {
            guard case .string(let policy)? = row["name"] else { continue }
            let question =
                "SHOW FIELD KEYS ON \(quotedIdentifier(database)) FROM \(quotedIdentifier(database))."
                + "\(quotedIdentifier(policy))./.*/"
            for found in try await client.query(question).flatMap({ $0.series ?? [] }) {
                var fields: [(name: String, type: Kind.FieldType)] = []
                for row in found.rows {
                    guard case .string(let name)? = row["fieldKey"], case .string(let word)? = row["fieldType"],
                        let type = Kind.FieldType(rawValue: word)
                    else { continue }
                    // Of a field of two types, in two shards, the answer is a float where one of them is.
                    let isKnown = fields.last?.name == name
                    if isKnown, type != .float { continue }
                    if isKnown { fields.removeLast() }
                    fields.append((name, type))
                }
                guard let name = found.name, !fields.isEmpty else { continue }
                tables.append(Table(measurement: Measurement(name, in: RetentionPolicy(policy)), fields: fields))
            }
        }
        return tables
    }

    /// The sites of which there are points in a span, whichever this reader is for.
    ///
    /// - Parameters:
    ///   - tables: the measurements to look at, of those of `tables()`.
    ///   - span: seconds since 1970.
    /// - Returns: their names.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func sites(_ tables: [Table], _ span: Range<Int64>) async throws -> Set<String> {
        guard !tables.isEmpty else { return [] }
        let places = tables.map(\.measurement.description).joined(separator: ", ")
        let condition = client.condition(ofSite: nil, Self.times(span))
        let found = try await client.query(
            "SELECT first(*) FROM \(places) WHERE \(condition) GROUP BY \(quotedIdentifier("site"))",
            database: database,
            timeout: Self.timeout
        )
        return Set(found.flatMap { $0.series ?? [] }.compactMap { $0.tags?["site"] })
    }

    private static func times(_ span: Range<Int64>) -> [String] {
        ["time >= \(span.lowerBound)s", "time < \(span.upperBound)s"]
    }

    /// The points of a span in one measurement.
    ///
    /// - Parameters:
    ///   - table: one of `tables()`.
    ///   - span: seconds since 1970.
    /// - Returns: them, series by series, those of each in the order of time.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func points(_ table: Table, _ span: Range<Int64>) async throws -> [Point] {
        let columns = table.fields.map { quotedIdentifier($0.name) }.joined(separator: ", ")
        let own = sites.sorted().map { "\(quotedIdentifier("site")) = \(quotedString($0))" }
        let condition = client.condition(
            ofSite: nil,
            Self.times(span) + (own.isEmpty ? [] : ["(\(own.joined(separator: " OR ")))"])
        )
        let found = try await client.query(
            "SELECT \(columns) FROM \(table.measurement) WHERE \(condition) GROUP BY *",
            database: database,
            timeout: Self.timeout,
            epoch: .nanoseconds,
            largestAnswer: Self.largest
        )
        return found.flatMap { $0.series ?? [] }.flatMap { one -> [Point] in
            let series = Series(
                table.measurement,
                tags: (one.tags ?? [:]).map { ($0.key, $0.value) },
                fields: table.fields.map(\.name)
            )
            return (one.values ?? []).compactMap { row in
                guard case .integer(let time)? = row.first, row.count == table.fields.count + 1 else { return nil }
                let values = zip(table.fields, row.dropFirst()).map { $1.value(as: $0.type) }
                return Point(series, at: Timestamp(nanoseconds: time), values)
            }
        }
    }
}

extension InfluxValue {
    /// The value of a field of that type, which JSON does not always tell; `nil` for none.
    fileprivate func value(as type: Kind.FieldType) -> FieldValue? {
        switch (type, self) {
        case (.float, _): number.map { .float($0) }
        case (.integer, .integer(let value)): .integer(value)
        case (.boolean, .boolean(let value)): .boolean(value)
        case (.string, .string(let text)): .string(text)
        default: nil
        }
    }
}

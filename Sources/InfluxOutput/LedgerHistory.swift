public import MeterCore

/// What a database holds of the ledger's own points: where to go on, and what lies outside of a recomputed span.
public struct LedgerHistory: Sendable {
    private let client: InfluxClient
    private let site: String?

    /// Makes a history; the client speaks as a user who may read.
    public init(_ client: InfluxClient, site: String?) {
        self.client = client
        self.site = site
    }

    private var condition: String { site.map { "\"site\" = \(quotedString($0)) AND " } ?? "" }

    /// The start of the last quarter that has energy, before an instant.
    public func lastQuarter(before instant: Int64) async throws -> Int64? {
        var last: Int64?
        for field in [Field.importWh, .exportWh, .productionWh, .chargeWh, .dischargeWh] {
            let select =
                "SELECT last(\(quotedIdentifier(field.rawValue))) FROM \(Kind.quarterEnergy.measurement)"
                + " WHERE \(condition)time < \(instant)s"
            try await client.rows(of: select, database: client.settings.database) {
                last = max(last ?? $0.time, $0.time)
            }
        }
        return last
    }

    /// What the days of a span add up to, by field.
    public func sumOfDays(_ span: Range<Int64>) async throws -> [Field: Double] {
        guard !span.isEmpty else { return [:] }
        let fields = Ledger.totalFields
        let columns = fields.map { "sum(\(quotedIdentifier($0.rawValue)))" }.joined(separator: ", ")
        let select =
            "SELECT \(columns) FROM \(Kind.dayEnergy.measurement) WHERE \(condition)"
            + "time >= \(span.lowerBound)s AND time < \(span.upperBound)s"
        var sums: [Field: Double] = [:]
        try await client.rows(of: select, database: client.settings.database) { row in
            for (place, field) in fields.enumerated() {
                if let value = row.number(place) { sums[field] = value }
            }
        }
        return sums
    }
}

public import MeterCore

/// The ledger's own points in a database: where to go on, and what lies outside of a recomputed span.
public struct LedgerHistory: Sendable {
    /// The client for the database that its settings name.
    private let client: InfluxClient
    /// The tag `site` of the points; `nil` where they have none, and then those of any site count.
    private let site: String?

    /// The latest time that may have come, in seconds since 1970.
    static var latest: Int64 { BoxTime.shared.present.latest()?.seconds ?? 1 << 33 }

    /// Makes a history; the client speaks as a user who may read.
    public init(_ client: InfluxClient, site: String?) {
        self.client = client
        self.site = site
    }

    /// The site's part of a WHERE clause, with its AND; empty for points without the tag.
    private var condition: String {
        let condition = client.condition(ofSite: site)
        return condition.isEmpty ? "" : condition + " AND "
    }

    /// The start of the last quarter of an hour that has energy, before an instant; `nil` when there is none.
    ///
    /// Both are in seconds since 1970.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
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

    /// The sums over the days of a span, by field, in the fields' own units.
    ///
    /// - Parameter span: seconds since 1970; a day counts when it begins within.
    /// - Returns: no field for which no day has a value; nothing at all for an empty span.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
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

    /// The energies that the box itself counted in the quarters of a span, by their starts; those that came from files
    /// are left out.
    ///
    /// - Parameter span: seconds since 1970.
    /// - Returns: Wh by field.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func measuredQuarters(_ span: Range<Int64>) async throws -> [Int64: [Field: Double]] {
        let fields = [Field.importWh, .exportWh, .productionWh, .consumptionWh, .chargeWh, .dischargeWh]
        let columns = (fields + [.imported]).map { quotedIdentifier($0.rawValue) }.joined(separator: ", ")
        var found: [Int64: [Field: Double]] = [:]
        // A quarter of a year is a few hundred kilobytes.
        for start in stride(from: span.lowerBound, to: span.upperBound, by: 90 * 86_400) {
            let end = min(start + 90 * 86_400, span.upperBound)
            let select =
                "SELECT \(columns) FROM \(Kind.quarterEnergy.measurement) WHERE \(condition)"
                + "time >= \(start)s AND time < \(end)s"
            try await client.rows(of: select, database: client.settings.database) { row in
                guard row.values.last != "true" else { return }
                for (place, field) in fields.enumerated() {
                    if let value = row.number(place) { found[row.time, default: [:]][field] = value }
                }
            }
        }
        return found
    }

    /// The meter's words of its place, as they are in the database: the delivery point, often its last four digits only,
    /// the subscribed power in kVA, and `historique` or `standard`.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func place() async throws -> (meter: String?, subscribedKVA: Double?, mode: String?) {
        let columns = [Field.prm, .prefKVA, .ticMode].map { "last(\(quotedIdentifier($0.rawValue)))" }
        var found: (meter: String?, subscribedKVA: Double?, mode: String?)
        for (place, column) in columns.enumerated() {
            let condition = client.condition(ofSite: site)
            let select =
                "SELECT \(column) FROM \(Kind.siteInfo.measurement)" + (condition.isEmpty ? "" : " WHERE \(condition)")
            try await client.rows(of: select, database: client.settings.database) { row in
                guard let text = row.values.first, !text.isEmpty else { return }
                switch place {
                case 0: found.meter = String(text)
                case 1: found.subscribedKVA = row.number(0) ?? found.subscribedKVA
                default: found.mode = String(text)
                }
            }
        }
        return found
    }
}

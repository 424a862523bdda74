import MeterCore

/// The records of the register that a database holds.
public struct RegisterHistory: Sendable {
    /// The seconds that are read at once: a month of records is a megabyte.
    private static let piece: Int64 = 31 * 86_400

    private let client: InfluxClient
    private let site: String?

    /// Makes a history; the client speaks as a user who may read.
    public init(_ client: InfluxClient, site: String?) { (self.client, self.site) = (client, site) }

    /// Reads all records of a box or a site, those of each chain in the order of their numbers.
    ///
    /// - Parameter take: gets the chain by its tag, and the line.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`, and what `take` throws.
    public func read(_ take: (_ chain: String, _ line: [UInt8]) throws -> Void) async throws {
        var times: [Int64] = []
        for selector in ["first", "last"] {
            try await client.rows(of: select("\(selector)(\(name(.n)))", []), database: client.settings.database) {
                times.append($0.time)
            }
        }
        guard let from = times.min(), let to = times.max() else { return }
        for start in stride(from: from, through: to, by: Int(Self.piece)) {
            var found: [(number: Int64, chain: String, line: String)] = []
            let span = ["time >= \(start)s", "time < \(start + Self.piece)s"]
            let question = select("\(name(.n)), \(name(.line))", span) + " GROUP BY \"chain\""
            try await client.rows(of: question, database: client.settings.database) { row in
                guard row.values.count == 2 else { return }
                found.append((row.integer(0) ?? 0, row.tags["chain"] ?? "", String(row.values[1])))
            }
            for (_, chain, line) in found.sorted(by: { $0.number < $1.number }) { try take(chain, [UInt8](line.utf8)) }
        }
    }

    private func name(_ field: Field) -> String { quotedIdentifier(field.rawValue) }

    private func select(_ columns: String, _ span: [String]) -> String {
        let condition = client.condition(ofSite: site, span)
        return "SELECT \(columns) FROM \(Kind.register.measurement)" + (condition.isEmpty ? "" : " WHERE \(condition)")
    }
}

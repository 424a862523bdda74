import MeterCore

/// The records of the register that a database holds.
public struct RegisterHistory: Sendable {
    /// The seconds that are read at once: a month of records is a megabyte.
    private static let piece: Int64 = 31 * 86_400

    private let client: InfluxClient

    /// Makes a history; the client speaks as a user who may read.
    public init(_ client: InfluxClient) { self.client = client }

    /// Reads all records of a box, or all there are: chain by chain, the one that began first before others, and those of
    /// each in the order of their numbers.
    ///
    /// A chain goes on whatever its site is called: the tag `site` is not asked for, and a record that was written under
    /// two of them is read once.
    ///
    /// - Parameter take: gets the line.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`, and what `take` throws.
    public func read(_ take: (_ line: [UInt8]) throws -> Void) async throws {
        var chains: [String: ClosedRange<Int64>] = [:]
        for selector in ["first", "last"] {
            let question = select("\(selector)(\(name(.n)))", []) + " GROUP BY \"chain\""
            try await client.rows(of: question, database: client.settings.database) { row in
                let chain = row.tags["chain"] ?? ""
                let known = chains[chain] ?? row.time...row.time
                chains[chain] = min(known.lowerBound, row.time)...max(known.upperBound, row.time)
            }
        }
        let inOrder = chains.sorted { ($0.value.lowerBound, $0.key) < ($1.value.lowerBound, $1.key) }
        for (chain, span) in inOrder { try await read(chain, span, take) }
    }

    private func read(_ chain: String, _ span: ClosedRange<Int64>, _ take: ([UInt8]) throws -> Void) async throws {
        var last = ""
        for start in stride(from: span.lowerBound, through: span.upperBound, by: Int(Self.piece)) {
            var found: [(number: Int64, line: String)] = []
            let question = select(
                "\(name(.n)), \(name(.line))",
                ["\"chain\" = \(quotedString(chain))", "time >= \(start)s", "time < \(start + Self.piece)s"]
            )
            try await client.rows(of: question, database: client.settings.database) { row in
                guard row.values.count == 2 else { return }
                found.append((row.integer(0) ?? 0, String(row.values[1])))
            }
            for (_, line) in found.sorted(by: { ($0.number, $0.line) < ($1.number, $1.line) }) where line != last {
                last = line
                try take([UInt8](line.utf8))
            }
        }
    }

    private func name(_ field: Field) -> String { quotedIdentifier(field.rawValue) }

    private func select(_ columns: String, _ more: [String]) -> String {
        let condition = client.condition(ofSite: nil, more)
        return "SELECT \(columns) FROM \(Kind.register.measurement)" + (condition.isEmpty ? "" : " WHERE \(condition)")
    }
}

import MeterCore

/// The records of the register that a database holds.
public struct RegisterHistory: Sendable {
    /// A record as the database has it.
    private typealias Row = (number: Int64, line: String, time: Int64)

    /// A chain of which there are records.
    private struct Chain {
        var name: String
        /// Under which boxes somebody wrote it.
        var boxes: Set<String> = []
        /// The first number, and the time of that record.
        var first: (number: Int64, time: Int64)
        /// Its records that are no quarters: few, and of any time.
        var heads: [Row] = []
    }

    /// The quarters that are read at once: 150 kB.
    private static let page = 400

    private let client: InfluxClient

    /// Makes a history; the client speaks as a user who may read.
    public init(_ client: InfluxClient) { self.client = client }

    /// Reads all records of a box, or all there are: chain by chain, the one with the smallest first number before others,
    /// and those of each in the order of their numbers.
    ///
    /// A chain that goes on from another one has larger numbers, whatever the clock showed. It is read as a whole,
    /// whatever its site is called and under whatever box its records were written, and with it the chains that the box wrote
    /// under an identity of before; a record that was written twice is read once.
    ///
    /// - Parameter take: gets the line.
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`, and what `take` throws.
    public func read(_ take: (_ line: [UInt8]) throws -> Void) async throws {
        let chains = try await chains().sorted {
            ($0.first.number, $0.first.time, $0.name) < ($1.first.number, $1.first.time, $1.name)
        }
        for chain in chains { try await read(chain, take) }
    }

    /// The chains of the box, or all.
    private func chains() async throws -> [Chain] {
        var left: [String: Chain] = [:]
        try await rows("min(\(name(.n)))", [], " GROUP BY \"chain\", \"\(Series.boxTag)\"") { row in
            let (name, first) = (row.tags["chain"] ?? "", (number: row.integer(0) ?? 0, time: row.time))
            let known = left[name]?.first ?? first
            left[name, default: Chain(name: name, first: first)].first = first < known ? first : known
            left[name]?.boxes.insert(row.tags[Series.boxTag] ?? "")
        }
        var chains: [Chain] = []
        var boxes = client.settings.box.map { [$0] }
        repeat {
            let next = left.values.filter { chain in boxes.map { !chain.boxes.isDisjoint(with: $0) } ?? true }
            boxes = []
            for var chain in next {
                left[chain.name] = nil
                chain.heads = try await records([of(chain), "\"kind\" <> 'quarter'"])
                let heads = chain.heads.compactMap {
                    RegisterRecord([UInt8]($0.line.utf8)).flatMap { RegisterHead($0) }
                }
                boxes?.append(contentsOf: heads.map(\.box))
                chains.append(chain)
            }
        } while boxes?.isEmpty == false
        return chains
    }

    /// Reads a chain: its quarters go on in time as in number, its other records do not.
    private func read(_ chain: Chain, _ take: ([UInt8]) throws -> Void) async throws {
        var heads = chain.heads[...]
        var last = ""
        func hand(_ row: Row) throws {
            guard row.line != last else { return }
            last = row.line
            try take([UInt8](row.line.utf8))
        }
        var start: Int64? = 0
        while let time = start {
            var rows = try await records([of(chain), "\"kind\" = 'quarter'", "time >= \(time)s"], limit: Self.page)
            start = nil
            if rows.count == Self.page, let end = rows.map(\.time).max() {
                // There may be more of the last instant.
                if end > time { rows.removeAll { $0.time == end } }
                start = end > time ? end : end + 1
            }
            for row in rows {
                while let head = heads.first, head.number <= row.number { try hand(heads.removeFirst()) }
                try hand(row)
            }
        }
        for head in heads { try hand(head) }
    }

    /// The records of which something is so, by their numbers; the first of them by time where there is a limit.
    private func records(_ conditions: [String], limit: Int? = nil) async throws -> [Row] {
        var found: [Row] = []
        let end = limit.map { " LIMIT \($0)" } ?? ""
        try await rows("\(name(.n)), \(name(.line))", conditions, end) { row in
            guard row.values.count == 2 else { return }
            found.append((row.integer(0) ?? 0, String(row.values[1]), row.time))
        }
        return found.sorted { ($0.number, $0.line) < ($1.number, $1.line) }
    }

    private func of(_ chain: Chain) -> String { "\"chain\" = \(quotedString(chain.name))" }

    private func name(_ field: Field) -> String { quotedIdentifier(field.rawValue) }

    private func rows(
        _ columns: String,
        _ conditions: [String],
        _ end: String,
        _ body: (CSVRow) -> Void
    ) async throws {
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let question = "SELECT \(columns) FROM \(Kind.register.measurement)\(condition)\(end)"
        try await client.rows(of: question, database: client.settings.database, body)
    }
}

import MeterCore
import MeterNotation

/// Another span of the files for a policy that holds points.
///
/// `ALTER … SHARD DURATION` is not enough. InfluxDB 1.6.7 then lays a long new file over the short old ones, and a
/// point that is written once more, as roll-ups and the writer do, goes to the new file while the old one keeps it,
/// too: every sum counts it twice. So the points are copied into another policy and back. Each step can be done again
/// after a power cut: a policy `NAME_rebuild` that is there holds everything once the policy itself has the right span.
extension Provisioner {
    /// The state of a copy, for a person who waits.
    public struct Progress: Sendable {
        /// The policy whose points are being copied; the spare one on the way back.
        public var policy: String
        /// Steps that are done, each two days of points at most.
        public var done: Int
        /// All steps of this copy.
        public var total: Int
    }

    /// Copies the points of each policy whose files have another span.
    ///
    /// Nothing should be written meanwhile: points that came in while copying are found by the comparison, and then
    /// nothing is deleted.
    ///
    /// - Throws: `InfluxError`, also when points come in meanwhile; nothing is lost then.
    public func rebuild(_ report: (Progress) -> Void) async throws {
        guard try await databaseIsThere() else { return }
        for policy in policies {
            let spare = policy.name + Self.spareSuffix
            let known = try await retention()
            var keeps: Duration?
            if let row = known[policy.name], row.shard != policy.shard, try await hasPoints(policy.name) {
                if known[spare] == nil {
                    let temporary = RetentionSchema(name: spare, keeps: nil, shard: policy.shard)
                    _ = try await client.query(temporary.creation(in: database))
                }
                try await copy(policy.name, to: spare, report)
                try await compare(policy.name, spare)
                _ = try await client.query("DROP RETENTION POLICY \(quotedIdentifier(policy.name)) ON \(name)")
                keeps = row.keeps
            } else if known[spare] == nil {
                continue
            }
            // For ever until all is back: what is about to expire is not lost on the way.
            if try await retention()[policy.name] == nil {
                var anew = policy
                anew.keeps = nil
                _ = try await client.query(anew.creation(in: database))
            }
            try await comeBack(policy.name, from: spare, keeps: keeps, report)
        }
    }

    /// The end of the name of the policy that holds the points while their own is made anew.
    static let spareSuffix = "_rebuild"

    private var name: String { quotedIdentifier(database) }

    /// Copies the points back from the spare policy, compares, limits the policy again and drops the spare one.
    private func comeBack(
        _ policy: String,
        from spare: String,
        keeps: Duration?,
        _ report: (Progress) -> Void
    ) async throws {
        try await copy(spare, to: policy, report)
        try await compare(spare, policy)
        if let keeps {
            _ = try await client.query(
                "ALTER RETENTION POLICY \(quotedIdentifier(policy)) ON \(name) "
                    + "DURATION \(RetentionSchema.influxQL(keeps))"
            )
        }
        _ = try await client.query("DROP RETENTION POLICY \(quotedIdentifier(spare)) ON \(name)")
    }

    /// Copies two days at a time, so that a small machine has the memory for it.
    private func copy(_ policy: String, to other: String, _ report: (Progress) -> Void) async throws {
        let shards = try await shards(of: policy)
        let steps = shards.flatMap { shard in
            stride(from: shard.start, to: shard.end, by: 2 * 86_400).map { ($0, min($0 + 2 * 86_400, shard.end)) }
        }
        for (number, step) in steps.enumerated() {
            _ = try await client.query(
                "SELECT * INTO \(name).\(quotedIdentifier(other)).:MEASUREMENT "
                    + "FROM \(name).\(quotedIdentifier(policy))./.*/ "
                    + "WHERE time >= \(step.0)s AND time < \(step.1)s GROUP BY *",
                timeout: .seconds(300)
            )
            report(Progress(policy: policy, done: number + 1, total: steps.count))
        }
    }

    /// Checks that all points of one policy are in another one.
    private func compare(_ policy: String, _ other: String) async throws {
        let wanted = try await counts(policy)
        let found = try await counts(other)
        let missing = wanted.filter { ($1) > (found[$0] ?? 0) }.keys.sorted()
        guard missing.isEmpty else {
            throw InfluxError(
                status: 200,
                "not all of \(policy) is in \(other) (\(missing.joined(separator: ", "))); nothing was deleted. "
                    + "If boxenergie was writing meanwhile, stop it and run this again"
            )
        }
    }

    /// The number of points in a policy, by `measurement.field`.
    private func counts(_ policy: String) async throws -> [String: Int64] {
        let source = "\(name).\(quotedIdentifier(policy))./.*/"
        let results = try await client.query("SELECT count(*) FROM \(source)", timeout: .seconds(300))
        var counts: [String: Int64] = [:]
        for table in results.flatMap({ $0.series ?? [] }) {
            for (column, value) in zip(table.columns, table.values?.first ?? []) where column != "time" {
                if case .integer(let count) = value { counts["\(table.name ?? "").\(column)"] = count }
            }
        }
        return counts
    }
}

import FoundationEssentials
import MeterCore
import MeterNotation

/// Makes the database, its retention policies and its users what they should be, or tells how they differ.
public struct Provisioner: Sendable {
    /// The client, which speaks as an administrator.
    let client: InfluxClient
    /// The database that the client's settings name.
    let database: String
    /// The policies that must be there, in the order in which they are made.
    let policies: [RetentionSchema]
    /// The users with the passwords and rights that they must have.
    let users: [DatabaseUser]
    /// True when the oldest readings may be deleted to make a policy what it should be.
    private let mayShorten: Bool

    /// Makes a provisioner.
    ///
    /// - Parameters:
    ///   - client: speaks as an administrator when the server asks for users.
    ///   - policies: those that must be there; others are left alone.
    ///   - users: their passwords and rights are made these; others are left alone.
    ///   - mayShorten: a policy that keeps readings for longer is shortened, which deletes the oldest.
    public init(
        _ client: InfluxClient,
        policies: [RetentionSchema] = RetentionSchema.standard,
        users: [DatabaseUser] = [],
        mayShorten: Bool = false
    ) {
        self.client = client
        database = client.settings.database
        self.policies = policies
        self.users = users
        self.mayShorten = mayShorten
    }

    /// The statements that make everything anew, for a person to read; dots stand in place of the passwords.
    public var statements: [String] {
        let name = quotedIdentifier(database)
        return ["CREATE DATABASE \(name)"] + policies.map { $0.creation(in: database) }
            + users.flatMap { user in
                [
                    "CREATE USER \(quotedIdentifier(user.name)) WITH PASSWORD '•••'",
                    "GRANT \(user.right.rawValue) ON \(name) TO \(quotedIdentifier(user.name))",
                ]
            }
    }

    /// Looks at everything and changes nothing.
    ///
    /// - Returns: the database, the policies in their order, then the users.
    /// - Throws: `InfluxError`, also when an earlier rebuild was interrupted; `TransferError` without an answer.
    public func look() async throws -> [SchemaItem] {
        let name = quotedIdentifier(database)
        let isThere = try await databaseIsThere()
        var items = [SchemaItem(subject: "database \(database)", state: isThere ? .asItShould : .missing)]
        if !isThere { items[0].statements = ["CREATE DATABASE \(name)"] }
        let known = isThere ? try await client.query("SHOW RETENTION POLICIES ON \(name)").flatMap(\.rows) : []
        for policy in policies {
            if known.contains(where: { $0["name"] == .string(policy.name + Self.spareSuffix) }) {
                throw InfluxError(
                    status: 200,
                    "an earlier --rebuild of \(policy.name) was interrupted; nothing is lost. "
                        + "Stop boxenergie and run: boxenergie provision --rebuild"
                )
            }
            let row = known.first { $0["name"] == .string(policy.name) }
            items.append(try await item(policy, row, others: known))
        }
        return items + (try await lookAtUsers())
    }

    /// Makes everything right that may be, one thing after the other.
    ///
    /// A policy that keeps readings for longer stays as it is, unless this provisioner may shorten.
    ///
    /// - Parameter report: called after each thing, also after those that were right.
    /// - Throws: as `look()`; what was done before the error stays.
    public func run(_ report: (SchemaItem) -> Void) async throws {
        for item in try await look() {
            for statement in item.statements + item.secretStatements { _ = try await client.query(statement) }
            report(item)
        }
    }

    /// Compares one policy with its row in `SHOW RETENTION POLICIES`.
    private func item(
        _ policy: RetentionSchema,
        _ row: [String: InfluxValue]?,
        others: [[String: InfluxValue]]
    ) async throws -> SchemaItem {
        var item = SchemaItem(subject: said("retention policy \(policy.name)"), state: .asItShould)
        guard let row else {
            item.state = .missing
            item.statements = [policy.creation(in: database)]
            return item
        }
        var problems: [String] = []
        var changes: [String] = []
        let keeps = duration(row["duration"])
        if keeps != policy.keeps {
            problems.append(said("it keeps readings \(forWords(keeps)), not \(forWords(policy.keeps))"))
            let isShorter = policy.keeps.map { wanted in keeps.map { $0 > wanted } ?? true } ?? false
            if !isShorter || mayShorten {
                changes.append("DURATION \(RetentionSchema.influxQL(policy.keeps))")
            } else if let wanted = policy.keeps {
                let old = try await older(than: wanted, in: policy.name)
                item.advice = said(
                    "nothing was shortened, since that deletes \(old); "
                        + "if you want that, run: boxenergie provision --shorten"
                )
            }
        }
        if duration(row["shardGroupDuration"]) != policy.shard {
            let shard = RetentionSchema.words(duration(row["shardGroupDuration"]))
            problems.append(said("its files each hold \(shard), not \(RetentionSchema.words(policy.shard))"))
            if try await hasPoints(policy.name) {
                let advice = said(
                    "the files stay as they are, which costs a little speed and no reading; "
                        + "to copy the points into new files, stop boxenergie and run: boxenergie provision --rebuild"
                )
                item.advice = [item.advice, advice].compactMap(\.self).joined(separator: "\n         ")
            } else {
                // Files without a point would still be in the way of the new ones.
                item.statements = try await shards(of: policy.name).map { "DROP SHARD \($0.identifier)" }
                changes.append("SHARD DURATION \(RetentionSchema.influxQL(policy.shard))")
            }
        }
        if policy.isDefault, row["default"] != .boolean(true) {
            let other = others.first { $0["default"] == .boolean(true) }?["name"]?.description ?? said("another")
            problems.append(
                said("the default policy is \(other); what is there stays, as \"\(other)\".\"measurement\"")
            )
            changes.append("DEFAULT")
        }
        guard !problems.isEmpty else { return item }
        item.state = .different(problems.joined(separator: "; "))
        if !changes.isEmpty {
            item.statements += [
                "ALTER RETENTION POLICY \(quotedIdentifier(policy.name)) ON \(quotedIdentifier(database)) "
                    + changes.joined(separator: " ")
            ]
        }
        return item
    }

    /// True when the server has the database.
    func databaseIsThere() async throws -> Bool {
        try await client.query("SHOW DATABASES").flatMap(\.rows).contains { $0["name"] == .string(database) }
    }

    /// The time for which each policy keeps its points and the span of each of its files; `nil` is for ever.
    func retention() async throws -> [String: (keeps: Duration?, shard: Duration?)] {
        let rows = try await client.query("SHOW RETENTION POLICIES ON \(quotedIdentifier(database))").flatMap(\.rows)
        let pairs = rows.map { row in
            (row["name"]?.description ?? "", (duration(row["duration"]), duration(row["shardGroupDuration"])))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// True when a policy holds any point of any measurement.
    func hasPoints(_ policy: String) async throws -> Bool {
        let source = "\(quotedIdentifier(database)).\(quotedIdentifier(policy))./.*/"
        return try await !client.query("SELECT * FROM \(source) LIMIT 1").flatMap(\.rows).isEmpty
    }

    /// The files of a policy and their spans in seconds since 1970.
    func shards(of policy: String) async throws -> [(identifier: String, start: Int64, end: Int64)] {
        try await client.query("SHOW SHARDS").flatMap(\.rows).compactMap { row in
            guard row["database"] == .string(database), row["retention_policy"] == .string(policy),
                let identifier = row["id"]?.description,
                let start = row["start_time"].flatMap({ Self.seconds($0.description) }),
                let end = row["end_time"].flatMap({ Self.seconds($0.description) })
            else { return nil }
            return (identifier, start, end)
        }
    }

    /// The points that a shorter policy would delete, in words.
    private func older(than keeps: Duration, in policy: String) async throws -> String {
        let source = "\(quotedIdentifier(database)).\(quotedIdentifier(policy))./.*/"
        let old = "time < \(Timestamp.now().seconds - keeps.components.seconds)s"
        let counts = try await client.query("SELECT count(*) FROM \(source) WHERE \(old)").flatMap(\.rows)
        let total = counts.reduce(Int64(0)) { sum, row in
            let fields = row.filter { $0.key != "time" }.values.map { value -> Int64 in
                if case .integer(let count) = value { count } else { 0 }
            }
            return sum + (fields.max() ?? 0)
        }
        return total == 0
            ? said("what becomes older than \(DurationText.format(keeps)) (today there is nothing so old)")
            : said("the \(total) points that are older than \(DurationText.format(keeps))")
    }

    /// Seconds since 1970 of an RFC 3339 time, as `SHOW SHARDS` writes it.
    private static func seconds(_ text: String) -> Int64? {
        (try? Date(text, strategy: .iso8601)).map { Int64($0.timeIntervalSince1970) }
    }

    /// The duration in a cell such as `1440h0m0s`; `nil` for `0s`, which stands for ever.
    private func duration(_ value: InfluxValue?) -> Duration? {
        let duration = value.flatMap { DurationText.parse($0.description) }
        return duration == .zero ? nil : duration
    }

    private func forWords(_ keeps: Duration?) -> String {
        keeps.map { said("for \(DurationText.format($0))") } ?? said("for ever")
    }
}

import MeterCore

/// Creates the database, its retention policies and its users, or finds that they are there.
public struct Provisioner: Sendable {
    /// How long a policy keeps its points.
    public struct Policy: Sendable, Hashable {
        public var name: String
        /// In InfluxQL, `INF` for ever.
        public var duration: String
        public var shard: String
        public var isDefault = false

        /// The policies of every box: every reading, quarters of an hour, days.
        public static let standard = [
            Policy(name: "raw", duration: "60d", shard: "7d", isDefault: true),
            Policy(name: "m15", duration: "INF", shard: "26w"),
            Policy(name: "day", duration: "INF", shard: "520w"),
        ]
    }

    /// A user and what they may do to the database.
    public struct User: Sendable {
        public enum Right: String, Sendable { case read = "READ", write = "WRITE" }

        public var name: String
        public var password: String
        public var right: Right

        public init(name: String, password: String, right: Right) {
            self.name = name
            self.password = password
            self.right = right
        }
    }

    /// What was done about one thing.
    public struct Step: Sendable {
        public var subject: String
        public var wasThere: Bool
    }

    private let client: InfluxClient
    private let database: String
    private let policies: [Policy]
    private let users: [User]

    /// Makes a provisioner.
    ///
    /// - Parameters:
    ///   - client: speaks as an administrator when the server asks for users.
    ///   - policies: what must be there; one more that the configuration names keeps for ever.
    ///   - users: whose passwords are set to these.
    public init(_ client: InfluxClient, policies: [Policy] = Policy.standard, users: [User] = []) {
        self.client = client
        database = client.settings.database
        self.policies = policies
        self.users = users
    }

    /// The statements that make everything anew, for a person to read.
    public var statements: [String] {
        let name = quotedIdentifier(database)
        return ["CREATE DATABASE \(name)"] + policies.map(creation)
            + users.flatMap { user in
                [
                    "CREATE USER \(quotedIdentifier(user.name)) WITH PASSWORD '•••'",
                    "GRANT \(user.right.rawValue) ON \(name) TO \(quotedIdentifier(user.name))",
                ]
            }
    }

    private func creation(_ policy: Policy) -> String {
        "CREATE RETENTION POLICY \(quotedIdentifier(policy.name)) ON \(quotedIdentifier(database)) "
            + "DURATION \(policy.duration) REPLICATION 1 SHARD DURATION \(policy.shard)"
            + (policy.isDefault ? " DEFAULT" : "")
    }

    /// Does what is missing, one thing after the other.
    ///
    /// A policy that is there with another duration stays as it is: shortening it would delete readings.
    public func run(_ report: (Step) -> Void) async throws {
        let name = quotedIdentifier(database)
        let databases = try await client.query("SHOW DATABASES").flatMap(\.rows).compactMap { $0["name"]?.description }
        let isThere = databases.contains(database)
        if !isThere { _ = try await client.query("CREATE DATABASE \(name)") }
        report(Step(subject: "database \(database)", wasThere: isThere))
        let known = try await client.query("SHOW RETENTION POLICIES ON \(name)").flatMap(\.rows)
        for policy in policies {
            let row = known.first { $0["name"] == .string(policy.name) }
            if row == nil {
                _ = try await client.query(creation(policy))
            } else if policy.isDefault, row?["default"] != .boolean(true) {
                _ = try await client.query("ALTER RETENTION POLICY \(quotedIdentifier(policy.name)) ON \(name) DEFAULT")
            }
            report(Step(subject: "retention policy \(policy.name)", wasThere: row != nil))
        }
        guard !users.isEmpty else { return }
        let names = try await client.query("SHOW USERS").flatMap(\.rows).compactMap { $0["user"]?.description }
        for user in users {
            let quoted = quotedIdentifier(user.name)
            let isThere = names.contains(user.name)
            let verb = isThere ? "SET PASSWORD FOR \(quoted) =" : "CREATE USER \(quoted) WITH PASSWORD"
            _ = try await client.query("\(verb) \(quotedString(user.password))")
            _ = try await client.query("GRANT \(user.right.rawValue) ON \(name) TO \(quoted)")
            report(Step(subject: "user \(user.name), may \(user.right.rawValue.lowercased())", wasThere: isThere))
        }
    }
}

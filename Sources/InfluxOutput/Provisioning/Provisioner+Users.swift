import MeterCore
import MeterNotation

extension Provisioner {
    /// The server's answer to somebody who says that they are its administrator.
    public enum Administrator: Sendable {
        /// The user is an administrator of this server.
        case known
        /// The server knows no user at all; the first one becomes the administrator.
        case nobodyYet
        /// The server does not take the user or the password (status 401).
        case wrongPassword
    }

    /// True when the server asks for a user and password.
    ///
    /// - Throws: as `InfluxClient.asksForPassword()`.
    public func serverAsksForPassword() async throws -> Bool { try await client.asksForPassword() }

    /// The server's opinion of the client's user, of whom it must be the administrator.
    ///
    /// - Throws: `TransferError` without an answer, `InfluxError` for refusals other than these.
    public func administrator(_ name: String) async throws -> Administrator {
        do {
            let users = try await client.query("SHOW USERS").flatMap(\.rows)
            // A server that asks for no password answers anybody.
            return users.contains { $0["user"] == .string(name) && $0["admin"] == .boolean(true) } ? .known : .nobodyYet
        } catch let error as InfluxError where error.description.contains("create admin user first") {
            return .nobodyYet
        } catch let error as InfluxError where error.status == 401 {
            return .wrongPassword
        }
    }

    /// Creates the first user of a server, who becomes its administrator; the statement itself names no user.
    ///
    /// - Throws: `TransferError` without an answer, `InfluxError` when the server refuses.
    public func createAdministrator(_ name: String, password: String) async throws {
        let statement =
            "CREATE USER \(quotedIdentifier(name)) WITH PASSWORD \(quotedString(password)) WITH ALL PRIVILEGES"
        _ = try await InfluxClient(anonymous: client.settings).query(statement)
    }

    /// Compares each user with the server's list, and adds an item when the server lets everybody in.
    func lookAtUsers() async throws -> [SchemaItem] {
        guard !users.isEmpty else { return [] }
        let asks = try await serverAsksForPassword()
        let known = try await client.query("SHOW USERS").flatMap(\.rows)
        var items: [SchemaItem] = []
        for user in users {
            let row = known.first { $0["user"] == .string(user.name) }
            let admins = known.filter { $0["admin"] == .boolean(true) }
            if admins.contains(where: { $0["user"] == .string(user.name) }),
                admins.count == 1 || client.user == user.name
            {
                items.append(Self.administratorItem(user))
                continue
            }
            items.append(try await item(user, row, serverAsks: asks))
        }
        if !asks {
            var item = SchemaItem(
                subject: said("the server's door"),
                state: .different(said("it asks nobody for a password, so the users above keep nobody out"))
            )
            item.advice = said(
                "copy influx/influxdb.env to /etc/default/influxdb and run: systemctl restart influxdb"
            )
            items.append(item)
        }
        return items
    }

    /// The item of a user who is the server's administrator, and is left alone.
    ///
    /// Without an administrator nobody could look after the server any more.
    private static func administratorItem(_ user: DatabaseUser) -> SchemaItem {
        SchemaItem(
            subject: said("user \(user.name), \(user.right.words)"),
            state: .different(said("the user is the server's administrator and may do everything")),
            advice: said(
                "it stays so; let the configuration name a user of its own (username, password_file), "
                    + "and this one with --admin"
            )
        )
    }

    /// Compares one user with their row in `SHOW USERS`, their rights and their password.
    private func item(
        _ user: DatabaseUser,
        _ row: [String: InfluxValue]?,
        serverAsks: Bool
    ) async throws -> SchemaItem {
        let quoted = quotedIdentifier(user.name)
        let password = quotedString(user.password)
        let grant = "GRANT \(user.right.rawValue) ON \(quotedIdentifier(database)) TO \(quoted)"
        var item = SchemaItem(subject: said("user \(user.name), \(user.right.words)"), state: .asItShould)
        guard let row else {
            item.state = .missing
            item.secretStatements = ["CREATE USER \(quoted) WITH PASSWORD \(password)", grant]
            return item
        }
        var problems: [String] = []
        if row["admin"] == .boolean(true) {
            problems.append(said("the user is an administrator and may do everything"))
            item.statements.append("REVOKE ALL PRIVILEGES FROM \(quoted)")
        }
        let grants = try await client.query("SHOW GRANTS FOR \(quoted)").flatMap(\.rows)
        let right = grants.first { $0["database"] == .string(database) }?["privilege"]?.description
        // The server says ALL PRIVILEGES for what one grants as ALL.
        if right != user.right.rawValue, !(user.right == .readAndWrite && right == "ALL PRIVILEGES") {
            problems.append(said("the right to the database is \(right?.lowercased() ?? said("none"))"))
        }
        if !problems.isEmpty { item.statements.append(grant) }
        // A server that asks for no password takes any, so the right one is set again.
        if !serverAsks {
            item.secretStatements = ["SET PASSWORD FOR \(quoted) = \(password)"]
        } else if try await !accepts(user) {
            problems.append(said("the password is not the one in the file"))
            item.secretStatements = ["SET PASSWORD FOR \(quoted) = \(password)"]
        }
        if !problems.isEmpty { item.state = .different(problems.joined(separator: "; ")) }
        return item
    }

    /// True when the server takes the user's password; 401 says that it does not.
    private func accepts(_ user: DatabaseUser) async throws -> Bool {
        do {
            _ = try await InfluxClient(client.settings, user: user.name, password: user.password)
                .query("SHOW DATABASES")
            return true
        } catch let error as InfluxError where error.status == 401 {
            return false
        }
    }
}

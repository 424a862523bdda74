public import MeterCore
import MeterNotation

extension PostgresServer: ProvisionedOutput {
    public var writer: OutputUser {
        get throws { OutputUser(settings.username, password: try settings.password?.read(), mayWrite: true) }
    }

    public var passwordFile: String? { settings.password?.file }

    public func script(_ users: [OutputUser], _ context: HistoryContext) -> String {
        let roles = users.map { "CREATE ROLE \(identifier($0.name)) LOGIN PASSWORD '•••';" }
        let words = [context.box, context.site, context.zone].map(literal)
        let box = [
            "SELECT boxenergie.tell(\(words.joined(separator: ", ")));",
            "SELECT boxenergie.adopt(\(words.prefix(2).joined(separator: ", ")));",
        ]
        return Self.tables + (roles + users.flatMap(Self.grants) + box).joined(separator: "\n")
    }

    public func provision(
        _ users: [OutputUser],
        _ context: HistoryContext,
        by administrator: OutputUser?
    ) async throws -> [String] {
        try await work(by: administrator, mayMakeDatabase: administrator != nil) { server, made in
            var done = made
            try server.perform(Self.tables)
            done.append(said("made     the tables of schema boxenergie in \(settings.database)"))
            try server.perform("SELECT boxenergie.tell($1, $2, $3)", context.words)
            let adopted = try server.perform("SELECT boxenergie.adopt($1, $2)", Array(context.words.prefix(2)))
            if adopted != "0" { done.append(said("gave     this box, \(context.box), \(adopted) rows of before")) }
            guard let administrator else { return done }
            for user in users where user.name != administrator.name {
                let isThere = try server.perform(Self.roleExists, [Array(user.name.utf8)]) == "t"
                let secret = try user.password.map {
                    " PASSWORD \(literal(try server.scramble($0, of: user.name)))"
                }
                if !isThere || secret != nil {
                    try server.perform(
                        "\(isThere ? "ALTER" : "CREATE") ROLE \(identifier(user.name)) LOGIN\(secret ?? "")"
                    )
                }
                for grant in Self.grants(user) { try server.perform(grant) }
                done.append(
                    user.mayWrite
                        ? said("made     \(user.name), who may write and nothing else")
                        : said("made     \(user.name), who may read and nothing else")
                )
            }
            return done
        }
    }

    public func look(
        _ users: [OutputUser],
        _ context: HistoryContext,
        by administrator: OutputUser?
    ) async throws -> [(sentence: String, isRight: Bool)] {
        try await work(by: administrator, mayMakeDatabase: false) { server, _ in
            var found: [(String, Bool)] = []
            func ask(_ sentence: String, _ question: String, _ parameters: String...) throws {
                // A question without parameters could be several statements.
                let answer = try server.perform(question, parameters.map { Array($0.utf8) })
                found.append((sentence, answer == "t"))
            }
            try ask(
                said("the tables of schema boxenergie"),
                """
                SELECT to_regclass('boxenergie.reading') IS NOT NULL AND to_regclass('boxenergie.energy_per_day') IS NOT NULL
                    AND to_regprocedure('boxenergie.prepare(double precision[])') IS NOT NULL
                    AND to_regprocedure('boxenergie.tell(text, text, text)') IS NOT NULL
                """
            )
            guard found.allSatisfy(\.1) else { return found }
            try ask(
                said("the partition of this month"),
                "SELECT to_regclass('boxenergie.reading_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')) IS NOT NULL"
            )
            try ask(
                said("the time zone \(context.zone)"),
                "SELECT count(*) > 0 FROM pg_timezone_names WHERE name = $1",
                context.zone
            )
            for user in users {
                let question =
                    user.mayWrite
                    ? """
                    SELECT count(*) > 0 AND bool_and(has_table_privilege(oid, 'boxenergie.reading', 'INSERT')
                        AND has_function_privilege(oid, 'boxenergie.prepare(double precision[])', 'EXECUTE')
                        AND has_function_privilege(oid, 'boxenergie.tell(text, text, text)', 'EXECUTE')
                        AND has_schema_privilege(oid, 'boxenergie', 'USAGE')) FROM pg_roles WHERE rolname = $1
                    """
                    : """
                    SELECT count(*) > 0 AND bool_and(has_table_privilege(oid, 'boxenergie.energy_per_day', 'SELECT')
                        AND has_schema_privilege(oid, 'boxenergie', 'USAGE')) FROM pg_roles WHERE rolname = $1
                    """
                try ask(said("the rights of \(user.name)"), question, user.name)
            }
            return found
        }
    }

    /// Connects, does something on the connection's thread and disconnects.
    ///
    /// - Parameters:
    ///   - administrator: the user; by default the one that writes.
    ///   - mayMakeDatabase: true to make a database that is not there.
    ///   - body: takes the connection, and what was done by now.
    /// - Returns: what the body returned.
    /// - Throws: `PostgresError`, what the body threw, or `CancellationError`.
    private func work<Value: Sendable>(
        by administrator: OutputUser?,
        mayMakeDatabase: Bool,
        _ body: @escaping @Sendable (PostgresConnection, [String]) throws -> Value
    ) async throws -> Value {
        let user = try administrator ?? writer
        let (settings, line) = (settings, try PostgresLine())
        let outcome = await line.perform { _, bell -> Result<Value, any Error> in
            Result {
                func connect(_ database: String) throws -> PostgresConnection {
                    try PostgresConnection(
                        settings.words(user: user.name, password: user.password, database: database),
                        bell: bell,
                        patience: .long
                    )
                }
                do {
                    return try body(try connect(settings.database), [])
                } catch let error as PostgresConnection.Failure where mayMakeDatabase && error.isOver {
                    // The words are in the server's language: it is asked for its databases.
                    guard let server = try? connect("postgres"),
                        try server.perform(Self.databaseExists, [Array(settings.database.utf8)]) == "f"
                    else { throw error }
                    try server.perform("CREATE DATABASE \(identifier(settings.database))")
                    let done = [said("made     the database \(settings.database)")]
                    return try body(try connect(settings.database), done)
                }
            }
        }
        guard let outcome else { throw CancellationError() }
        do {
            return try outcome.get()
        } catch let error as PostgresConnection.Failure {
            throw PostgresError(sentence: "\(settings.server): \(error)")
        }
    }

    private static let roleExists = "SELECT count(*) > 0 FROM pg_roles WHERE rolname = $1"
    private static let databaseExists = "SELECT count(*) > 0 FROM pg_database WHERE datname = $1"

    /// The file of the tables.
    static var tables: String { String(decoding: PackageResources.boxenergie_sql, as: UTF8.self) }

    private static func grants(_ user: OutputUser) -> [String] {
        let name = identifier(user.name)
        let rights =
            user.mayWrite
            ? [
                "INSERT ON boxenergie.reading",
                "EXECUTE ON FUNCTION boxenergie.prepare(double precision[]), boxenergie.tell(text, text, text)",
            ]
            : ["SELECT ON boxenergie.reading, boxenergie.energy_per_day"]
        return (["USAGE ON SCHEMA boxenergie"] + rights).map { "GRANT \($0) TO \(name);" }
    }
}

/// A server that cannot be prepared, as a sentence.
struct PostgresError: Error, CustomStringConvertible {
    let sentence: String
    var description: String { sentence }
}

private func identifier(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
private func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// Writes batches to PostgreSQL, each with one statement in a transaction of its own.
final class PostgresSink: Sink {
    /// Needs the right to insert and no other; with a list of columns behind CONFLICT it would need that to read.
    ///
    /// What a value is of is told once and not in each row.
    private static let insertion = """
        INSERT INTO boxenergie.reading (site, measurement, source, part, field, t, value, text)
        SELECT s.site, s.measurement, s.source, s.part, s.field, to_timestamp(r.t), r.value, r.text
        FROM unnest($1::int[], $2::float8[], $3::float8[], $4::text[]) AS r (n, t, value, text)
        JOIN unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
            WITH ORDINALITY AS s (site, measurement, source, part, field, n) ON s.n = r.n
        ON CONFLICT DO NOTHING
        """
    /// Makes the partitions that rows lack.
    private static let preparation = "SELECT boxenergie.prepare($1::float8[])"

    private let settings: PostgresSettings
    private let line = Mutex<PostgresLine?>(nil)

    init(_ settings: PostgresSettings) { self.settings = settings }

    /// `PostgreSQL at db.example.org:5432`.
    var name: String { settings.server }

    func write(_ batch: Batch) async -> Delivery {
        let line: PostgresLine
        do { line = try currentLine() } catch { return .postponed(reason: "\(error)", retryAfter: nil) }
        let (settings, name) = (settings, name)
        let delivery = await line.perform { connection, bell in
            let rows = PostgresRows(batch)
            guard rows.unreadable.isEmpty else {
                return Delivery.rejected(reason: said("these lines cannot be read"), .texts(rows.unreadable))
            }
            guard !rows.isEmpty else { return .accepted }
            do throws(PostgresConnection.Failure) {
                try Self.write(rows, settings, &connection, bell)
                return .accepted
            } catch {
                if error.isOver { connection = nil }
                return PostgresResponse.delivery(error, server: name, output: settings.output)
            }
        }
        return delivery ?? .postponed(reason: said("\(name) was not waited for"), retryAfter: nil)
    }

    private func currentLine() throws -> PostgresLine {
        try line.withLock { line in
            if let line, !line.isOver { return line }
            let fresh = try PostgresLine()
            line = fresh
            return fresh
        }
    }

    /// Writes rows, after connecting where that is to be done, and makes the partitions that they lack.
    private static func write(
        _ rows: PostgresRows,
        _ settings: PostgresSettings,
        _ connection: inout PostgresConnection?,
        _ bell: Bell
    ) throws(PostgresConnection.Failure) {
        let server: PostgresConnection
        if let known = connection { server = known } else { server = try connect(settings, bell) }
        connection = server
        do throws(PostgresConnection.Failure) {
            try server.perform(insertion, rows.parameters)
        } catch {
            guard error.mayLackPartition else { throw error }
            try server.perform(preparation, [rows.times])
            try server.perform(insertion, rows.parameters)
        }
    }

    private static func connect(
        _ settings: PostgresSettings,
        _ bell: Bell
    ) throws(PostgresConnection.Failure) -> PostgresConnection {
        let password: String?
        do throws(SecretError) {
            password = try settings.password?.read()
        } catch {
            throw PostgresConnection.Failure(description: "\(error)")
        }
        return try PostgresConnection(settings.words(password: password), bell: bell)
    }
}

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
        INSERT INTO boxenergie.reading (site, measurement, source, part, box, tags, field, t, value, text)
        SELECT s.site, s.measurement, s.source, s.part, s.box, s.tags, s.field, to_timestamp(r.t), r.value, r.text
        FROM unnest($1::int[], $2::float8[], $3::float8[], $4::text[]) AS r (n, t, value, text)
        JOIN unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
            WITH ORDINALITY AS s (site, measurement, source, part, box, tags, field, n) ON s.n = r.n
        ON CONFLICT DO NOTHING
        """
    /// Makes the partitions that rows lack.
    private static let preparation = "SELECT boxenergie.prepare($1::float8[])"

    /// Tells the box's site and time zone, by which the days of its house begin, and sets limits.
    ///
    /// The server ends by itself what takes too long, so that a part of it is tried next. A wait for somebody else's lock
    /// ends before that: a part would wait as long.
    private static let greeting = """
        SELECT boxenergie.tell($1::text, $2::text, $3::text), set_config('statement_timeout', $4, false),
            set_config('lock_timeout', $5, false)
        """

    private let settings: PostgresSettings
    private let context: HistoryContext
    private let longest: Duration
    private let line = Mutex<PostgresLine?>(nil)
    private let piece = LargestPiece()

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - settings: the keys of the section.
    ///   - context: what is told of the box.
    ///   - longest: the time that a statement may take, which ends before we take the server for dead.
    init(_ settings: PostgresSettings, _ context: HistoryContext, longest: Duration = .seconds(25)) {
        (self.settings, self.context, self.longest) = (settings, context, longest)
    }

    /// `PostgreSQL at db.example.org:5432`.
    var name: String { settings.server }

    func write(_ batch: Batch) async -> Delivery {
        guard piece.takes(batch) else { return .split }
        let line: PostgresLine
        do { line = try currentLine() } catch { return .postponed(reason: "\(error)", retryAfter: nil) }
        let (settings, context, longest, piece, name) = (settings, context, longest, piece, name)
        let delivery = await line.perform { connection, bell in
            let rows = PostgresRows(batch, context)
            guard rows.unreadable.isEmpty else {
                return Delivery.rejected(reason: said("these lines cannot be read"), .texts(rows.unreadable))
            }
            guard !rows.isEmpty else { return .accepted }
            do throws(PostgresConnection.Failure) {
                if connection == nil { connection = try Self.connect(settings, context, longest, bell) }
                if let connection { try Self.write(rows, by: connection) }
                piece.wasInTime()
                return .accepted
            } catch {
                if error.isOver { connection = nil }
                if error.tookTooLong {
                    piece.tookTooLong(batch)
                    if batch.points > 1 { return .split }
                }
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

    /// Writes rows, and makes the partitions that they lack.
    private static func write(
        _ rows: PostgresRows,
        by server: PostgresConnection
    ) throws(PostgresConnection.Failure) {
        do throws(PostgresConnection.Failure) {
            try server.perform(insertion, rows.parameters)
        } catch {
            guard error.mayLackPartition else { throw error }
            try server.perform(preparation, [rows.times])
            try server.perform(insertion, rows.parameters)
        }
    }

    /// Connects and says who writes.
    private static func connect(
        _ settings: PostgresSettings,
        _ context: HistoryContext,
        _ longest: Duration,
        _ bell: Bell
    ) throws(PostgresConnection.Failure) -> PostgresConnection {
        let password: String?
        do throws(SecretError) {
            password = try settings.password?.read()
        } catch {
            throw PostgresConnection.Failure(description: "\(error)")
        }
        let server = try PostgresConnection(settings.words(password: password), bell: bell)
        do throws(PostgresConnection.Failure) {
            let limits = [longest, longest * 4 / 5].map { Array("\(Int($0 / .milliseconds(1)))ms".utf8) }
            try server.perform(greeting, context.words + limits)
        } catch {
            // Whatever it is, no row is at fault; the next try begins anew.
            var failure = error
            (failure.isOver, failure.isOfRows) = (true, false)
            throw failure
        }
        return server
    }
}

extension HistoryContext {
    /// The box, its site and its time zone, as `boxenergie.tell` takes them.
    var words: [[UInt8]] { [box, site, zone].map { Array($0.utf8) } }
}

import InfluxOutput
import Logging
import MeterCore
import MeterIO
import MeterNotation
import Synchronization

/// Computes sums again, by itself, when readings came after they were made: an older file, a meter that was away.
///
/// What `rollup` does for the days of those readings, while the box works. It waits until no more of them come and the
/// database has them all, then hands over the sums and lets the ledger go on from them. Where the user in `[influx]` may
/// not read, or the server is away, it tries again an hour later.
final class LateSums: Sendable {
    /// The time between two looks, and the time for which nothing late may come before it begins.
    private static let pause = Duration.seconds(30)
    /// The looks after which it begins although more is coming, and after which it tries again: an hour's.
    private static let mostLooks = 120
    /// The times that the ledger's database is waited for, 5 s each: two minutes.
    private static let patience = 24

    private let daemon: Daemon
    private let configuration: Mutex<Configuration>
    private let logger: Logger
    /// Saves the ledger that was made.
    private let save: @Sendable () -> Void
    /// Raised while it cannot be done.
    private let alarm = Mutex(Alarm())

    /// Joins the parts; nothing is looked for yet.
    init(_ daemon: Daemon, _ configuration: Configuration, _ logger: Logger, save: @escaping @Sendable () -> Void) {
        self.daemon = daemon
        self.configuration = Mutex(configuration)
        self.logger = logger
        self.save = save
    }

    /// Uses another configuration from the next look on.
    func change(to configuration: Configuration) { self.configuration.withLock { $0 = configuration } }

    /// Looks until the task is cancelled.
    func run() async {
        var seen: LateReadings?
        var looks = 0
        var rest = 0
        while (try? await EventLoop.main.sleep(for: Self.pause)) != nil {
            rest = max(0, rest - 1)
            guard let late = daemon.intake.late else {
                (seen, looks) = (nil, 0)
                continue
            }
            looks += 1
            guard rest == 0, late == seen || looks >= Self.mostLooks else {
                seen = late
                continue
            }
            await computeAgain(late)
            (seen, looks, rest) = (nil, 0, Self.mostLooks)
        }
    }

    /// Computes the days of the readings again, and says so.
    private func computeAgain(_ late: LateReadings) async {
        let configuration = configuration.withLock { $0 }
        do {
            try await waitUntilStored()
            let client = try InfluxClient(configuration.influx.settings)
            let work = Recomputation(configuration.energy.ledger, client, configuration.places)
            let (first, last) = (work.calendar.date(late.from), work.calendar.date(late.to))
            guard let span = try await work.span(from: first, to: last) else {
                // The database does not keep readings of those days any more: their sums stay as they are.
                return daemon.intake.forgetLate()
            }
            try await work.run(span) { points, _, _ in
                for var point in points {
                    point.isRecord = true
                    daemon.intake.append(point)
                }
                // So that the meters have their turns, and the outputs take what was made.
                try await EventLoop.main.sleep(for: .milliseconds(200))
            }
            try await waitUntilStored()
            try await LedgerOpening(configuration, logger: logger).reopen(daemon.intake, made: late)
            save()
            alarm.withLock { _ = $0.clear() }
            logger.notice(
                "Sums were computed again for readings that came late",
                metadata: ["days": "\(work.words(span))"]
            )
        } catch is CancellationError {
            // The ledger keeps the note for the next start.
        } catch {
            guard alarm.withLock({ $0.raise("\(error)") }) != nil else { return }
            let advice = "it is tried again in an hour; or run: sudo boxenergie rollup"
            logger.warning(
                "Sums cannot be computed again for readings that came late",
                metadata: ["reason": "\(error)", "advice": "\(advice)"]
            )
        }
    }

    /// Waits until the ledger's database has all that was handed over.
    ///
    /// - Throws: a `CommandError` when it does not get there.
    private func waitUntilStored() async throws {
        daemon.ledgersUploader?.batcher.flush()
        for _ in 0..<Self.patience {
            try await EventLoop.main.sleep(for: .seconds(5))
            if daemon.hasStoredAll { return }
        }
        throw CommandError("readings still wait for the database")
    }
}

import Logging
import MeterCore

extension ConfiguredOutput {
    /// What moves the readings to the server.
    ///
    /// Without a spool readings wait in memory, and that is said.
    func planned(precision: Precision = .seconds, logger: Logger) -> PlannedOutput {
        PlannedOutput(
            name,
            configuration: fingerprint,
            flush: queue.flush,
            batcher: Batcher(database: output.database, precision: precision)
        ) { batcher, counts in
            let spool = openSpool(logger)
            return Uploader(
                batcher: batcher,
                outbox: Outbox(spool: spool),
                sink: output.sink,
                deadLetters: spool.map { DeadLetters(path: $0.directory + "/refused.lp") },
                counts: counts,
                logger: logger
            )
        }
    }

    private func openSpool(_ logger: Logger) -> Spool? {
        do throws(BatchStoreError) {
            return try Spool(directory: queue.spoolDirectory, limit: queue.spoolLimit, logger: logger)
        } catch {
            logger.error("Nothing can be put on disk; readings wait in memory only", metadata: ["reason": "\(error)"])
            return nil
        }
    }
}

extension ConfiguredSource {
    /// The source as the daemon runs it.
    func running(
        _ status: SourceStatus,
        _ tags: [(String, String)],
        _ meterClock: MeterClock,
        _ logger: Logger
    ) -> RunningSource {
        RunningSource(
            source,
            context: SourceContext(name: name, tags: tags, logger: logger, status: status, meterClock: meterClock),
            onError: onError,
            configuration: fingerprint
        )
    }
}

/// The program's logger.
func makeLogger(_ level: Logger.Level = .info) -> Logger {
    var logger = Logger(label: "boxenergie") { _ in JournalLogHandler() }
    logger.logLevel = level
    return logger
}

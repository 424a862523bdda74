import Logging
import MeterCore

extension ConfiguredOutput {
    /// What moves the readings to the server.
    func planned(precision: Precision = .seconds, logger: Logger) -> PlannedOutput {
        PlannedOutput(
            name,
            configuration: fingerprint,
            flush: queue.flush,
            batcher: Batcher(database: output.database, precision: precision)
        ) { batcher, counts in
            Uploader(
                batcher: batcher,
                outbox: Outbox { () throws(DiskError) in
                    try Spool(directory: queue.spoolDirectory, limit: queue.spoolLimit, logger: logger)
                },
                sink: output.sink,
                deadLetters: DeadLetters(path: queue.spoolDirectory + "/refused.lp"),
                counts: counts,
                logger: logger
            )
        }
    }
}

extension Configuration {
    /// How long a reading may wait in memory before it is sent, or put on disk.
    var longestWait: Duration { outputs.map(\.queue.flush).max() ?? .zero }
}

extension ConfiguredSource {
    /// The source as the daemon runs it.
    func running(
        _ status: SourceStatus,
        _ tags: [(String, String)],
        _ meterClock: MeterClock,
        _ registers: SourceMemory,
        _ logger: Logger
    ) -> RunningSource {
        RunningSource(
            source,
            context: SourceContext(
                name: name,
                tags: tags,
                logger: logger,
                status: status,
                meterClock: meterClock,
                memory: registers
            ),
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

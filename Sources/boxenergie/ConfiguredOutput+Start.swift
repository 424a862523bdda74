import Logging
import MeterCore

extension ConfiguredOutput {
    /// Opens the spool and puts batcher, outbox and uploader together.
    ///
    /// Without a spool readings wait in memory, and that is said.
    func start(precision: Precision = .seconds, logger: Logger) -> RunningOutput {
        var spool: Spool?
        do throws(BatchStoreError) {
            spool = try Spool(directory: queue.spoolDirectory, limit: queue.spoolLimit, logger: logger)
        } catch {
            logger.error("Nothing can be put on disk; readings wait in memory only", metadata: ["reason": "\(error)"])
        }
        let uploader = Uploader(
            batcher: Batcher(database: output.database, precision: precision),
            outbox: Outbox(spool: spool),
            sink: output.sink,
            deadLetters: spool.map { DeadLetters(path: $0.directory + "/refused.lp") },
            logger: logger
        )
        return RunningOutput(name, uploader, flush: queue.flush)
    }
}

/// The program's logger.
func makeLogger(_ level: Logger.Level = .info) -> Logger {
    var logger = Logger(label: "boxenergie") { _ in JournalLogHandler() }
    logger.logLevel = level
    return logger
}

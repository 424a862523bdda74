import InfluxOutput
import Logging
import MeterCore

/// The writing half of the program: batcher, outbox with its spool, uploader.
struct Pipeline {
    let batcher: Batcher
    let uploader: Uploader

    /// Opens the spool and puts the parts together.
    ///
    /// Without a spool readings wait in memory, and that is said.
    init(_ influx: InfluxSettings, precision: Precision = .seconds, logger: Logger) {
        batcher = Batcher(database: influx.database, precision: precision)
        var spool: Spool?
        do throws(BatchStoreError) {
            spool = try Spool(directory: influx.spoolDirectory, limit: influx.spoolLimit)
        } catch {
            logger.error("Nothing can be put on disk; readings wait in memory only", metadata: ["reason": "\(error)"])
        }
        uploader = Uploader(
            batcher: batcher,
            outbox: Outbox(spool: spool),
            sink: InfluxSink(influx),
            deadLetters: spool.map { DeadLetters(path: $0.directory + "/refused.lp") },
            logger: logger
        )
    }
}

/// The program's logger.
func makeLogger(_ level: Logger.Level = .info) -> Logger {
    var logger = Logger(label: "boxenergie") { _ in JournalLogHandler() }
    logger.logLevel = level
    return logger
}

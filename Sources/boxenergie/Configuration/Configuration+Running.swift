import Logging
import MeterCore
import MeterIO

extension ConfiguredOutput {
    /// The parts that move the readings to this output: batcher, outbox with its spool, and uploader.
    ///
    /// - Parameters:
    ///   - precision: the unit of the times; seconds are enough for meters.
    ///   - audience: the looks at what the box itself serves.
    ///   - hasSpool: false where a running box has the spool's folder: what the server does not take stays in memory.
    ///   - logger: hears of a server that is away or refuses points.
    /// - Returns: a plan, nothing of it open yet; lines refused for ever go to `refused.lp` in the spool's folder.
    func planned(
        precision: Precision = .seconds,
        audience: Audience = Audience(),
        hasSpool: Bool = true,
        logger: Logger
    ) -> PlannedOutput {
        let context = context
        let openSpool = { @Sendable () throws(DiskError) -> any BatchStore in
            try Spool(directory: queue.spoolDirectory, limit: queue.spoolLimit, logger: logger)
        }
        return PlannedOutput(
            name,
            configuration: fingerprint,
            flush: queue.flush,
            audience: audience,
            batcher: Batcher(
                database: output.database,
                precision: precision,
                choice: queue.choice,
                box: queue.namesBox ? context.box : nil
            )
        ) { batcher, counts in
            Uploader(
                batcher: batcher,
                outbox: Outbox(keepsOrder: type(of: output).keepsOrder, spool: hasSpool ? openSpool : nil),
                sink: output.sink(context),
                deadLetters: DeadLetters(path: queue.spoolDirectory + "/refused.lp"),
                longestPause: queue.flush.longestPause,
                sendEvery: queue.sendEvery,
                counts: counts,
                logger: logger
            )
        }
    }
}

extension Configuration {
    /// Longest time that a reading may wait in memory before it is sent or put on disk: the longest `flush` there is.
    var longestWait: Duration { outputs.map(\.queue.flush.longest).max() ?? .zero }
}

extension ConfiguredSource {
    /// The source as the daemon runs it.
    ///
    /// - Parameters:
    ///   - status: its counters, which may count on from an earlier run.
    ///   - tags: the tags of every point.
    ///   - meterClock: set by a source whose meter tells the time.
    ///   - registers: the registers of meters that have none of their own.
    ///   - logger: the program's logger.
    /// - Returns: a source that is not started.
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

/// The program's logger, which writes for systemd's journal; `info` unless another level is given.
func makeLogger(_ level: Logger.Level = .info) -> Logger {
    var logger = Logger(label: "boxenergie") { _ in JournalLogHandler() }
    logger.logLevel = level
    return logger
}

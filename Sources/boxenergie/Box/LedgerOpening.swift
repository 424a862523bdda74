import InfluxOutput
import Logging
import MeterCore
import MeterIO
import MeterNotation

/// Brings the ledger up to date when the program starts: with what it saved, and with what the database has got since.
///
/// The database is the better memory: it has what was read in the last quarter of an hour before a power cut. Where the
/// server is away or the user may not read, the saved memory goes on alone. Where that is lost as well the books begin
/// anew, without the sums of what began before: those are not written before the database was read.
struct LedgerOpening: Sendable {
    /// Number of attempts: a database on the same machine may start after this program, on a Pi by more than a minute.
    private static let patience = 24
    /// Length of the pieces in which raw readings are read, in seconds, so that only some hours are in memory.
    static let piece: Int64 = 6 * 3600
    /// A span of seconds since 1970 in such pieces.
    static func pieces(of span: Range<Int64>) -> [Range<Int64>] {
        stride(from: span.lowerBound, to: span.upperBound, by: Int(piece)).map { $0..<min($0 + piece, span.upperBound) }
    }
    /// Longest span that is computed anew without a memory, in seconds; raw readings are kept for about as long.
    private static let longest: Int64 = 62 * 86_400

    /// Settings of the ledger: place, prices, calendar.
    let settings: Ledger.Settings
    /// Address and user of the database.
    let server: InfluxSettings
    /// Measurements in which each source's readings are.
    let places: RawHistory.Places
    /// Names of the configured meters: no others are waited for.
    let sources: [String]
    /// Hears of what the ledger was made from.
    let logger: Logger
    /// Time between two attempts: with 24 of them it waits for two minutes.
    var pause = Duration.seconds(5)
    /// Time between two attempts while the box works without the sums in the database.
    var longPause = Duration.seconds(60)

    /// Opens the intake's ledger; after two minutes without the server, with the memory that is at hand.
    ///
    /// Without a memory that is good it goes on trying until the database was read.
    ///
    /// - Parameters:
    ///   - intake: takes the ledger.
    ///   - memory: the saved memory; `nil` when there is none.
    ///   - isOutdated: true when the database has better sums than the memory.
    ///   - isStored: true when the database has what was read while it was away.
    /// - Returns: true when the database could be read.
    func open(
        _ intake: Intake,
        _ memory: Ledger.Memory?,
        isOutdated: Bool,
        isStored: @Sendable () -> Bool = { true }
    ) async -> Bool {
        let isLost = isOutdated || (memory?.isPart ?? true) || memory?.newest == nil
        guard await BoxTime.shared.isKnown() else { return false }
        for attempt in 0..<Self.patience {
            do {
                let (ledger, lessons) = try await isLost ? anew(keeping: memory) : upToDate(memory)
                intake.openLedger { current in
                    current = ledger
                    current.keep(sources)
                    return lessons
                }
                return true
            } catch let error as TransferError {
                guard !Task.isCancelled else { return false }
                if attempt == 0 {
                    logger.info("The ledger waits for the database", metadata: ["reason": "\(error)"])
                }
                guard (try? await EventLoop.main.sleep(for: pause)) != nil else { return false }
            } catch {
                say("\(error)", isLost: isLost)
                break
            }
        }
        intake.openLedger { ledger in
            ledger = Ledger(settings, memory: memory)
            ledger.keep(sources)
            if isLost { ledger.loseSums() }
            return []
        }
        return isLost ? await goOnTrying(intake, isStored) : false
    }

    /// Makes the ledger anew as soon as the database can be read.
    ///
    /// - Returns: `false` when the program ends before.
    private func goOnTrying(_ intake: Intake, _ isStored: @Sendable () -> Bool) async -> Bool {
        while (try? await EventLoop.main.sleep(for: longPause)) != nil {
            if isStored(), (try? await reopen(intake)) != nil { return true }
        }
        return false
    }

    /// Makes the ledger anew while the program runs, after the sums in the database were computed once more.
    ///
    /// Readings that come meanwhile wait in the intake and are learned afterwards.
    ///
    /// - Parameters:
    ///   - intake: takes the ledger.
    ///   - made: the late readings whose sums were computed, if it was for them.
    /// - Throws: when the database cannot be read; the ledger then goes on as it was.
    func reopen(_ intake: Intake, made: LateReadings? = nil) async throws {
        guard intake.closeLedger() else {
            throw CommandError("the ledger is not open yet; it waits for the database after the start")
        }
        do {
            let (ledger, lessons) = try await anew(keeping: nil)
            intake.openLedger { current in
                var ledger = ledger
                ledger.takeOver(from: current, made: made)
                ledger.goOn(withTotalsOf: current.memory)
                ledger.keep(sources)
                current = ledger
                return lessons
            }
        } catch {
            intake.openLedger { _ in [] }
            throw error
        }
    }

    /// Logs that the ledger goes on without the database, and what that means for the sums.
    private func say(_ reason: String, isLost: Bool) {
        let consequence =
            isLost
            ? "today's and this month's sums are not written until it can; boxenergie rollup --user writes them"
            : "goes on with what was saved"
        logger.notice(
            "The ledger could not read the database",
            metadata: ["reason": "\(reason)", "so": "\(consequence)"]
        )
    }

    /// The saved memory, and what the database has got since.
    ///
    /// It begins 15 min before the newest reading that the memory has learned.
    private func upToDate(_ memory: Ledger.Memory?) async throws -> (Ledger, [Lesson]) {
        guard let memory, let newest = memory.newest else { return try await anew(keeping: memory) }
        let raw = try history().raw
        guard let extent = try await raw.extent() else { return (Ledger(settings, memory: memory), []) }
        let end = extent.upperBound + 1
        var ledger = Ledger(settings, recomputing: .min ..< .max, memory: memory)
        var lessons: [Lesson] = []
        // Readings still in the spool are not in the database; then the memory is the newer of the two.
        let from = min(end, max(newest - 900, end - Self.longest))
        try await learn(raw, from..<end, &ledger, &lessons) { Subject.isMeter($0, of: sources) }
        ledger.goLive()
        return (ledger, lessons)
    }

    /// Begins with the day of the newest sums in the database, keeping from the memory what people were told.
    private func anew(keeping memory: Ledger.Memory?) async throws -> (Ledger, [Lesson]) {
        let (raw, kept) = try history()
        guard let extent = try await raw.extent() else {
            var ledger = Ledger(settings, memory: memory)
            ledger.haveAllSums()
            return (ledger, [])
        }
        let end = extent.upperBound + 1
        let calendar = settings.calendar
        let last = try await kept.lastQuarter(before: end) ?? extent.lowerBound
        let from = calendar.startOfDay(max(last, end - Self.longest))
        var ledger = Ledger(settings, recomputing: from ..< .max)
        if let memory { ledger.takeOver(from: Ledger(settings, memory: memory)) }
        ledger.preload(month: try await kept.sumOfDays(calendar.startOfMonth(from)..<from), at: from)
        var lessons: [Lesson] = []
        for reading in try await raw.last(before: from) { lessons.append(ledger.learn(reading)) }
        // A meter that has another name since noon counted in the morning.
        try await learn(raw, from..<end, &ledger, &lessons) { _ in true }
        if let memory { ledger.goOn(withTotalsOf: memory) }
        ledger.goLive()
        logger.notice("The ledger was made anew from the database", metadata: ["from": "\(calendar.date(from))"])
        return (ledger, lessons)
    }

    /// Access to the readings and to the ledger's sums in the database.
    ///
    /// - Throws: a `SecretError` when the password cannot be read.
    private func history() throws -> (raw: RawHistory, kept: LedgerHistory) {
        let client = try InfluxClient(server)
        return (RawHistory(client, site: settings.site, places: places), LedgerHistory(client, site: settings.site))
    }

    /// Learns the readings of a span, a piece at a time, and gathers the points that follow from them.
    ///
    /// - Parameters:
    ///   - raw: the readings in the database.
    ///   - span: from and until, in seconds since 1970.
    ///   - ledger: learns.
    ///   - lessons: gets what follows.
    ///   - counts: false for a meter that is to be left out.
    /// - Throws: a `TransferError` when the server does not answer, an `InfluxError` when it refuses.
    private func learn(
        _ raw: RawHistory,
        _ span: Range<Int64>,
        _ ledger: inout Ledger,
        _ lessons: inout [Lesson],
        _ counts: (String) -> Bool
    ) async throws {
        for piece in Self.pieces(of: span) {
            for reading in try await raw.readings(piece) where counts(reading.meter) {
                let lesson = ledger.learn(reading)
                if !lesson.points.isEmpty { lessons.append(lesson) }
            }
        }
    }
}

extension LedgerOpening {
    /// Takes what it needs from a configuration.
    init(_ configuration: Configuration, logger: Logger) {
        self.init(
            settings: configuration.energy.ledger,
            server: configuration.influx.settings,
            places: configuration.places,
            sources: configuration.sources.map(\.name),
            logger: logger
        )
    }
}

extension Daemon {
    /// The uploader to the database that the ledger reads from; `nil` before it is open.
    var ledgersUploader: Uploader? { outputs.first { $0.name == "influx" }?.uploader }

    /// True when the ledger's database has all that was handed over.
    var hasStoredAll: Bool { ledgersUploader?.outbox.backlog.points ?? 0 == 0 }
}

import InfluxOutput
import Logging
import MeterCore
import MeterIO

/// Brings the ledger up to date when the program starts: with what it saved, and with what the database has got since.
///
/// The database is the better memory: it has what was read in the last quarter of an hour before a power cut. Where the
/// server is away or the user may not read, the saved memory goes on alone; without either the books begin anew.
struct LedgerOpening: Sendable {
    /// A database that is on the same machine may start after this program.
    private static let patience = 24
    private static let pause = Duration.seconds(5)
    /// Raw readings are read in pieces of this length.
    static let piece: Int64 = 6 * 3600
    /// Without a memory no more than so much is computed anew.
    private static let longest: Int64 = 62 * 86_400

    let settings: Ledger.Settings
    let memory: Ledger.Memory?
    let server: InfluxSettings
    let places: RawHistory.Places
    /// The names of the meters there are: what others wrote is not waited for.
    let sources: [String]
    let logger: Logger

    /// Opens the bookkeeper's ledger; ends early, with what is at hand, when the server does not answer for long.
    func open(_ bookkeeper: Bookkeeper) async {
        for attempt in 0..<Self.patience {
            do {
                let ledger = try await upToDate()
                bookkeeper.open { current in
                    current = ledger.0
                    current.keep(sources)
                    return ledger.1
                }
                return
            } catch let error as TransferError {
                guard !Task.isCancelled else { return }
                if attempt == 0 {
                    logger.info("The ledger waits for the database", metadata: ["reason": "\(error)"])
                }
                guard (try? await EventLoop.main.sleep(for: Self.pause)) != nil else { return }
            } catch {
                say("\(error)")
                break
            }
        }
        bookkeeper.open { ledger in
            ledger = Ledger(settings, memory: memory)
            ledger.keep(sources)
            return []
        }
    }

    private func say(_ reason: String) {
        let consequence =
            memory?.newest == nil
            ? "today's and this month's sums begin anew; boxenergie rollup --user can mend them"
            : "goes on with what was saved"
        logger.notice(
            "The ledger could not read the database",
            metadata: ["reason": "\(reason)", "so": "\(consequence)"]
        )
    }

    private func upToDate() async throws -> (Ledger, [Lesson]) {
        let client = try InfluxClient(server)
        let site = settings.tags.first { $0.0 == "site" }?.1
        let raw = RawHistory(client, site: site, places: places)
        guard let extent = try await raw.extent() else { return (Ledger(settings, memory: memory), []) }
        let end = extent.upperBound + 1
        var lessons: [Lesson] = []
        if let memory, let newest = memory.newest {
            var ledger = Ledger(settings, recomputing: .min ..< .max, memory: memory)
            // What is still in the spool is not there; then the memory is the newer of the two.
            let from = min(end, max(newest - 900, end - Self.longest))
            try await learn(raw, from..<end, &ledger, &lessons)
            ledger.goLive()
            return (ledger, lessons)
        }
        let kept = LedgerHistory(client, site: site)
        let calendar = settings.calendar
        let last = try await kept.lastQuarter(before: end) ?? extent.lowerBound
        let from = calendar.startOfDay(max(last, end - Self.longest))
        var ledger = Ledger(settings, recomputing: from ..< .max)
        ledger.preload(month: try await kept.sumOfDays(calendar.startOfMonth(from)..<from), at: from)
        for reading in try await raw.last(before: from) where Meaning.isSource(reading.meaning.source, of: sources) {
            lessons.append(ledger.learn(reading))
        }
        try await learn(raw, from..<end, &ledger, &lessons)
        ledger.goLive()
        logger.notice("The ledger was made anew from the database", metadata: ["from": "\(calendar.date(from))"])
        return (ledger, lessons)
    }

    private func learn(
        _ raw: RawHistory,
        _ span: Range<Int64>,
        _ ledger: inout Ledger,
        _ lessons: inout [Lesson]
    ) async throws {
        for start in stride(from: span.lowerBound, to: span.upperBound, by: Int(Self.piece)) {
            let piece = start..<min(start + Self.piece, span.upperBound)
            for reading in try await raw.readings(piece) where Meaning.isSource(reading.meaning.source, of: sources) {
                let lesson = ledger.learn(reading)
                if !lesson.points.isEmpty { lessons.append(lesson) }
            }
        }
    }
}

extension Ledger {
    /// Takes a reading that comes from a database.
    mutating func learn(_ reading: RawHistory.Reading) -> Lesson {
        learn(reading.meaning, at: Timestamp(seconds: reading.time))
    }
}

import FoundationEssentials
import Glibc
import Logging
import MeterCore
import MeterIO
import Synchronization

/// What the box remembers over a restart: its counters and the ledger.
///
/// Both are saved together, since one save costs the card two blocks however little it is. Losing the last quarter of an
/// hour does no harm: registers go on from where they were, and the database has the readings.
final class BoxMemory: Sendable {
    private struct Contents: Codable {
        var starts = 0
        var sources: [String: [String: Int]] = [:]
        var outputs: [String: [String: Int]] = [:]
        var clockJumps = 0
        var card = CardWear()
        var ledger: Kept<Ledger.Memory>?
        /// Whether the database has better sums than the ledger that was saved.
        var isOutdated: Bool?
    }

    /// What another version of the program may have saved in another shape: then it is not there, and the rest is.
    private struct Kept<Value: Codable & Sendable>: Codable, Sendable {
        var value: Value?

        init(_ value: Value) { self.value = value }

        init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }

        func encode(to encoder: any Encoder) throws { try value?.encode(to: encoder) }
    }

    /// How often the clock had jumped before this start.
    let clockJumps: Int
    private let contents: Mutex<Contents>
    private let alarm = Mutex(Alarm())
    private let file: StateFile
    private let logger: Logger

    /// Remembers what an earlier run saved in a folder.
    init(_ folder: String, logger: Logger) {
        // The file in it says what is wrong.
        try? Folder(folder).make()
        let file = StateFile(Self.path(folder))
        var contents = Self.contents(file) ?? Contents()
        contents.starts += 1
        clockJumps = contents.clockJumps
        self.contents = Mutex(contents)
        self.file = file
        self.logger = logger
    }

    private static func path(_ folder: String) -> String { folder + "/counters" }

    private static func contents(_ file: StateFile) -> Contents? {
        file.text.flatMap { try? JSONDecoder().decode(Contents.self, from: Data($0)) }
    }

    /// Notes for the next start that the database has better sums than the ledger that was saved, if one was.
    ///
    /// Only while no daemon runs with this folder.
    ///
    /// - Throws: when this user may not change what was saved, or it cannot be written.
    static func outdate(_ folder: String) throws {
        let path = path(folder)
        if let problem = DiskFile.problem(changing: path) {
            if problem.code == ENOENT { return }
            throw problem
        }
        let file = StateFile(path)
        guard var contents = contents(file), contents.ledger != nil else { return }
        contents.isOutdated = true
        try file.save([UInt8](JSONEncoder().encode(contents)))
    }

    /// How often the program was started.
    var starts: Int { contents.withLock { $0.starts } }

    /// What the source of a name has counted.
    func source(_ name: String) -> SourceStatus.Snapshot {
        var snapshot = SourceStatus.Snapshot()
        snapshot.totals = contents.withLock { $0.sources[name] } ?? [:]
        return snapshot
    }

    /// What the output of a name has counted.
    func output(_ name: String) -> Uploader.Counts {
        var counts = Uploader.Counts()
        counts.totals = contents.withLock { $0.outputs[name] } ?? [:]
        return counts
    }

    /// Notes what the kernel says of the card.
    func noteCard(_ bytes: Int64, boot: String, day: String) -> CardWear {
        contents.withLock { contents in
            contents.card.note(bytes, boot: boot, day: day)
            return contents.card
        }
    }

    /// The ledger as it was saved.
    var ledger: Ledger.Memory? { contents.withLock { $0.ledger?.value } }

    /// Whether the database has better sums than the ledger that was saved; `ledgerIsGood` ends that.
    var isOutdated: Bool { contents.withLock { $0.isOutdated ?? false } }

    func ledgerIsGood() { contents.withLock { $0.isOutdated = nil } }

    /// Notes the ledger, to be saved next time.
    func note(ledger: Ledger.Memory) { contents.withLock { $0.ledger = Kept(ledger) } }

    /// Notes what was counted so far; what is not there any more keeps what it had.
    func note(sources: [(String, SourceStatus.Snapshot)], outputs: [(String, Uploader.Counts)], clockJumps: Int) {
        contents.withLock { contents in
            for (name, snapshot) in sources { contents.sources[name] = snapshot.totals }
            for (name, counts) in outputs { contents.outputs[name] = counts.totals }
            contents.clockJumps = self.clockJumps + clockJumps
        }
    }

    /// Puts everything on disk.
    func save() {
        do {
            let contents = contents.withLock { $0 }
            var text = try JSONEncoder().encode(contents)
            if text.count > StateFile.room {
                // The database can make the ledger anew, the counters it cannot.
                var small = contents
                small.ledger = nil
                text = try JSONEncoder().encode(small)
            }
            try file.save([UInt8](text))
            alarm.withLock { _ = $0.clear() }
        } catch {
            guard alarm.withLock({ $0.raise("\(error)") }) != nil else { return }
            logger.warning("The counters are not saved and will start again at zero", metadata: ["reason": "\(error)"])
        }
    }
}

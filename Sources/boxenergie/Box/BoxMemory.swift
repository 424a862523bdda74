import FoundationEssentials
import Glibc
import Logging
import MeterCore
import MeterIO
import Synchronization

/// The box's memory over a restart: its counters and the ledger.
///
/// Both are saved together, since one save costs the card two blocks however little it is. Losing the last quarter of
/// an hour does no harm: registers go on from where they were, and the database has the readings.
final class BoxMemory: Sendable {
    /// The file's content, as JSON; a member added later must be optional, or an earlier version's file is not read.
    private struct Contents: Codable {
        /// Number of starts of the program, this one included.
        var starts = 0
        /// Counters of each source by its name, as far as they last.
        var sources: [String: [String: Int]] = [:]
        /// Counters of each output by its name, as far as they last.
        var outputs: [String: [String: Int]] = [:]
        /// Number of times that the clock was set while the program ran.
        var clockJumps = 0
        /// Bytes written to the card.
        var card = CardWear()
        /// The ledger's memory; `nil` before the first save, and when another version saved it in another shape.
        var ledger: Kept<Ledger.Memory>?
        /// True when the database has better sums than the ledger that was saved; `nil` for false.
        var isOutdated: Bool?
        /// The time that NTP kept; `nil` when it never did.
        var clock: Clock?
        /// The tag `site` of all points; `nil` before it was noted.
        var site: String?
        /// The last time that it changed; `nil` when it never did.
        var renaming: StatusReport.Renaming?
    }

    /// The time that NTP kept while a machine ran.
    private struct Clock: Codable {
        /// An id that changes with each start of the machine.
        var boot: String
        /// Nanoseconds from that start to 1970.
        var distance: Int64
    }

    /// A value that another version may have saved in another shape: then it is absent, and the rest is read.
    ///
    /// Without it one field more in the ledger would cost all counters.
    private struct Kept<Value: Codable & Sendable>: Codable, Sendable {
        /// The value; `nil` when it could not be read.
        var value: Value?

        init(_ value: Value) { self.value = value }

        init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }

        func encode(to encoder: any Encoder) throws { try value?.encode(to: encoder) }
    }

    /// Number of jumps of the clock before this start.
    let clockJumps: Int
    /// Everything that `save` writes; the lock is held for copies only, never while the disk works.
    private let contents: Mutex<Contents>
    /// Reports a disk that does not take the counters, once and then hourly.
    private let alarm = Mutex(Alarm())
    /// The file `counters`.
    private let file: StateFile
    /// Hears of counters that cannot be saved.
    private let logger: Logger

    /// Reads what an earlier run saved in a folder and counts this start.
    ///
    /// A file that is not there or is damaged is an empty memory; the folder is made when it can be.
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

    /// Path of the file in a folder.
    private static func path(_ folder: String) -> String { folder + "/counters" }

    /// The file's content; `nil` when there is none or it cannot be read.
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

    /// Number of starts of the program, this one included.
    var starts: Int { contents.withLock { $0.starts } }

    /// The counters of the source of a name; zero for an unknown one.
    func source(_ name: String) -> SourceStatus.Snapshot {
        var snapshot = SourceStatus.Snapshot()
        snapshot.totals = contents.withLock { $0.sources[name] } ?? [:]
        return snapshot
    }

    /// The counters of the output of a name; zero for an unknown one.
    func output(_ name: String) -> Uploader.Counts {
        var counts = Uploader.Counts()
        counts.totals = contents.withLock { $0.outputs[name] } ?? [:]
        return counts
    }

    /// Notes the kernel's counter of the card.
    ///
    /// - Parameters:
    ///   - bytes: bytes written since the machine started.
    ///   - boot: an id that changes with each start of the machine.
    ///   - day: a text that changes at midnight, such as `2026-11-29`.
    /// - Returns: the bytes of all time and of today.
    func noteCard(_ bytes: Int64, boot: String, day: String) -> CardWear {
        contents.withLock { contents in
            contents.card.note(bytes, boot: boot, day: day)
            return contents.card
        }
    }

    /// The time that NTP had kept before this start of the program.
    ///
    /// - Parameter boot: the id of the machine's last start.
    /// - Returns: nanoseconds from that start to 1970; `nil` when they were noted in an earlier one, or never.
    func clock(of boot: String) -> Int64? {
        contents.withLock { $0.clock }.flatMap { !boot.isEmpty && $0.boot == boot ? $0.distance : nil }
    }

    /// Notes the time that NTP keeps; `nil` when it has not kept any since the machine's start.
    func note(clock distance: Int64?, boot: String) {
        contents.withLock { $0.clock = distance.map { Clock(boot: boot, distance: $0) } }
    }

    /// Notes the tag `site` of all points.
    ///
    /// - Returns: the change, when it was another one until now.
    func note(site: String, at time: Int64) -> StatusReport.Renaming? {
        contents.withLock { contents in
            let known = contents.site
            contents.site = site
            guard let known, known != site else { return nil }
            contents.renaming = StatusReport.Renaming(from: known, to: site, at: time)
            return contents.renaming
        }
    }

    /// The last change of the tag `site`; `nil` when there was none.
    var renaming: StatusReport.Renaming? { contents.withLock { $0.renaming } }

    /// The ledger as it was saved.
    var ledger: Ledger.Memory? { contents.withLock { $0.ledger?.value } }

    /// True when the database has better sums than the ledger that was saved; `ledgerIsGood` ends that.
    var isOutdated: Bool { contents.withLock { $0.isOutdated ?? false } }

    /// Drops that mark, after the ledger was made anew from the database.
    func ledgerIsGood() { contents.withLock { $0.isOutdated = nil } }

    /// Notes the ledger, to be saved next time.
    func note(ledger: Ledger.Memory) { contents.withLock { $0.ledger = Kept(ledger) } }

    /// Notes what was counted so far; a source or output no longer configured keeps its last counters.
    ///
    /// - Parameters:
    ///   - sources: names of sources with their counters.
    ///   - outputs: names of outputs with their counters.
    ///   - clockJumps: jumps of the clock since this start; those before are added.
    func note(sources: [(String, SourceStatus.Snapshot)], outputs: [(String, Uploader.Counts)], clockJumps: Int) {
        contents.withLock { contents in
            for (name, snapshot) in sources { contents.sources[name] = snapshot.totals }
            for (name, counts) in outputs { contents.outputs[name] = counts.totals }
            contents.clockJumps = self.clockJumps + clockJumps
        }
    }

    /// Writes everything to the disk.
    ///
    /// Too much for the file's fixed place, it is written without the ledger, and that is told. A failure is logged,
    /// once and then hourly, and nothing is thrown: reading goes on with a full or broken disk.
    func save() {
        do {
            let contents = contents.withLock { $0 }
            do {
                try file.save([UInt8](JSONEncoder().encode(contents)))
            } catch let error as DiskError where error.code == EMSGSIZE {
                // The database can make the ledger anew, the counters it cannot.
                var small = contents
                small.ledger = nil
                try file.save([UInt8](JSONEncoder().encode(small)))
                guard alarm.withLock({ $0.raise("large") }) != nil else { return }
                logger.warning(
                    "The ledger is too large to be saved; after a start it is made anew from the database",
                    metadata: ["reason": "\(error)"]
                )
                return
            }
            alarm.withLock { _ = $0.clear() }
        } catch {
            guard alarm.withLock({ $0.raise("\(error)") }) != nil else { return }
            logger.warning("The counters are not saved and will start again at zero", metadata: ["reason": "\(error)"])
        }
    }
}

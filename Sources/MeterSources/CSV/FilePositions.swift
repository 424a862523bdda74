import Glibc
import Logging
import MeterCore
import MeterNotation

/// The positions in the files of a source, kept over restarts.
///
/// A position counts only once the points before it are surely at an output or in the spool, so that a power cut loses
/// nothing: lines that are read twice do no harm. It is saved at most once a minute, in a file of two places.
struct FilePositions {
    /// Maximum number of files remembered, 400; beyond it those not read for longest are forgotten.
    static let most = 400
    /// The time in seconds, 30, that an output may take before waiting points are put on disk.
    private static let margin = 30.0
    /// The minimum time in seconds between two saves.
    private static let pause = 59.0

    /// The positions in one file.
    private struct Entry {
        /// The position whose points are surely stored; the one that is saved.
        var safe: FilePosition?
        /// A position that becomes safe with time.
        var candidate: (position: FilePosition, at: Uptime)?
        /// The position up to which the file was read.
        var latest: FilePosition
        /// The time at which `latest` changed.
        var latestAt: Uptime
        /// The turn in which the file was last read, by which the oldest is found.
        var turn: Int
    }

    /// The entries, by the sum of the file's name.
    private var entries: [UInt64: Entry] = [:]
    /// The number of the last reading of any file.
    private var turn = 0
    /// The text saved last; an equal one is not written again.
    private var saved = ""
    /// The time of the last save; `nil` before the first.
    private var savedAt: Uptime?
    /// The file on disk; `nil` where nothing is kept.
    private let file: StateFile?
    /// Saves it.
    private let errand: DiskErrand

    /// Reads what an earlier run saved.
    ///
    /// - Parameters:
    ///   - path: the file; `nil` where nothing is kept.
    ///   - disk: the thread for its disk; without one a save waits for it.
    init(_ path: String?, on disk: DiskThread? = nil) {
        errand = DiskErrand(disk)
        file = path.map { StateFile($0) }
        saved = String(decoding: file?.text ?? [], as: UTF8.self)
        for line in saved.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 5, let key = UInt64(words[0], radix: 16),
                let position = FilePosition(Array(words[1...]))
            else { continue }
            turn += 1
            entries[key] = Entry(safe: position, latest: position, latestAt: .now, turn: turn)
        }
    }

    /// The key of a name in the memory, which has no names.
    private static func key(_ name: String) -> UInt64 { fingerprint(name.utf8) }

    /// The position up to which a file was read; `nil` when it is not known.
    subscript(name: String) -> FilePosition? { entries[Self.key(name)]?.latest }

    /// The positions of files that have other names now.
    func others(than names: [String]) -> [FilePosition] {
        let keys = Set(names.map(Self.key))
        return entries.filter { !keys.contains($0.key) }.map(\.value.latest)
    }

    /// Notes the position up to which a file was read.
    ///
    /// - Parameters:
    ///   - position: up to which it was read.
    ///   - name: of the file.
    ///   - now: the time of a clock that is never set back.
    mutating func note(_ position: FilePosition, of name: String, at now: Uptime) {
        turn += 1
        var entry = entries[Self.key(name)] ?? Entry(latest: position, latestAt: now, turn: turn)
        entry.turn = turn
        if entry.latest != position { entry.latestAt = now }
        entry.latest = position
        if entry.candidate == nil, entry.safe != position { entry.candidate = (position, now) }
        entries[Self.key(name)] = entry
        if entries.count > Self.most, let oldest = entries.min(by: { $0.value.turn < $1.value.turn }) {
            entries[oldest.key] = nil
        }
    }

    /// Forgets a file whose name another one has now.
    mutating func forget(_ name: String) { entries[Self.key(name)] = nil }

    /// True when everything read of a file is surely at an output or in the spool.
    func isSafe(_ name: String) -> Bool { entries[Self.key(name)].map { $0.safe == $0.latest } ?? true }

    /// Makes positions safe whose points have had time to be stored.
    ///
    /// - Parameters:
    ///   - now: the time of a clock that is never set.
    ///   - wait: the longest time that a reading may wait in memory.
    mutating func ripen(at now: Uptime, wait: Duration) {
        let delivery = max(60, wait / .seconds(1) + Self.margin)
        for (key, entry) in entries {
            guard let candidate = entry.candidate, now.seconds(since: candidate.at) >= delivery else { continue }
            let isAllSafe = now.seconds(since: entry.latestAt) >= delivery
            entries[key]?.safe = isAllSafe ? entry.latest : candidate.position
            entries[key]?.candidate = isAllSafe ? nil : (entry.latest, now)
        }
    }

    /// Saves what counts, unless it was saved within the last minute.
    ///
    /// - Parameters:
    ///   - now: the time of a clock that is never set.
    ///   - isOver: true when the source ends in good order: then all that was read counts, and it is saved now.
    /// - Throws: `DiskError` when the disk did not take them, now or the last time.
    mutating func save(at now: Uptime, isOver: Bool = false) throws(DiskError) {
        try noteFailure()
        guard let file, isOver || savedAt.map({ now.seconds(since: $0) >= Self.pause }) ?? true, !errand.isBusy else {
            return
        }
        let lines = entries.sorted { $0.value.turn < $1.value.turn }.compactMap { key, entry in
            (isOver ? entry.latest : entry.safe).map { "\(String(key, radix: 16)) \($0.text)\n" }
        }
        let text = lines.joined()
        guard text != saved else { return }
        (savedAt, saved) = (now, text)
        errand.perform { () throws(DiskError) in try file.save([UInt8](text.utf8)) }
        try noteFailure()
    }

    private mutating func noteFailure() throws(DiskError) {
        guard let failure = errand.takeFailure() else { return }
        saved = ""
        throw failure
    }
}

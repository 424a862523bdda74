import Logging
import MeterCore
import MeterDocuments
import MeterIO
import MeterNotation

/// Follows the files of a folder: new lines become points, whatever happens to the files.
///
/// A file is known by its contents, not by its name: the bytes before the place where it was last read must still be
/// there. So a renamed file continues, and one that was replaced, cut or sent again begins anew.
struct CSVFollower<Store: FileStore> {
    /// The state of a file that is not remembered over restarts.
    private struct File {
        /// The names of its columns and its delimiter.
        var shape = CSVReader.Shape()
        /// The version up to which everything was read; `nil` before the first time.
        var readVersion: String?
        /// The version at the last look; `nil` when the server tells none.
        var version: String?
        /// The time of the last change of its version, from which `quiet` counts.
        var changedAt = Uptime.now
        /// The beginning and the length in bytes of a last line that was taken without its end.
        var unfinished: (offset: Int, length: Int)?
        /// True while the rest of a line that is too long is passed over.
        var isSkipping = false
    }

    /// The lines taken at once, 200, before other sources have their turn.
    private static var gulp: Int { 200 }
    /// The bytes read at once, 256 KiB.
    private static var chunk: Int { 256 << 10 }
    /// The number of points, 500, after which it pauses for 0.35 s: the outputs must keep up.
    private static var pace: Int { 500 }
    /// The time in seconds, 90, for which a server may list the same minute and size of a file, whatever became of it.
    private static var doubt: Double { 90 }
    /// Maximum number of positions kept of replaced files, 20.
    private static var mostDisplaced: Int { 20 }

    /// The settings of the source.
    private let settings: CSVSettings
    /// The folder with the files.
    private let store: Store
    /// The log, status and memory of the source.
    private let context: SourceContext
    /// Takes the points.
    private let receiver: any PointReceiver
    /// Makes points of lines.
    private var reader: CSVReader
    /// The place where many lines are read.
    private let desk = ReadingDesk()
    /// The positions of the files, over restarts.
    private var positions: FilePositions
    /// The lines that cannot be used.
    private var refusals: LineRefusals
    /// The files of the folder, by name.
    private var files: [String: File] = [:]
    /// The positions of files whose names others have taken; they are looked for under new names.
    private var displaced: [FilePosition] = []
    /// Raised while read files cannot be moved or removed.
    private var putAwayAlarm = Alarm()
    /// Raised while positions cannot be saved.
    private var saveAlarm = Alarm()
    /// Raised while there are more files than positions.
    private var manyAlarm = Alarm()
    /// The points since the last pause.
    private var sincePause = 0
    /// The lines taken since the start.
    private var count = 0

    /// Reads the positions of an earlier run; nothing is kept while values are only looked at.
    init(_ settings: CSVSettings, _ store: Store, _ context: SourceContext, into receiver: any PointReceiver) {
        self.settings = settings
        self.store = store
        self.context = context
        self.receiver = receiver
        reader = CSVReader(settings, context)
        let folder = context.isLooking ? nil : context.memory.map { $0.folder + "/files" }
        // The file in the folder reports the trouble.
        if let folder { try? Folder(folder).make() }
        let isOurs = context.memory?.isOurs ?? false
        let disk = context.memory?.disk
        positions = FilePositions(isOurs ? folder.map { "\($0)/\(context.name)" } : nil, on: disk)
        refusals = LineRefusals(RefusedLines(folder.map { "\($0)/\(context.name).refused" }, on: disk))
    }

    /// Looks once for new files and new lines.
    ///
    /// - Throws: the first error of the folder or of a file; the other files are read all the same.
    mutating func look() async throws {
        defer { refusals.keep(context) }
        var entries = try await store.list(settings.files)
        if entries.count > FilePositions.most {
            if manyAlarm.raise("many") != nil {
                context.logger.warning(
                    "There are too many files; only the newest are read. Let after move or remove them",
                    metadata: ["files": "\(entries.count)", "most": "\(FilePositions.most)"]
                )
            }
            entries.removeFirst(entries.count - FilePositions.most)
        }
        // A person who looks wants to see something at once: the newest file.
        if context.isLooking { entries = Array(entries.suffix(1)) }
        files = files.filter { name, _ in entries.contains { $0.name == name } }
        context.status.update { $0.quality["files"] = entries.count }
        try await lookForReplaced(entries)
        var failure: (any Error)?
        for entry in entries {
            do {
                try await follow(entry, among: entries)
            } catch {
                guard !Task.isCancelled else { throw error }
                // The other files are read all the same.
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        context.status.update { if $0.state != "reading" { $0.state = "reading" } }
    }

    /// Saves the positions when a minute has passed, or `isOver`.
    mutating func save(isOver: Bool = false) {
        positions.ripen(at: .now, wait: context.memory?.longestWait ?? .zero)
        do throws(DiskError) {
            try positions.save(at: .now, isOver: isOver)
            _ = saveAlarm.clear()
        } catch {
            guard saveAlarm.raise("\(error)") != nil else { return }
            context.logger.warning(
                "How far the files were read is not saved; lines will be read again",
                metadata: ["reason": "\(error)"]
            )
        }
    }

    // MARK: - One file

    /// Finds files whose names others have taken, before any is read: they may be there under new names.
    private mutating func lookForReplaced(_ entries: [FileEntry]) async throws {
        displaced = displaced.suffix(Self.mostDisplaced)
        for entry in entries where !isSurelyTheSame(entry) {
            guard let position = positions[entry.name], try await !holds(entry, position) else { continue }
            displaced.append(position)
            positions.forget(entry.name)
            files[entry.name] = nil
            context.logger.info(
                "A file was replaced; it is read from its beginning",
                metadata: ["file": "\(FileName.shown(entry.name))"]
            )
        }
    }

    /// True when a file needs no look at its contents: its version is the one read, and versions can be trusted.
    private func isSurelyTheSame(_ entry: FileEntry) -> Bool {
        guard let version = entry.version, let file = files[entry.name], version == file.readVersion else {
            return false
        }
        return store.hasExactVersions || Uptime.now.seconds(since: file.changedAt) > Self.doubt
    }

    /// Reads a changed file, and puts it away when it is complete.
    private mutating func follow(_ entry: FileEntry, among entries: [FileEntry]) async throws {
        var file = files[entry.name] ?? File()
        let isChanged = entry.version == nil || entry.version != file.version
        if isChanged, file.version != nil || files[entry.name] == nil { file.changedAt = .now }
        file.version = entry.version
        files[entry.name] = file
        let isQuiet = Uptime.now.seconds(since: file.changedAt) >= settings.quiet
        if entry.version == nil || file.readVersion != entry.version || isQuiet && hasRest(entry) {
            try await readOn(entry, among: entries, isQuiet: isQuiet)
        }
        if isQuiet, !context.isLooking { await putAway(entry) }
    }

    /// True when bytes behind the last whole line were not taken yet.
    private func hasRest(_ entry: FileEntry) -> Bool {
        guard let size = entry.size, let position = positions[entry.name] else { return false }
        let taken = files[entry.name]?.unfinished.map { $0.offset + $0.length } ?? position.offset
        return size > max(taken, position.offset)
    }

    /// Reads a file from its position to its end, a chunk at a time; the overlap of 256 bytes shows that it is still
    /// the same.
    ///
    /// - Parameters:
    ///   - entry: the file, as it was listed.
    ///   - entries: all files of the folder, since the file may be another one under a new name.
    ///   - isQuiet: true when a last line without its end counts.
    /// - Throws: `FileStoreError` for UTF-16 or wrong column names, or an error of the folder.
    private mutating func readOn(_ entry: FileEntry, among entries: [FileEntry], isQuiet: Bool) async throws {
        var position = try await start(entry, among: entries)
        var file = files[entry.name] ?? File()
        defer { files[entry.name] = file }
        var isAtEnd = false
        while !isAtEnd {
            try Task.checkCancellation()
            context.status.beat()
            let overlap = min(FilePosition.tailLength, position.offset)
            let from = position.offset - overlap
            let bytes = try await store.read(entry.name, from..<(position.offset + Self.chunk)) ?? []
            guard bytes.count >= overlap, overlap == 0 || fingerprint(bytes.prefix(overlap)) == position.tail
            else {
                // Replaced while it was read: the next look finds out whether it is still there, under another name.
                file = File()
                return
            }
            let fresh = bytes[overlap...]
            isAtEnd = fresh.count < Self.chunk
            if position.offset == 0, fresh.starts(with: [0xFF, 0xFE]) || fresh.starts(with: [0xFE, 0xFF]) {
                throw FileStoreError(
                    "\(FileName.shown(entry.name)) is UTF-16, which is not read here; let it be written as UTF-8"
                )
            }
            if position.offset > 0, file.shape.delimiter == nil { try await learnShape(entry.name, &file.shape) }
            var rest = fresh
            while case let lines = rest.popLines(atMost: Self.gulp), !lines.isEmpty {
                try await take(lines, entry.name, &position, &file, isWhole: true) { position, line in
                    position.offset += line.count + 1
                    position.tail = fingerprint(bytes[...line.endIndex].suffix(FilePosition.tailLength))
                }
                await Task.yield()
            }
            if file.isSkipping || rest.count > CSVReader.longestLine {
                // No line of values is so long: what is left of it is passed over.
                if !file.isSkipping {
                    refusals.add(rest, position.lines + 1, of: entry.name, in: store.name, "it is too long", context)
                }
                file.isSkipping = true
                position.offset += rest.count
                position.tail = fingerprint(bytes.suffix(FilePosition.tailLength))
                note(position, entry.name)
            } else if isAtEnd, isQuiet, !rest.isEmpty {
                var unfinished = position
                try await take([rest], entry.name, &unfinished, &file, isWhole: false)
                file.unfinished = (position.offset, rest.count)
            }
        }
        file.readVersion = entry.version
        updateStatus()
    }

    /// Remembers the position in a file.
    private mutating func note(_ position: FilePosition, _ name: String) {
        positions.note(position, of: name, at: .now)
    }

    /// The position to continue from: that of its name, else of a file with the same contents, else the beginning.
    private mutating func start(_ entry: FileEntry, among entries: [FileEntry]) async throws -> FilePosition {
        if let position = positions[entry.name] { return position }
        // One that was read a little is known by all that was read, so that what is passed over was read already.
        let known = displaced + positions.others(than: entries.map(\.name))
        for position in known.sorted(by: { $0.offset > $1.offset }) where position.offset > 0 {
            guard try await holds(entry, position) else { continue }
            displaced.removeAll { $0 == position }
            note(position, entry.name)
            return position
        }
        if context.isLooking, let size = entry.size, size > 8192 { return try await nearEnd(entry.name, size) }
        return FilePosition()
    }

    /// The beginning of a line within the last 8 KiB of a file.
    private func nearEnd(_ name: String, _ size: Int) async throws -> FilePosition {
        let from = size - 8192
        let bytes = try await store.read(name, from..<size) ?? []
        var position = FilePosition()
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end >= FilePosition.tailLength else {
            return position
        }
        position.offset = from + end + 1
        position.tail = fingerprint(bytes[...end].suffix(FilePosition.tailLength))
        return position
    }

    /// True when the bytes before a position in a file are those that were read there.
    private func holds(_ entry: FileEntry, _ position: FilePosition) async throws -> Bool {
        if let size = entry.size, size < position.offset { return false }
        let length = min(FilePosition.tailLength, position.offset)
        guard length > 0 else { return true }
        let bytes = try await store.read(entry.name, (position.offset - length)..<position.offset)
        return bytes.map { $0.count == length && fingerprint($0) == position.tail } ?? false
    }

    /// Reads the names of the columns from the beginning of a file that is continued.
    private func learnShape(_ name: String, _ shape: inout CSVReader.Shape) async throws {
        let bytes = try await store.read(name, 0..<CSVReader.longestLine) ?? []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            do throws(UnreadableLine) {
                guard try reader.learn(Array(line), number: index + 1, &shape) else { return }
            } catch {
                throw wrong(name, index + 1, error)
            }
        }
    }

    /// The error about a whole file for one about a line of it, counted from 1.
    private func wrong(_ name: String, _ number: Int, _ error: UnreadableLine) -> FileStoreError {
        FileStoreError("\(FileName.shown(name)):\(number): \(error.reason)")
    }

    /// Takes lines, and moves the position behind each.
    ///
    /// - Parameters:
    ///   - lines: without their line feeds.
    ///   - name: of the file.
    ///   - position: before the first line.
    ///   - file: the state of the file.
    ///   - isWhole: true when the ends of the lines were seen.
    ///   - move: moves the position over the bytes of a line; without it the position is not remembered.
    /// - Throws: `FileStoreError` when the names of the columns are wrong, `CancellationError`.
    private mutating func take(
        _ lines: [ArraySlice<UInt8>],
        _ name: String,
        _ position: inout FilePosition,
        _ file: inout File,
        isWhole: Bool,
        _ move: ((inout FilePosition, ArraySlice<UInt8>) -> Void)? = nil
    ) async throws {
        var lines = lines[...]
        if file.isSkipping, let end = lines.popFirst() {
            file.isSkipping = !isWhole
            position.lines += 1
            move?(&position, end)
            if move != nil { note(position, name) }
        }
        guard let first = lines.first, let last = lines.last else { return }
        let (all, number, date) = (Array(lines), position.lines + 1, position.last)
        let present = BoxTime.shared.present
        var state = (reader: reader, shape: file.shape)
        let read = try await desk.read(last.endIndex - first.startIndex, by: &state) { state in
            state.reader.take(all, number: number, &state.shape, after: date, isWhole: isWhole, at: present)
        }
        (reader, file.shape) = state
        for (line, outcome) in zip(lines, read.outcomes) {
            try await take(outcome, of: line, name, &position)
            position.lines += 1
            move?(&position, line)
            if move != nil { note(position, name) }
        }
        if let failure = read.failure { throw wrong(name, position.lines + 1, failure) }
    }

    /// Hands over what a line gave, and moves the position's date.
    private mutating func take(
        _ outcome: CSVReader.Outcome,
        of bytes: ArraySlice<UInt8>,
        _ name: String,
        _ position: inout FilePosition
    ) async throws {
        let number = position.lines + 1
        switch outcome {
        case .nothing: break
        case .refused(let reason): refusals.add(bytes, number, of: name, in: store.name, reason, context)
        case .points(let points, let date, let problems, let held):
            position.last = date.nanoseconds
            count += 1
            context.status.didRead(at: .now(), held: held)
            for point in points { receiver.append(point) }
            if !problems.isEmpty {
                refusals.add(bytes, number, of: name, in: store.name, problems.joined(separator: "; "), context)
            }
            sincePause += points.count
            if sincePause >= Self.pace {
                sincePause = 0
                updateStatus()
                try await EventLoop.main.sleep(for: .milliseconds(350))
            }
        }
    }

    /// Puts the counts of lines into the status.
    private func updateStatus() {
        let (count, refused) = (count, refusals.count)
        context.status.update { status in
            status.quality["lines"] = count
            status.quality["refused"] = refused
        }
    }

    // MARK: - Files that are complete

    /// Moves or removes a file that is complete and read, once its points are surely stored.
    ///
    /// A failure is logged, and tried again with the next look.
    private mutating func putAway(_ entry: FileEntry) async {
        guard settings.after != .keep, let file = files[entry.name], let position = positions[entry.name] else {
            return
        }
        let end = file.unfinished.map { $0.offset + $0.length } ?? position.offset
        positions.ripen(at: .now, wait: context.memory?.longestWait ?? .zero)
        let isRead = entry.size.map { end >= $0 } ?? true
        guard isRead, file.readVersion == entry.version, positions.isSafe(entry.name) else { return }
        do {
            if settings.after == .move {
                try await store.move(entry.name, to: settings.done)
            } else {
                try await store.remove(entry.name)
            }
            positions.forget(entry.name)
            files[entry.name] = nil
            if putAwayAlarm.clear() { context.logger.info("Files that were read are put away again") }
        } catch {
            guard putAwayAlarm.raise("\(error)") != nil else { return }
            context.logger.warning("A file that was read stays where it is", metadata: ["reason": "\(error)"])
        }
    }
}

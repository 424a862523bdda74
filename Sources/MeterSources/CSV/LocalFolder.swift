import Glibc
import MeterCore
import MeterIO

/// A folder of this machine.
///
/// On a thread of its own: a network folder whose server is away blocks each call. Links are not followed: whoever
/// may put files there could show us any other one.
actor LocalFolder: FileStore {
    /// The folder's path.
    nonisolated let name: String
    /// The inode, the size and the time of change tell each change.
    nonisolated let hasExactVersions = true
    /// The thread, on which all of the actor's calls run.
    private let thread: ThreadExecutor
    /// Runs the actor on its own thread.
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Names the folder; nothing is read yet.
    init(_ path: String, thread: ThreadExecutor) {
        name = path
        self.thread = thread
    }

    /// Begins to watch the folder; `nil` where that is not possible, as on some network folders.
    func watch() -> FolderWatch? { try? FolderWatch(name) }

    /// The plain files, oldest first, also with names in Latin-1; hidden ones only for a pattern that begins with a dot.
    func list(_ pattern: String) throws -> [FileEntry] {
        var found: [(time: Int64, entry: FileEntry)] = []
        for file in try Folder(name).names() where fnmatch(pattern, FileName.shown(file), FNM_PERIOD) == 0 {
            guard let status = FileStatus("\(name)/\(file)", followingLinks: false), status.kind == .file else {
                continue
            }
            let version = "\(status.inode) \(status.size) \(status.modified)"
            found.append((status.modified, FileEntry(name: file, size: status.size, version: version)))
        }
        return found.sorted { ($0.time, $0.entry.name) < ($1.time, $1.entry.name) }.map(\.entry)
    }

    /// Reads a piece of a file; a named pipe does not block.
    func read(_ file: String, _ range: Range<Int>) throws -> [UInt8]? {
        let file = try OpenFile("\(name)/\(file)", [.reading, .withoutLinks, .withoutWaiting])
        let size = try file.status().size
        guard size >= range.lowerBound else { return nil }
        return try file.read(min(range.count, size - range.lowerBound), at: range.lowerBound)
    }

    /// Moves a file, and makes the folder when it is missing; a name that is taken gets a number, `log.csv.2`.
    func move(_ file: String, to folder: String) throws {
        // A folder that cannot be made is reported by the move.
        try? Folder(folder).make()
        // Within the folder a device can make what it likes, a link to our own files included.
        if folder.hasPrefix(name + "/") { _ = try OpenFile(folder, [.reading, .folder, .withoutLinks]) }
        // A file of the same name that is there already stays.
        var target = "\(folder)/\(file)"
        var number = 1
        while DiskFile.isThere(target) {
            number += 1
            target = "\(folder)/\(file).\(number)"
        }
        try DiskFile.move("\(name)/\(file)", to: target)
    }

    /// Removes a file.
    func remove(_ file: String) throws { try DiskFile.remove("\(name)/\(file)") }
}

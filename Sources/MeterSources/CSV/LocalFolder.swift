import Glibc
import MeterCore
import MeterIO

/// A folder of this machine.
///
/// On a thread of its own: a network folder whose server is away makes each call wait. Links are not followed: whoever
/// may put files there could show us any other one.
actor LocalFolder: FileStore {
    nonisolated let name: String
    nonisolated let hasExactVersions = true
    private let thread: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ path: String, thread: ThreadExecutor) {
        name = path
        self.thread = thread
    }

    /// Begins to watch it, if that is possible.
    func watch() -> FolderWatch? { try? FolderWatch(name) }

    func list(_ pattern: String) throws -> [FileEntry] {
        guard let folder = opendir(name) else { throw failure("read", name) }
        defer { closedir(folder) }
        var found: [(time: Int64, entry: FileEntry)] = []
        while let item = readdir(folder) {
            let file = withUnsafePointer(to: &item.pointee.d_name) { place in
                place.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            guard fnmatch(pattern, file, FNM_PERIOD) == 0, lstat("\(name)/\(file)", &status) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { continue }
            let time = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
            let version = "\(status.st_ino) \(status.st_size) \(time)"
            found.append((time, FileEntry(name: file, size: Int(status.st_size), version: version)))
        }
        return found.sorted { ($0.time, $0.entry.name) < ($1.time, $1.entry.name) }.map(\.entry)
    }

    func read(_ file: String, _ range: Range<Int>) throws -> [UInt8]? {
        let path = "\(name)/\(file)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
        guard status.st_size >= range.lowerBound else { return nil }
        var bytes = [UInt8](repeating: 0, count: min(range.count, max(0, Int(status.st_size) - range.lowerBound)))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map {
                    pread(descriptor, $0 + done, buffer.count - done, off_t(range.lowerBound + done))
                }
                    ?? -1
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            if count == 0 { break }
            done += count
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }

    func move(_ file: String, to folder: String) throws {
        mkdir(folder, 0o755)
        // Within the folder a device can make what it likes, a link to our own files included.
        if folder.hasPrefix(name + "/") {
            let place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            guard place >= 0 else { throw failure("move", "\(name)/\(file) to \(folder)") }
            close(place)
        }
        // A file of the same name that is there already stays.
        var target = "\(folder)/\(file)"
        var number = 1
        while access(target, F_OK) == 0 {
            number += 1
            target = "\(folder)/\(file).\(number)"
        }
        guard rename("\(name)/\(file)", target) == 0 else { throw failure("move", "\(name)/\(file) to \(folder)") }
    }

    func remove(_ file: String) throws {
        guard unlink("\(name)/\(file)") == 0 else { throw failure("remove", "\(name)/\(file)") }
    }

    private func failure(_ verb: String, _ subject: String) -> FileStoreError {
        let code = errno
        let advice =
            switch code {
            case ENOENT, ENOTDIR: "; make the folder, or correct its name in the configuration"
            case EACCES, EPERM: "; the user that runs boxenergie must be allowed to"
            case EXDEV: "; the folder must be on the same disk"
            case ELOOP: "; it is a link, which is not followed"
            default: ""
            }
        return FileStoreError("cannot \(verb) \(subject): \(String(cString: strerror(code)))\(advice)")
    }
}

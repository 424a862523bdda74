public import Glibc

/// A folder: what is in it, and how it is made.
public struct Folder: Sendable, Hashable {
    /// The folder's path; empty means the current one.
    public let path: String

    public init(_ path: String) { self.path = path }

    /// The one that a file is in; empty for a bare name.
    public init(of file: String) { path = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) }

    /// The names in it, sorted, besides `.` and `..`.
    ///
    /// - Throws: `DiskError` when it cannot be read.
    public func names() throws(DiskError) -> [String] {
        guard let folder = opendir(path) else { throw DiskError(path, .list, errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { start in
                    FileName.text(UnsafeBufferPointer(start: start, count: 256).prefix { $0 != 0 })
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw DiskError(path, .list, errno) }
        return names.sorted()
    }

    /// The names in it, sorted, besides those that begin with a dot; none when it cannot be read.
    public var visibleNames: [String] { ((try? names()) ?? []).filter { !$0.hasPrefix(".") } }

    /// Makes it, unless it is there; what root makes in another user's folder is that user's.
    ///
    /// - Parameter mode: the permissions of one that is made, less the process's mask.
    /// - Throws: `DiskError`; a folder that is there is no error.
    public func make(mode: mode_t = 0o755) throws(DiskError) {
        let code = try OwnerRights.using(at: path) { _ in mkdir(path, mode) == 0 ? 0 : errno }
        guard code == 0 || code == EEXIST else { throw DiskError(path, .make, code) }
    }

    /// Makes it and those above it, unless they are there.
    ///
    /// - Parameter mode: the permissions of the last one; those above may be read by everybody.
    /// - Throws: `DiskError`; folders that are there are no error.
    public func makeWithParents(mode: mode_t = 0o755) throws(DiskError) {
        for (index, character) in path.utf8.enumerated().dropFirst() where character == UInt8(ascii: "/") {
            // The next one says what is wrong.
            try? Folder(String(decoding: path.utf8.prefix(index), as: UTF8.self)).make()
        }
        try make(mode: mode)
    }

    /// Makes the names of its files durable: a new file survives a power cut only after this.
    public func saveNames() throws(DiskError) {
        try OpenFile(path, [.reading, .folder]).save()
    }
}

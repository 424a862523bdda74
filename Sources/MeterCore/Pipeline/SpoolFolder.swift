import Glibc

/// The folder of a spool and the names in it.
struct SpoolFolder {
    static let suffix = ".spool"
    static let badSuffix = ".bad"

    let path: String

    /// Makes the folder, and those above it, when it is not there.
    init(making path: String) throws(DiskError) {
        self.path = path
        for (index, character) in path.utf8.enumerated().dropFirst() where character == UInt8(ascii: "/") {
            Self.make(String(decoding: path.utf8.prefix(index), as: UTF8.self), 0o755)
        }
        guard Self.make(path, 0o750) else { throw DiskError(path, .make, errno) }
    }

    @discardableResult
    private static func make(_ path: String, _ mode: mode_t) -> Bool {
        guard mkdir(path, mode) == 0 else { return errno == EEXIST }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        giveToOwner(of: path + "/..", descriptor)
        return true
    }

    /// A folder that is there, or is empty.
    init(_ path: String) { self.path = path }

    var exists: Bool { access(path, F_OK) == 0 }

    /// Keeps other programs out, which would spoil it.
    ///
    /// - Returns: a descriptor; the folder is ours until it is closed.
    func lock() throws(DiskError) -> CInt {
        let file = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw DiskError("\(path)/lock", .open, errno) }
        giveToOwner(of: path, file)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw DiskError(path, .lock, EWOULDBLOCK, reason: "another boxenergie uses the spool folder")
        }
        return file
    }

    /// The path of a segment's file.
    func segment(_ number: Int) -> String {
        let digits = String(number)
        return "\(path)/" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + Self.suffix
    }

    /// The segments in their order.
    ///
    /// Anything else in the folder is not ours.
    func segments() throws(DiskError) -> [(number: Int, path: String)] {
        try names(Self.suffix).compactMap { name in
            let digits = name.dropLast(Self.suffix.count)
            guard digits.count == 10, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return Int(digits).map { ($0, "\(path)/\(name)") }
        }
    }

    /// What was set aside, and its bytes.
    func setAside() throws(DiskError) -> [(path: String, size: Int)] {
        try names(Self.badSuffix).map { name in
            var status = stat()
            return ("\(path)/\(name)", stat("\(path)/\(name)", &status) == 0 ? Int(status.st_size) : 0)
        }
    }

    private func names(_ suffix: String) throws(DiskError) -> [String] {
        guard let folder = opendir(path) else { throw DiskError(path, .read, errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(suffix) { names.append(name) }
        }
        return names.sorted()
    }
}

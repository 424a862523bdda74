import MeterNotation

/// The folder of a spool and the names in it.
struct SpoolFolder {
    /// The end of a segment's name.
    static let suffix = ".spool"
    /// The end behind the segment's name for damage that was set aside.
    static let badSuffix = ".bad"
    /// The end behind the segment's name for the file that is about to take its place.
    static let nextSuffix = ".next"

    let path: String

    /// Makes the folder, and those above it, when it is not there.
    init(making path: String) throws(DiskError) {
        self.path = path
        try Folder(path).makeWithParents(mode: 0o750)
    }

    /// A folder that is there, or is empty.
    init(_ path: String) { self.path = path }

    /// True when the folder is there.
    var exists: Bool { DiskFile.isThere(path) }

    /// Keeps other programs out, which would spoil it.
    ///
    /// - Returns: a file; the folder is ours until it is closed.
    func lock() throws(DiskError) -> OpenFile {
        let file = try OpenFile(ofOwner: "\(path)/lock", [.both, .creating])
        do throws(DiskError) {
            try file.lock()
        } catch {
            throw DiskError(path, .lock, error.code, reason: said("another boxenergie uses the spool folder"))
        }
        return file
    }

    /// The path of a segment's file.
    func segment(_ number: Int) -> String {
        "\(path)/\(number.digits(10))\(Self.suffix)"
    }

    /// The segments in their order.
    ///
    /// Anything else in the folder is not ours.
    func segments() throws(DiskError) -> [(number: Int, path: String)] {
        try names(Self.suffix).compactMap { name in
            let digits = name.dropLast(Self.suffix.count)
            guard digits.count == 10, digits.utf8.allSatisfy({ $0.isDigit }) else { return nil }
            return Int(digits).map { ($0, "\(path)/\(name)") }
        }
    }

    /// The files with damage that was set aside, and their bytes.
    func setAside() throws(DiskError) -> [(path: String, size: Int)] {
        try names(Self.badSuffix).map { name in
            ("\(path)/\(name)", FileStatus("\(path)/\(name)")?.size ?? 0)
        }
    }

    /// Removes files that a power cut kept from taking the place of a segment.
    func removeUnfinished() throws(DiskError) {
        for name in try names(Self.suffix + Self.nextSuffix) { try? DiskFile.remove("\(path)/\(name)") }
    }

    private func names(_ suffix: String) throws(DiskError) -> [String] {
        let names = try OwnerRights.using(at: "\(path)/lock") { _ throws(DiskError) in try Folder(path).names() }
        return names.filter { $0.hasSuffix(suffix) }
    }
}

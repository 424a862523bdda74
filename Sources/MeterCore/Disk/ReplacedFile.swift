public import Glibc

/// A small file that is written anew as a whole: a power cut leaves the old one or the new one.
public struct ReplacedFile: Sendable {
    private let path: String

    /// Names the file, in a folder that is there.
    public init(_ path: String) { self.path = path }

    /// Writes it; it is on the disk when this returns.
    ///
    /// - Parameters:
    ///   - bytes: all of it.
    ///   - mode: its permissions, less the process's mask.
    /// - Throws: `DiskError`; then the old one is there.
    public func write(_ bytes: [UInt8], mode: mode_t = 0o640) throws(DiskError) {
        let next = path + ".new"
        try? DiskFile.remove(next)
        let file = try OpenFile(ofOwner: next, [.writing, .creatingAnew], mode: mode)
        try file.write(bytes)
        try file.save()
        try DiskFile.move(next, to: path)
        try Folder(of: path).saveNames()
    }

    /// Writes it anew under the owner, the group and the permissions that it has.
    ///
    /// - Parameter bytes: all of it.
    /// - Throws: `DiskError`; then the old one is there.
    public func rewrite(_ bytes: [UInt8]) throws(DiskError) {
        let next = path + ".new"
        try? DiskFile.remove(next)
        let file = try OpenFile(ofOwner: next, [.writing, .creatingAnew], mode: 0o600)
        try file.write(bytes)
        if let before = FileStatus(path) { try file.give(as: before) }
        try file.save()
        try DiskFile.move(next, to: path)
        try Folder(of: path).saveNames()
    }
}

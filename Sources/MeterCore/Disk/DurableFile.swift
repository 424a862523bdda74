/// A file whose contents are on the disk when a call returns.
///
/// Root uses it with the rights of its folder's owner.
struct DurableFile: Sendable {
    /// The file, which need not exist yet.
    let path: String

    init(_ path: String) { self.path = path }

    /// Writes bytes over what is there.
    ///
    /// - Parameters:
    ///   - bytes: the new bytes.
    ///   - offset: the place of the first byte.
    ///   - creating: make the file when it does not exist.
    /// - Throws: `DiskError`, whose sentence says what to do.
    func write(_ bytes: [UInt8], at offset: Int, creating: Bool = false) throws(DiskError) {
        let file = try OpenFile(ofOwner: path, creating ? [.writing, .creating] : .writing)
        try file.write(bytes, at: offset)
        try file.saveContents()
    }

    /// Writes bytes behind what is there, all of them or none; makes the file when it does not exist.
    ///
    /// - Throws: `DiskError`; then the file has its old length.
    func append(_ bytes: [UInt8]) throws(DiskError) {
        let file = try OpenFile(ofOwner: path, [.writing, .appending])
        let size = try file.status().size
        do throws(DiskError) {
            try file.write(bytes)
            try file.saveContents()
        } catch {
            file.cut(to: size)
            throw error
        }
    }

    /// Makes the name of a new file durable.
    func saveName() throws(DiskError) { try Folder(of: path).saveNames() }

    /// The whole file.
    func read() throws(DiskError) -> [UInt8] {
        let file = try OpenFile(ofOwner: path, .reading)
        return try file.read(file.status().size)
    }

    /// A number of bytes from an offset on, fewer at the end.
    func read(_ count: Int, at offset: Int) throws(DiskError) -> [UInt8] {
        try OpenFile(ofOwner: path, .reading).read(count, at: offset)
    }
}

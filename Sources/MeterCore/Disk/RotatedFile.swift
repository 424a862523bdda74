/// A text that grows at its end, for a person to look at.
///
/// A full one becomes `.old`, in place of the one before: twice its limit is the most that both take.
public struct RotatedFile: Sendable {
    /// The file that grows; the full one before it has `.old` behind this name.
    public let path: String
    private let limit: Int

    /// Names the file; it is made when something is written.
    ///
    /// - Parameters:
    ///   - path: the file, in a folder that is there.
    ///   - limit: bytes beyond which it is full.
    public init(_ path: String, limit: Int) {
        self.path = path
        self.limit = limit
    }

    /// Adds bytes, all of them or none; they are on the disk when this returns.
    ///
    /// - Throws: `DiskError`; then the file is as it was.
    public func append(_ bytes: [UInt8]) throws(DiskError) { try DurableFile(path).append(bytes) }

    /// Begins a new file when this one is full.
    ///
    /// - Returns: the bytes of the `.old` file, which is gone by that, and of the one in its place; `nil` when there was
    ///   room.
    public func makeRoom() throws(DiskError) -> (old: [UInt8], full: [UInt8])? {
        guard let size = FileStatus(path)?.size, size >= limit else { return nil }
        let old = (try? DurableFile(path + ".old").read()) ?? []
        let full = (try? DurableFile(path).read()) ?? []
        try DiskFile.move(path, to: path + ".old")
        return (old, full)
    }
}

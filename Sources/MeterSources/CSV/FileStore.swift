/// A file in a folder, as it was found.
struct FileEntry: Sendable, Hashable {
    var name: String
    /// `nil` when the server does not say.
    var size: Int?
    /// Another text after each change; `nil` when nobody can tell.
    var version: String?
}

/// A folder with files, on this machine or on another one.
protocol FileStore: Sendable {
    /// What it is called in messages.
    var name: String { get }
    /// Whether a file of the same version is the same file, with the same contents.
    var hasExactVersions: Bool { get }

    /// The files whose names fit a pattern of the shell, the newest ones last.
    func list(_ pattern: String) async throws -> [FileEntry]
    /// These bytes of a file, fewer at its end; `nil` when the file is shorter than where they begin.
    func read(_ file: String, _ range: Range<Int>) async throws -> [UInt8]?
    /// Puts a file into another folder.
    func move(_ file: String, to folder: String) async throws
    func remove(_ file: String) async throws
}

/// Why a folder or a file in it cannot be used, as a sentence.
struct FileStoreError: Error, Sendable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

import MeterNotation

/// A file in a folder at the time of the listing.
struct FileEntry: Sendable, Hashable {
    /// The name, without a folder.
    var name: String
    /// The size in bytes; `nil` when the server does not tell it.
    var size: Int?
    /// A text that differs after each change; `nil` when nothing tells changes.
    var version: String?
}

/// A folder with files, on this machine or on another one.
protocol FileStore: Sendable {
    /// The folder's name for messages.
    var name: String { get }
    /// True when a file of the same version surely has the same contents.
    var hasExactVersions: Bool { get }

    /// The files whose names fit a pattern of the shell, newest last.
    ///
    /// - Throws: an error when the folder cannot be read.
    func list(_ pattern: String) async throws -> [FileEntry]
    /// These bytes of a file, fewer at its end; `nil` when the file ends before them.
    func read(_ file: String, _ range: Range<Int>) async throws -> [UInt8]?
    /// Moves a file into another folder, under its name.
    func move(_ file: String, to folder: String) async throws
    /// Removes a file.
    func remove(_ file: String) async throws
}

/// An error with a sentence why a folder or a file in it cannot be used.
struct FileStoreError: Error, Sendable, CustomStringConvertible {
    /// The sentence, with the file's name.
    var description: String

    /// Makes an error of a sentence.
    init(_ sentence: Phrase) { description = said(sentence) }
}

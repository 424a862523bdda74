import Glibc
import MeterNotation

/// A file that is read at one go, within a number of bytes.
public enum SmallFile {
    /// Reads the whole file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - limit: bytes that it may have.
    ///   - onlyPlain: nothing that could block, such as a pipe.
    /// - Returns: its bytes.
    /// - Throws: `DiskError`; `EFBIG` when it is larger, `EINVAL` when it is no plain file.
    public static func read(_ path: String, atMost limit: Int, onlyPlain: Bool = false) throws(DiskError) -> [UInt8] {
        let file: OpenFile
        do throws(DiskError) {
            file = try OpenFile(path, onlyPlain ? [.reading, .withoutWaiting] : .reading)
        } catch {
            throw DiskError(path, .read, error.code)
        }
        let kind = try file.status().kind
        if kind == .folder { throw DiskError(path, .read, EISDIR) }
        if onlyPlain, kind != .file { throw DiskError(path, .read, EINVAL, reason: "it is not a plain file") }
        let bytes = try file.readAll(atMost: limit + 1)
        guard bytes.count <= limit else {
            throw DiskError(path, .read, EFBIG, reason: "it has more than \(ByteCountText.format(limit))")
        }
        return bytes
    }

    /// As much of a file as is there without waiting; `nil` when it cannot be read.
    ///
    /// For the kernel's files, which do not tell their size.
    public static func beginning(of path: String, atMost limit: Int = 4096) -> [UInt8]? {
        guard let file = try? OpenFile(path, [.reading, .withoutWaiting]) else { return nil }
        return try? file.readAll(atMost: limit)
    }

    /// The first line of a file; `nil` when it cannot be read or is empty.
    public static func firstLine(of path: String) -> String? {
        guard let bytes = beginning(of: path, atMost: 255), !bytes.isEmpty else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// The words of a file's beginning; none when it cannot be read.
    public static func words(of path: String) -> [Substring] {
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
        return String(decoding: beginning(of: path) ?? [], as: UTF8.self).utf8.split(whereSeparator: isSpace)
            .map { Substring($0) }
    }
}

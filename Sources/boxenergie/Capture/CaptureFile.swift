import Glibc
import MeterCore
import MeterNotation

/// A capture: raw bytes of a line with the times at which they came.
///
/// The file is a mark, then for each stretch of bytes its time in ns since 1970 and its length, eight and four bytes
/// with the highest first, then the bytes. A file without the mark is raw bytes without times. Reading holds one
/// stretch in memory.
struct CaptureFile: ~Copyable {
    /// First bytes of every capture with times.
    static let mark = [UInt8]("BOXENERGIE CAPTURE 1\n".utf8)
    /// Bytes before each stretch: eight of time, four of length.
    private static let headerSize = 12
    /// Longest stretch of a sound file, in bytes; more is taken for damage, before memory is asked for it.
    private static let longestStretch = 1 << 20

    /// Time of the first stretch; `nil` in a file of raw bytes.
    let start: Timestamp?
    /// The open file, read to the end of the last stretch taken.
    private let file: OpenFile
    /// True when the file began with the mark.
    private let hasTimes: Bool
    /// The first stretch until it is taken.
    ///
    /// A list and no optional, which would be set before the `init` can throw: Swift 6.2 trips over that.
    private var pending: [RecordedInput]

    /// Opens a capture; `-` is standard input.
    ///
    /// A file without the mark is no error: what was read to look for it is its first stretch.
    ///
    /// - Throws: a `DiskError` when it cannot be read, a `CommandError` when its first stretch is damaged.
    init(_ path: String) throws {
        let file = try OpenFile.input(path)
        let head = try file.read(Self.mark.count)
        let hasTimes = head == Self.mark
        let first = hasTimes ? try Self.stretch(of: file) : RecordedInput(head, at: nil)
        self.file = file
        self.hasTimes = hasTimes
        pending = first.map { [$0] } ?? []
        start = first?.time
    }

    /// The header of a stretch of bytes, for whoever writes a capture.
    ///
    /// - Parameters:
    ///   - count: the number of bytes that follow.
    ///   - time: the instant at which they came.
    /// - Returns: twelve bytes.
    static func header(_ count: Int, at time: Timestamp) -> [UInt8] {
        let stamp = UInt64(bitPattern: time.nanoseconds)
        return (0..<8).map { UInt8(truncatingIfNeeded: stamp >> (56 - 8 * $0)) }
            + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
    }

    /// The next stretch, `nil` at the end.
    ///
    /// A stretch that the end cuts off, as after a power cut, is given as far as it goes. Raw bytes come in pieces of
    /// 1024.
    ///
    /// - Returns: bytes with their time, without one in a file of raw bytes.
    /// - Throws: a `DiskError` when it cannot be read, a `CommandError` when it is damaged.
    mutating func next() throws -> RecordedInput? {
        if let chunk = pending.popLast() { return chunk.bytes.isEmpty ? nil : chunk }
        if hasTimes { return try Self.stretch(of: file) }
        let bytes = try file.read(1024)
        return bytes.isEmpty ? nil : RecordedInput(bytes, at: nil)
    }

    /// Reads the stretch that begins here; `nil` at the end, also at one within a header.
    private static func stretch(of file: borrowing OpenFile) throws -> RecordedInput? {
        let header = try file.read(headerSize)
        guard header.count == headerSize else { return nil }
        let stamp = header[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let count = header[8...].reduce(0) { $0 << 8 | Int($1) }
        guard count <= longestStretch else {
            throw CommandError("\(file.path) is damaged: it announces a stretch of \(count) bytes")
        }
        return RecordedInput(try file.read(count), at: Timestamp(nanoseconds: Int64(bitPattern: stamp)))
    }
}

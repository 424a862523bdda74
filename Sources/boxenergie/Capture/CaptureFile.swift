import Glibc
import MeterCore

/// A capture: raw bytes of a line with the times at which they came.
///
/// The file is a mark, then for each stretch of bytes its time in ns since 1970 and its length, eight and four bytes with
/// the highest first, then the bytes. A file without the mark is raw bytes without times. Reading holds one stretch in
/// memory.
struct CaptureFile: ~Copyable {
    static let mark = [UInt8]("BOXENERGIE CAPTURE 1\n".utf8)
    private static let headerSize = 12
    private static let longestStretch = 1 << 20

    /// The time of the first stretch, if it has one.
    let start: Timestamp?
    private let file: OpenFile
    private let hasTimes: Bool
    /// The first stretch until it is taken; no optional, which would be set before the `init` can throw: Swift 6.2 trips.
    private var pending: [RecordedInput]

    /// Opens a capture; `-` is standard input.
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

    /// The header of a stretch of bytes.
    static func header(_ count: Int, at time: Timestamp) -> [UInt8] {
        let stamp = UInt64(bitPattern: time.nanoseconds)
        return (0..<8).map { UInt8(truncatingIfNeeded: stamp >> (56 - 8 * $0)) }
            + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) }
    }

    /// The next stretch, `nil` at the end.
    ///
    /// One that the end cuts off is given as far as it goes.
    mutating func next() throws -> RecordedInput? {
        if let chunk = pending.popLast() { return chunk.bytes.isEmpty ? nil : chunk }
        if hasTimes { return try Self.stretch(of: file) }
        let bytes = try file.read(1024)
        return bytes.isEmpty ? nil : RecordedInput(bytes, at: nil)
    }

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

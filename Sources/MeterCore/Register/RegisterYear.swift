import MeterNotation

/// The file of a year, `2026.log`: records, one a line, then empty lines.
///
/// The empty lines are written when the file is made and whenever they are used up: a record in their place costs the card
/// one block, where one that makes the file longer costs four.
struct RegisterYear: Sendable {
    /// The empty lines that are added at once, in bytes: for some two days.
    private static let step = 64 << 10
    private static let empty = UInt8(ascii: "\n")

    /// The year, in UTC.
    let year: Int64
    private let file: DurableFile
    /// The bytes of the file.
    private var size: Int
    /// The place for the next record.
    private(set) var end: Int

    /// The path of the file.
    var path: String { file.path }

    /// The years of which a folder has a file, the oldest first; none where there is no folder.
    static func all(in folder: String) -> [Int64] {
        Folder(folder).visibleNames.compactMap { name in
            name.hasSuffix(".log") && name.utf8.count == 8 ? Int64(name.dropLast(4)) : nil
        }.sorted()
    }

    /// The path of the file of a year.
    static func path(_ year: Int64, in folder: String) -> String { "\(folder)/\(year.digits(4)).log" }

    /// Makes the file of a year with its first lines, or replaces one that has none.
    init(making year: Int64, in folder: String, _ lines: [UInt8]) throws(DiskError) {
        self.year = year
        file = DurableFile(Self.path(year, in: folder))
        let bytes = lines + [UInt8](repeating: Self.empty, count: Self.step)
        try file.write(bytes, at: 0, creating: true)
        try file.saveName()
        (size, end) = (bytes.count, lines.count)
    }

    /// Opens the file of a year that is there.
    ///
    /// - Returns: the file, and the bytes before its end: lines, and maybe a part of one.
    /// - Throws: `DiskError` when it cannot be read.
    static func open(_ year: Int64, in folder: String) throws(DiskError) -> (file: RegisterYear, tail: [UInt8]) {
        let file = DurableFile(path(year, in: folder))
        let size = FileStatus(file.path)?.size ?? 0
        var end = size
        var tail: [UInt8] = []
        while end > 0 {
            let start = max(0, end - step)
            tail = try file.read(end - start, at: start)
            if let last = tail.lastIndex(where: { $0 != empty }) {
                end = start + last + 1
                break
            }
            end = start
        }
        let before = min(end, step)
        tail = try file.read(before, at: end - before)
        return (RegisterYear(year: year, file: file, size: size, end: end), tail)
    }

    private init(year: Int64, file: DurableFile, size: Int, end: Int) {
        (self.year, self.file, self.size, self.end) = (year, file, size, end)
    }

    /// Cuts what stands behind a place; empty lines take it.
    mutating func cut(to place: Int) throws(DiskError) {
        guard place < end else { return }
        try file.write([UInt8](repeating: Self.empty, count: end - place), at: place)
        end = place
    }

    /// Goes on behind a line without its line feed: that is there, or is written.
    mutating func endLine() throws(DiskError) {
        if end == size { try grow(by: 1) }
        end += 1
    }

    /// Adds lines; they are on the disk when this returns.
    mutating func append(_ lines: [UInt8]) throws(DiskError) {
        if end + lines.count > size { try grow(by: lines.count) }
        try file.write(lines, at: end)
        end += lines.count
    }

    private mutating func grow(by count: Int) throws(DiskError) {
        let more = max(Self.step, count)
        try file.write([UInt8](repeating: Self.empty, count: more), at: size)
        size += more
    }
}

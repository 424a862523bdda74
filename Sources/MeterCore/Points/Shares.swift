import Glibc

/// The bytes that each source has in a store, by which a full one decides whose lines it gives up.
///
/// Those of the sources that have most go first: a source that makes far more than the others loses its own readings
/// and none of theirs. The source of a line is its tag `source`, which no device can set; the box's own lines have none
/// and count under an empty name.
struct Shares: Sendable, Equatable {
    /// By the name of the source.
    private(set) var bytes: [String: Int] = [:]

    init() {}

    /// Counts lines of line protocol; comments are nobody's.
    init(of lines: [UInt8]) {
        var sources = LineSources()
        var counts: [Int] = []
        forEachLine(of: lines) { line in
            guard line.first != comment else { return }
            let place = sources.place(of: line)
            if place == counts.count { counts.append(0) }
            counts[place] += line.count
        }
        for (name, count) in zip(sources.names, counts) { add(count, of: name) }
    }

    /// All bytes.
    var total: Int { bytes.values.reduce(0, +) }

    /// The sources that have most: the largest, and those with at least half as much.
    ///
    /// So sources of about one size lose their oldest lines together, and one that has less than half of an equal share
    /// loses nothing.
    var most: Set<String> {
        let largest = bytes.values.max() ?? 0
        return Set(bytes.lazy.filter { $0.value * 2 >= largest }.map(\.key))
    }

    /// The bytes of some sources.
    func total(of sources: Set<String>) -> Int { sources.reduce(0) { $0 + (bytes[$1] ?? 0) } }

    /// Adds bytes of one source.
    mutating func add(_ count: Int, of source: String) { bytes[source, default: 0] += count }

    /// Adds those of another store.
    mutating func add(_ others: Shares) { bytes.merge(others.bytes, uniquingKeysWith: +) }
}

/// Lines without the oldest ones of some sources; a comment stays as long as a line below it does.
///
/// - Parameters:
///   - lines: line protocol, oldest first.
///   - sources: the names of the sources.
///   - bytes: no more lines go when so many bytes are gone.
/// - Returns: the rest, and the lines that are lost.
func sieved(
    _ lines: [UInt8],
    without sources: Set<String>,
    until bytes: Int = .max
) -> (rest: [UInt8], lost: LostPoints) {
    var known = LineSources()
    var isUnwanted: [Bool] = []
    var counts: [Int] = []
    var rest: [UInt8] = []
    var left = bytes
    var remark: UnsafeRawBufferPointer?
    forEachLine(of: lines) { line in
        guard line.first != comment else { return remark = line }
        let place = known.place(of: line)
        if place == counts.count {
            counts.append(0)
            isUnwanted.append(sources.contains(known.names[place]))
        }
        if left > 0, isUnwanted[place] {
            left -= line.count
            counts[place] += 1
        } else {
            if let remark { rest += remark }
            remark = nil
            rest += line
        }
    }
    var lost = LostPoints()
    for (name, count) in zip(known.names, counts) { lost.add(count, of: name) }
    return (rest, lost)
}

/// The first byte of a comment.
private let comment = UInt8(ascii: "#")

/// Calls with each line, its line feed included.
private func forEachLine(of lines: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
    lines.withUnsafeBytes { bytes in
        guard var start = bytes.baseAddress else { return }
        let end = start + bytes.count
        while start < end {
            let next = memchr(start, CInt(UInt8(ascii: "\n")), end - start).map { UnsafeRawPointer($0) + 1 } ?? end
            body(UnsafeRawBufferPointer(start: start, count: next - start))
            start = next
        }
    }
}

/// The names of the sources of lines: each is made into a text once, and not for each of its lines.
private struct LineSources {
    /// In the order in which they came.
    private(set) var names: [String] = []
    private var known: [[UInt8]] = []
    private var last = 0

    private static let key = [UInt8](",source=".utf8)

    /// The place of a line's source among the names; a new one is the last.
    mutating func place(of line: UnsafeRawBufferPointer) -> Int {
        let source = Self.source(of: line)
        if last < known.count, known[last].elementsEqual(source) { return last }
        if let place = known.firstIndex(where: { $0.elementsEqual(source) }) {
            last = place
        } else {
            last = known.count
            known.append([UInt8](source))
            names.append(String(decoding: source.filter { $0 != UInt8(ascii: "\\") }, as: UTF8.self))
        }
        return last
    }

    /// The value of the tag `source`, escaped; empty for a line without it.
    private static func source(of line: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
        var place = 0
        while place < line.count, line[place] > UInt8(ascii: " ") {
            if line[place] == UInt8(ascii: ","), line[place...].starts(with: key) {
                let start = place + key.count
                return line[start..<end(of: line, from: start)]
            }
            place += line[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return line[0..<0]
    }

    /// The end of a tag's value.
    private static func end(of line: UnsafeRawBufferPointer, from start: Int) -> Int {
        var place = start
        while place < line.count, line[place] != UInt8(ascii: ","), line[place] > UInt8(ascii: " ") {
            place += line[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(place, line.count)
    }
}

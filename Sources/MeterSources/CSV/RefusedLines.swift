import MeterCore

/// Lines that could not be read, kept for a person to look at: a plain file with the reasons.
///
/// What the disk does not take waits in memory for it, within the file's limit.
struct RefusedLines {
    private static let limit = 512 << 10

    private let file: RotatedFile?
    private var waiting: [UInt8] = []

    /// Names the file; `nil` where nothing is kept.
    init(_ path: String?) { file = path.map { RotatedFile($0, limit: Self.limit) } }

    var path: String? { file?.path }

    mutating func add(_ line: [UInt8], at place: String, _ reason: String) {
        guard file != nil, waiting.count < Self.limit else { return }
        waiting += [UInt8]("# \(place): \(reason)\n".utf8) + line.prefix(4096) + [UInt8(ascii: "\n")]
    }

    /// Writes what came since the last time; what the disk does not take is tried again next time.
    mutating func flush() throws(DiskError) {
        guard let file, !waiting.isEmpty else { return }
        _ = try file.makeRoom()
        try file.append(waiting)
        waiting = []
    }
}

import MeterCore

/// Lines that could not be read, kept for a person to look at: a plain file with the reasons.
///
/// Lines that the disk does not take wait in memory, within the file's limit.
struct RefusedLines {
    /// The limit of the file and of the waiting lines in bytes, 512 KiB.
    private static let limit = 512 << 10

    /// The file, which begins anew when it is full; `nil` where nothing is kept.
    private let file: RotatedFile?
    /// The lines that are not written yet.
    private var waiting: [UInt8] = []

    /// The lines that are being written.
    private var underWay: [UInt8] = []
    private let errand: DiskErrand

    /// Names the file; `nil` where nothing is kept.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - disk: the thread for its disk; without one a write waits for it.
    init(_ path: String?, on disk: DiskThread? = nil) {
        errand = DiskErrand(disk)
        file = path.map { RotatedFile($0, limit: Self.limit) }
    }

    /// The path of the file, for messages.
    var path: String? { file?.path }

    /// Adds a line, cut to 4096 bytes, below a comment with its place and the reason.
    ///
    /// - Parameters:
    ///   - line: without its end.
    ///   - place: the file and the number of the line, such as `in/log.csv:12`.
    ///   - reason: the end of a sentence.
    mutating func add(_ line: [UInt8], at place: String, _ reason: String) {
        guard file != nil, waiting.count < Self.limit else { return }
        waiting += [UInt8]("# \(place): \(reason)\n".utf8) + harmless([UInt8](line.prefix(4096))) + [UInt8(ascii: "\n")]
    }

    /// Writes the lines added since the last time; after an error they are tried again next time.
    mutating func flush() throws(DiskError) {
        try noteFailure()
        guard let file, !waiting.isEmpty, !errand.isBusy else { return }
        (underWay, waiting) = (waiting, [])
        let lines = underWay
        errand.perform { () throws(DiskError) in
            _ = try file.makeRoom()
            try file.append(lines)
        }
        try noteFailure()
    }

    private mutating func noteFailure() throws(DiskError) {
        guard let failure = errand.takeFailure() else { return }
        waiting = underWay + waiting
        throw failure
    }
}

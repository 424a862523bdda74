import Logging
import MeterCore

/// The lines of a folder's files that cannot be used: counted, kept for a person, and said once for each file.
struct LineRefusals {
    /// The lines refused since the start.
    private(set) var count = 0
    /// The file with them.
    private var lines: RefusedLines
    /// Raised with the first one of a file.
    private var lineAlarm = Alarm()
    /// Raised while they cannot be kept.
    private var fileAlarm = Alarm()

    /// Begins with none.
    init(_ lines: RefusedLines) { self.lines = lines }

    /// Takes a line; the log has one of each file.
    ///
    /// - Parameters:
    ///   - bytes: of the line.
    ///   - number: of the line, from 1.
    ///   - file: the name of the file.
    ///   - folder: that of the folder.
    ///   - reason: the end of a sentence.
    ///   - context: the log and the status of the source.
    mutating func add(
        _ bytes: ArraySlice<UInt8>,
        _ number: Int,
        of file: String,
        in folder: String,
        _ reason: String,
        _ context: SourceContext
    ) {
        count += 1
        let name = FileName.shown(file)
        let place = "\(folder)/\(name):\(number)"
        lines.add(Array(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes), at: place, reason)
        context.status.update { status in
            status.errors += 1
            status.lastError = "\(place): \(reason)"
            status.lastErrorAt = Timestamp.now().seconds
        }
        guard lineAlarm.raise("a line of \(name)") != nil else { return }
        context.logger.warning(
            "A line cannot be read; more like it are only counted",
            metadata: ["line": "\(place)", "reason": "\(reason)", "kept in": "\(lines.path ?? "-")"]
        )
    }

    /// Writes them to their file.
    mutating func keep(_ context: SourceContext) {
        do throws(DiskError) {
            try lines.flush()
            _ = fileAlarm.clear()
        } catch {
            guard fileAlarm.raise("\(error)") != nil else { return }
            context.logger.warning("Lines that cannot be read are not kept", metadata: ["reason": "\(error)"])
        }
    }
}

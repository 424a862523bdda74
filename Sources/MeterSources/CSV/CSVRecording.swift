import MeterCore
import MeterNotation

/// Makes readings of recorded files: pieces under one name are one file, read from its beginning.
struct CSVRecording: InputReader {
    /// The state of one recorded file.
    private struct File {
        /// The names of its columns and its delimiter.
        var shape = CSVReader.Shape()
        /// The number of lines so far.
        var lines = 0
        /// The date of the last line in ns since 1970; `nil` before the first.
        var last: Int64?
        /// The beginning of a line whose end has not come yet.
        var rest: [UInt8] = []
        /// True when its columns are not the wanted ones: the rest of it is ignored.
        var isRefused = false
    }

    /// Makes points of lines.
    private var reader: CSVReader
    /// The files so far, by name.
    private var files: [String: File] = [:]

    /// Begins with no file.
    init(_ settings: CSVSettings, _ context: SourceContext) { reader = CSVReader(settings, context) }

    /// Takes the next piece of the file named by the label.
    ///
    /// - Throws: `FileStoreError` when a wanted column is missing, once for each file.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        var file = files[label] ?? File()
        defer { files[label] = file }
        guard !file.isRefused else { return [] }
        var readings: [FieldReading] = []
        var rest = (file.rest + bytes)[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            do throws(UnreadableLine) {
                readings += try read(rest[..<end], label, &file, isWhole: true, at: moment.present)
            } catch {
                file.isRefused = true
                throw FileStoreError("\(label):\(file.lines): \(error.reason)")
            }
            rest = rest[(end + 1)...]
        }
        file.rest = Array(rest)
        return readings
    }

    /// Takes last lines without an end, in the order of the names.
    mutating func finish(at moment: Moment) -> [FieldReading] {
        files.sorted { $0.key < $1.key }.flatMap { label, file -> [FieldReading] in
            var file = file
            guard !file.rest.isEmpty, !file.isRefused else { return [] }
            return (try? read(file.rest[...], label, &file, isWhole: false, at: moment.present)) ?? []
        }
    }

    /// The readings of one line.
    ///
    /// - Parameters:
    ///   - line: without its line feed.
    ///   - name: of the file.
    ///   - file: its state.
    ///   - isWhole: true when its end was seen.
    ///   - present: the moment of the piece.
    /// - Returns: one reading, or none for an empty line.
    /// - Throws: `UnreadableLine` when the names of the columns are wrong.
    private mutating func read(
        _ line: ArraySlice<UInt8>,
        _ name: String,
        _ file: inout File,
        isWhole: Bool,
        at present: Present
    ) throws(UnreadableLine) -> [FieldReading] {
        file.lines += 1
        let outcome = try reader.take(
            line,
            number: file.lines,
            &file.shape,
            after: file.last,
            isWhole: isWhole,
            at: present
        )
        switch outcome {
        case .nothing: return []
        case .refused(let reason): return [FieldReading(problems: ["\(name):\(file.lines): \(reason)"])]
        case .points(let points, let date, let problems, let held):
            file.last = date.nanoseconds
            let named = problems.map { "\(name):\(file.lines): \($0)" }
            return [FieldReading(points: points, problems: named, held: held)]
        }
    }
}

import MeterCore
import MeterDocuments
import MeterNotation

/// Makes points of the lines of a device's files.
struct CSVReader {
    /// The knowledge about a file besides the position in it.
    struct Shape: Sendable {
        /// The names of the columns; `nil` until their line was read.
        var header: [String]?
        /// The delimiter; `nil` until the first line told it.
        var delimiter: CSVTable.Delimiter?
        /// The number of cells of the last line.
        var width = 0
    }

    /// The result of a line.
    enum Outcome: Sendable {
        /// Points with their date, and sentences why some values could not be used.
        case points([Point], at: Timestamp, problems: [String], held: Int)
        /// An empty line, or one that has only names.
        case nothing
        /// A line that cannot be used, with the reason.
        case refused(String)
    }

    /// Longest line in bytes, 64 KiB; no line of values is longer.
    static let longestLine = 64 << 10

    /// The settings of the source.
    private let settings: CSVSettings
    /// Makes points of the values.
    private var points: FieldPoints
    /// True until a line of values was read.
    private var isFirst = true

    /// Begins with no line read.
    init(_ settings: CSVSettings, _ context: SourceContext) {
        self.settings = settings
        points = FieldPoints(
            settings.map.fields,
            role: settings.role,
            kind: settings.kind,
            settings.measurement,
            context
        )
    }

    /// The outcomes of the next lines of a file, up to one with which nothing of the file can be read.
    struct Lines: Sendable {
        /// One for each line.
        var outcomes: [Outcome] = []
        /// The reason for which the line behind these and all others cannot be read.
        var failure: UnreadableLine?
    }

    /// Takes the next lines of a file, as `take` does each.
    mutating func take(
        _ lines: [ArraySlice<UInt8>],
        number: Int,
        _ shape: inout Shape,
        after last: Int64?,
        isWhole: Bool,
        at present: Present
    ) -> Lines {
        var result = Lines()
        var last = last
        for (index, line) in lines.enumerated() {
            do throws(UnreadableLine) {
                let outcome = try take(
                    line,
                    number: number + index,
                    &shape,
                    after: last,
                    isWhole: isWhole,
                    at: present
                )
                if case .points(_, let date, _, _) = outcome { last = date.nanoseconds }
                result.outcomes.append(outcome)
            } catch {
                result.failure = error
                break
            }
        }
        return result
    }

    /// Takes the next line of a file.
    ///
    /// - Parameters:
    ///   - bytes: without its line feed.
    ///   - number: from 1.
    ///   - shape: of its file.
    ///   - last: the date of the line before.
    ///   - isWhole: true when its end was seen; a line without one must be as wide as the line before.
    ///   - present: nothing is dated later than it can be now.
    /// - Returns: the result of the line.
    /// - Throws: `UnreadableLine` when a wanted column is missing: then nothing of the file can be read.
    mutating func take(
        _ bytes: ArraySlice<UInt8>,
        number: Int,
        _ shape: inout Shape,
        after last: Int64?,
        isWhole: Bool,
        at present: Present
    ) throws(UnreadableLine) -> Outcome {
        let line = Array(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes)
        guard line.count <= Self.longestLine else { return .refused("it is too long") }
        if shape.delimiter == nil || shape.header == nil && settings.hasHeader,
            try learn(line, number: number, &shape)
        {
            return .nothing
        }
        return read(line, &shape, after: last, isWhole: isWhole, at: present)
    }

    /// Reads a line of a file's beginning, which may name the columns.
    ///
    /// - Parameters:
    ///   - line: without its end.
    ///   - number: from 1.
    ///   - shape: learns from it.
    /// - Returns: true when it is no line of values.
    /// - Throws: `UnreadableLine` when a wanted column is missing.
    func learn(_ line: [UInt8], number: Int, _ shape: inout Shape) throws(UnreadableLine) -> Bool {
        guard number > settings.skipped else { return true }
        if shape.delimiter == nil { shape.delimiter = settings.delimiter.resolved(by: line) }
        guard settings.hasHeader, shape.header == nil, let delimiter = shape.delimiter else { return false }
        guard let cells = CSVTable.cells(line, delimiter: delimiter), !cells.isEmpty else { return true }
        let names = cells.map(\.trimmed)
        if let missing = settings.names.first(where: { !names.contains($0) }) {
            throw UnreadableLine(
                "no column is called \"\(missing)\"; there are \(names.prefix(30).joined(separator: ", "))"
            )
        }
        shape.header = names
        return true
    }

    /// Reads a line of values, or names that come again.
    ///
    /// - Parameters:
    ///   - line: without its end.
    ///   - shape: of its file.
    ///   - last: the date of the line before, in ns since 1970.
    ///   - isWhole: true when its end was seen.
    ///   - present: the present.
    /// - Returns: the result of the line.
    private mutating func read(
        _ line: [UInt8],
        _ shape: inout Shape,
        after last: Int64?,
        isWhole: Bool,
        at present: Present
    ) -> Outcome {
        guard let cells = CSVTable.cells(line, delimiter: shape.delimiter ?? .semicolon) else {
            return .refused("a quote has no end")
        }
        guard !cells.isEmpty else { return .nothing }
        if !settings.dates.names.isEmpty || shape.header != nil {
            // Devices write the names again when they start, perhaps with one more column.
            let names = cells.map(\.trimmed)
            if names == shape.header { return .nothing }
            if !settings.names.isEmpty, settings.names.allSatisfy(names.contains) {
                shape.header = names
                return .nothing
            }
        }
        if !isWhole, cells.count < max(shape.width, shape.header?.count ?? 0) { return .nothing }
        shape.width = cells.count
        let row = Document(row: cells, header: shape.header)
        let date: Timestamp
        do throws(UnreadableLine) {
            date = try settings.dates.date(of: row, after: last)
        } catch {
            return .refused(error.reason)
        }
        if let latest = present.latest(), date > latest {
            let ahead = present.trust == .sure ? "ten minutes" : "a month"
            return .refused("its date is more than \(ahead) ahead of now")
        }
        // A register is compared with the line before by the lines' dates, not by the clock.
        let clock = Uptime(nanoseconds: date.nanoseconds)
        func find(_ field: FieldPlace) -> FoundValue? { field.place.flatMap { row.value(at: $0) } }
        if isFirst {
            // The first line does not come again, so nothing can confirm it: it is believed.
            _ = points.reading(at: date, monotonic: clock, find)
            isFirst = false
        }
        let reading = points.reading(at: date, monotonic: clock, find)
        if reading.points.isEmpty, !reading.problems.isEmpty {
            return .refused(reading.problems.joined(separator: "; "))
        }
        let records = reading.points.map { point in
            var point = point
            point.isRecord = true
            return point
        }
        return .points(records, at: date, problems: reading.problems, held: reading.held)
    }
}

extension ArraySlice<UInt8> {
    /// Takes the next whole lines, without their line feeds; none when there is none.
    mutating func popLines(atMost most: Int) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        while lines.count < most, let end = firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(self[..<end])
            self = self[(end + 1)...]
        }
        return lines
    }
}

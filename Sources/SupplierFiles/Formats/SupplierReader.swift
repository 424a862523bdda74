public import MeterNotation

/// Reads the files that customers can download; each is known by its content, never by its name.
public struct SupplierReader: Sendable {
    /// The lines in which the head of a table is looked for.
    private static let headLines = 40

    /// The calendar of the place: days of files are local ones.
    let calendar: LocalCalendar
    /// The last digits of the delivery point to take, of a file with several; `nil` to take a file's only one.
    let meter: String?

    public init(_ calendar: LocalCalendar, meter: String? = nil) {
        self.calendar = calendar
        self.meter = meter
    }

    /// Reads a file, or all in an archive that are known.
    ///
    /// - Parameter bytes: of the file.
    /// - Returns: at least one file with values.
    /// - Throws: a `SupplierFileError` when there is none.
    public func read(_ bytes: [UInt8]) throws(SupplierFileError) -> [SupplierFile] {
        guard bytes.count <= SupplierFile.largest else { throw .tooLarge }
        guard bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return [try text(bytes)] }
        let archive = try ZipArchive(bytes)
        if archive.names.contains("xl/workbook.xml") {
            return try WorkbookReader(Workbook(archive), calendar).read()
        }
        var files: [SupplierFile] = []
        var reason = SupplierFileError.unknown
        var room = SupplierFile.largest
        for name in archive.names where !name.hasSuffix("/") {
            do {
                let inner = try archive.bytes(of: name, atMost: room)
                room -= inner.count
                // An archive in an archive is none that a supplier makes.
                guard !inner.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { continue }
                files.append(try text(inner))
            } catch .unknown {
                continue
            } catch .tooLarge {
                throw .tooLarge
            } catch {
                reason = error
            }
        }
        guard !files.isEmpty else { throw reason }
        return files
    }

    /// Reads a text: JSON, or lines with a head among them.
    private func text(_ bytes: [UInt8]) throws(SupplierFileError) -> SupplierFile {
        guard let file = try r6xJSON(bytes) else { return try table(bytes) }
        guard !file.curve.isEmpty || !file.days.isEmpty else { throw .empty(file.format) }
        return file
    }

    private func table(_ bytes: [UInt8]) throws(SupplierFileError) -> SupplierFile {
        let lines = SupplierText.lines(bytes)
        let head = lines.prefix(Self.headLines)
        for (place, line) in head.enumerated() {
            let separator = SupplierText.separator(of: line)
            let cells = SupplierText.cells(line, separator).map(SupplierText.plain)
            let table = SupplierTable(
                lines: lines[(place + 1)...],
                before: head[..<place],
                separator: separator,
                head: cells
            )
            guard let file = try read(table) else { continue }
            guard !file.curve.isEmpty || !file.days.isEmpty else { throw .empty(file.format) }
            return file
        }
        if let kind = unusable(rows: head) { throw .unusable(kind) }
        throw .unknown
    }

    /// The file whose table begins with this head; `nil` when it is none.
    private func read(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        let readers = [
            enedisCurve, enedisRegisters, enedisDays, r6x, edfCurve, edfRegisters, edfDays, octopusDays, spans, snippet,
            unusable(_:),
        ]
        for read in readers {
            if let file = try read(table) { return file }
        }
        return nil
    }
}

/// The lines of a text from the head of a table on.
struct SupplierTable {
    /// Behind the head.
    var lines: ArraySlice<Substring>
    /// Before it.
    var before: ArraySlice<Substring>
    var separator: Character
    /// The cells of the head, without case and accents.
    var head: [String]

    /// The place of a column by a part of its name.
    func column(_ names: String...) -> Int? {
        for name in names {
            if let place = head.firstIndex(where: { $0 == name || $0.hasPrefix(name) }) { return place }
        }
        return nil
    }

    /// False for a row that ends within a column though the head goes on behind it: it was cut off, and half of a number is
    /// none.
    func goes(_ line: Substring, beyond column: Int) -> Bool {
        guard head.indices.contains(column + 1), let separator = separator.asciiValue else { return true }
        return line.utf8.count { $0 == separator } > column
    }

    func cells(_ line: Substring) -> [String] { SupplierText.cells(line, separator) }

    /// The delivery point in the lines before the table: 14 digits in a cell of their own, or after the word PRM.
    var meter: String? {
        for line in before {
            for cell in SupplierText.cells(line, SupplierText.separator(of: line)) {
                let words = cell.split(whereSeparator: { !$0.isNumber })
                if let found = words.first(where: { $0.utf8.count == 14 }),
                    cell.utf8.count == 14 || cell.contains("PRM")
                {
                    return String(found)
                }
            }
        }
        return nil
    }
}

extension [String] {
    /// The cell of a row; empty behind its end.
    subscript(cell place: Int?) -> String {
        guard let place, indices.contains(place) else { return "" }
        return self[place]
    }
}

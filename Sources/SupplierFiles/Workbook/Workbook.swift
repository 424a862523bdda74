import MeterDocuments

/// The sheets of a workbook (Office Open XML, ECMA-376): what cells show, by row and column.
struct Workbook {
    /// A sheet: rows by their number from 1, cells by their column from 0; a formula counts by its last result.
    struct Sheet {
        var name: String
        var rows: [Int: [Int: String]]
    }

    let sheets: [Sheet]

    /// Reads all sheets.
    ///
    /// - Throws: `SupplierFileError`: damaged, too large, or no library.
    init(_ archive: ZipArchive) throws(SupplierFileError) {
        var room = SupplierFile.largest
        func part(_ name: String) throws(SupplierFileError) -> [UInt8] {
            let bytes = try archive.bytes(of: name, atMost: room)
            room -= bytes.count
            return bytes
        }
        let strings =
            archive.names.contains("xl/sharedStrings.xml") ? try Self.strings(part("xl/sharedStrings.xml")) : []
        var targets: [String: String] = [:]
        try Self.walk(part("xl/_rels/workbook.xml.rels")) { element in
            guard element.name == "Relationship", let id = element["Id"], let target = element["Target"] else { return }
            targets[id] = target.hasPrefix("/") ? String(target.dropFirst()) : "xl/\(target)"
        }
        var parts: [(name: String, part: String)] = []
        try Self.walk(part("xl/workbook.xml")) { element in
            guard element.name == "sheet", let name = element["name"], let part = element["id"].flatMap({ targets[$0] })
            else { return }
            parts.append((name, part))
        }
        var sheets: [Sheet] = []
        for (name, file) in parts where archive.names.contains(file) {
            sheets.append(Sheet(name: name, rows: try Self.rows(part(file), strings)))
        }
        self.sheets = sheets
    }

    private static func walk(_ bytes: [UInt8], _ take: (MarkupStep) -> Void) throws(SupplierFileError) {
        do {
            try MarkupStep.walk(bytes, take)
        } catch .noLibrary {
            throw .noLibrary
        } catch {
            throw .damaged("xlsx")
        }
    }

    /// The texts that cells share; a rich one has several runs.
    private static func strings(_ bytes: [UInt8]) throws(SupplierFileError) -> [String] {
        var strings: [String] = []
        var isText = false
        try walk(bytes) { step in
            switch (step.kind, step.name) {
            case (.start, "si"): strings.append("")
            // A phonetic run is no part of the text.
            case (.start, "t"): isText = step.parent != "rPh"
            case (.end, "t"): isText = false
            case (.text, _): if isText, !strings.isEmpty { strings[strings.count - 1] += step.text }
            default: break
            }
        }
        return strings
    }

    /// The rows that a sheet can have.
    private static let rowNumbers = 1...1_048_576

    private static func rows(_ bytes: [UInt8], _ strings: [String]) throws(SupplierFileError) -> [Int: [Int: String]] {
        var rows: [Int: [Int: String]] = [:]
        var (row, column) = (0, -1)
        var type = ""
        var value = ""
        var isValue = false
        try walk(bytes) { step in
            switch (step.kind, step.name) {
            case (.start, "row"):
                row = step["r"].flatMap { Int($0) }.flatMap { rowNumbers.contains($0) ? $0 : nil } ?? row + 1
                column = -1
            case (.start, "c"):
                column = step["r"].flatMap(Self.column) ?? column + 1
                (type, value) = (step["t"] ?? "n", "")
            case (.start, "v"), (.start, "t"): isValue = true
            case (.end, "v"), (.end, "t"): isValue = false
            case (.text, _): if isValue { value += step.text }
            case (.end, "c"):
                if type == "s" { value = Int(value).flatMap { strings.indices.contains($0) ? strings[$0] : nil } ?? "" }
                if !value.isEmpty, type != "e" { rows[row, default: [:]][column] = value }
            default: break
            }
        }
        return rows
    }

    /// The column of an address such as `C16`, from 0.
    private static func column(_ address: String) -> Int? {
        var column = 0
        for letter in address.utf8.prefix(while: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }).prefix(3) {
            column = column * 26 + Int(letter) - 64
        }
        return column > 0 ? column - 1 : nil
    }
}

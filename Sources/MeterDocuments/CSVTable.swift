import MeterNotation

/// A table of comma-separated values (RFC 4180, with any delimiter).
///
/// The last line does not count without its end when two others stand before it, and never while a quote is open in it:
/// it may still be being written.
public struct CSVTable: Sendable, Hashable {
    /// The character between two cells; the raw value is the configuration's word for it.
    public enum Delimiter: String, Sendable, CaseIterable {
        /// The character that the first line has most of, a semicolon before a tab before a comma.
        case auto
        /// `;`, as French spreadsheets and energy suppliers write.
        case semicolon = ";"
        /// `,`, where decimals have a point.
        case comma = ","
        /// A tab; the configuration's word is `tab`.
        case tab

        /// The delimiter of a file with this first line; itself unless it is `auto`.
        ///
        /// A semicolon or a tab is no part of a number; commas may stand before decimals.
        public func resolved(by line: [UInt8]) -> Delimiter {
            guard self == .auto else { return self }
            return [.semicolon, .tab].first { $0.byte.map(line.contains) ?? false } ?? .comma
        }

        /// The byte in the file; `nil` for `auto`.
        fileprivate var byte: UInt8? {
            switch self {
            case .auto: nil
            case .semicolon: UInt8(ascii: ";")
            case .comma: UInt8(ascii: ",")
            case .tab: UInt8(ascii: "\t")
            }
        }
    }

    /// The rows in their order, each with its cells as they stand; empty lines are left out.
    public let rows: [[String]]

    /// Reads the rows of a table.
    ///
    /// Lines end with LF, CR LF or CR. A quote begins a quoted cell only at the cell's start; within one, two quotes
    /// stand for one. Rows may have different numbers of cells.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 or Latin-1; UTF-16 with a byte order mark.
    ///   - delimiter: the character between two cells.
    /// - Throws: `DocumentError.tooMuch` for more cells than `DocumentLimits.values`.
    public init(_ bytes: [UInt8], delimiter: Delimiter) throws(DocumentError) {
        let bytes = DocumentText.utf8(bytes)
        let delimiter = delimiter.byte ?? Self.guess(bytes)
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var place = 0
        var cells = 0
        func endField() {
            cells += 1
            row.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
        }
        func endRow() {
            endField()
            if row != [""] { rows.append(row) }
            row.removeAll()
        }
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            guard cells < DocumentLimits.values else { throw .tooMuch("cells", DocumentLimits.values) }
            switch byte {
            case UInt8(ascii: "\"") where isQuoted:
                if place < bytes.count, bytes[place] == byte {
                    field.append(byte)
                    place += 1
                } else {
                    isQuoted = false
                }
            case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
            case _ where isQuoted: field.append(byte)
            case delimiter: endField()
            case UInt8(ascii: "\n"): endRow()
            case UInt8(ascii: "\r"): if place == bytes.count || bytes[place] != UInt8(ascii: "\n") { endRow() }
            default: field.append(byte)
            }
        }
        if !field.isEmpty || !row.isEmpty, rows.count < 2, !isQuoted { endRow() }
        self.rows = rows
    }

    /// The cells of one line, for a file that is read as it grows.
    ///
    /// - Parameters:
    ///   - line: UTF-8 or Latin-1, without its end.
    ///   - delimiter: the character between two cells.
    /// - Returns: the cells, none for an empty line; `nil` when a quote is open at the end.
    public static func cells(_ line: [UInt8], delimiter: Delimiter) -> [String]? {
        guard line.contains(where: { $0 > 0x20 }) else { return [] }
        // Its length bounds the number of cells.
        return (try? CSVTable(line, delimiter: delimiter))?.rows.first
    }

    /// The most frequent of the delimiters in the first line.
    private static func guess(_ bytes: [UInt8]) -> UInt8 {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let counts = [Delimiter.semicolon, .tab, .comma].compactMap(\.byte).map { byte in
            (byte, line.reduce(0) { $0 + ($1 == byte ? 1 : 0) })
        }
        let most = counts.map(\.1).max() ?? 0
        return counts.first { $0.1 == most }?.0 ?? UInt8(ascii: ";")
    }
}

/// A column of a table: by the name in its first line, or by its number from 1.
public enum CSVColumn: Sendable, Hashable {
    /// The text in the first line, white space around it aside.
    case name(String)
    /// The number of the column, from 1.
    case number(Int)

    /// The column that a text means, such as `Index` or `3`; `nil` for an empty text and for a number below 1.
    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            self = .name(text)
            return
        }
        guard number > 0 else { return nil }
        self = .number(number)
    }

    /// Its value in a row; `nil` when the row ends before it, or when no column has that name.
    func value(in row: [String], header: [String]?) -> FoundValue? {
        let index: Int?
        switch self {
        case .number(let number): index = number - 1
        case .name(let name): index = header?.firstIndex { $0.trimmed == name }
        }
        guard let index, row.indices.contains(index) else { return nil }
        return .text(row[index])
    }
}

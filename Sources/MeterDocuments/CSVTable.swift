import MeterNotation

/// A table of comma-separated values (RFC 4180, with any delimiter).
///
/// The last line does not count without its end when there are others: it may still be being written.
public struct CSVTable: Sendable, Hashable {
    public enum Delimiter: String, Sendable, CaseIterable {
        /// The one that the first line has most of.
        case auto
        case semicolon = ";"
        case comma = ","
        case tab

        /// The one that a file with this first line has.
        ///
        /// A semicolon or a tab is no part of a number; commas may stand before decimals.
        public func resolved(by line: [UInt8]) -> Delimiter {
            guard self == .auto else { return self }
            return [.semicolon, .tab].first { $0.byte.map(line.contains) ?? false } ?? .comma
        }

        fileprivate var byte: UInt8? {
            switch self {
            case .auto: nil
            case .semicolon: UInt8(ascii: ";")
            case .comma: UInt8(ascii: ",")
            case .tab: UInt8(ascii: "\t")
            }
        }
    }

    /// Empty lines are left out.
    public let rows: [[String]]

    /// Reads the rows.
    public init(_ bytes: [UInt8], delimiter: Delimiter) {
        let bytes = DocumentText.utf8(bytes)
        let delimiter = delimiter.byte ?? Self.guess(bytes)
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var place = 0
        func endField() {
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

    /// The cells of one line.
    ///
    /// - Parameters:
    ///   - line: UTF-8 or Latin-1, without its end.
    ///   - delimiter: what separates the cells.
    /// - Returns: `nil` when a quote is open at the end.
    public static func cells(_ line: [UInt8], delimiter: Delimiter) -> [String]? {
        guard line.contains(where: { $0 > 0x20 }) else { return [] }
        return CSVTable(line, delimiter: delimiter).rows.first
    }

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
    case name(String)
    case number(Int)

    /// The column that a text means; `nil` when it means none.
    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            self = .name(text)
            return
        }
        guard number > 0 else { return nil }
        self = .number(number)
    }

    /// Its value in a row.
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

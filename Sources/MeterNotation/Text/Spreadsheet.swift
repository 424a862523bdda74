/// A table as a file that a spreadsheet opens.
///
/// The French one opens in a French Excel by a double click: semicolons, decimal commas, `dd/mm/yyyy`, and the mark by
/// which it knows UTF-8. The international one has commas, points and `yyyy-mm-dd`. Lines end with CR LF (RFC 4180).
public struct Spreadsheet: Sendable {
    public enum Dialect: String, Sendable, CaseIterable { case french, international }

    public enum Cell: Sendable {
        case text(String)
        /// A number and its decimals.
        case number(Double, Int)
        case date(LocalDate)
        /// The time on the wall, to the minute.
        case minute(LocalDate, hour: Int, minute: Int)
        case empty
    }

    private let dialect: Dialect
    /// The file so far.
    public private(set) var text: String

    /// Begins a table with the names of its columns.
    public init(_ dialect: Dialect, _ heads: [String]) {
        self.dialect = dialect
        text = "\u{FEFF}"
        add(heads.map { .text($0) })
    }

    private var separator: Character { dialect == .french ? ";" : "," }

    /// Adds a row.
    public mutating func add(_ cells: [Cell]) {
        for (place, cell) in cells.enumerated() {
            if place > 0 { text.append(separator) }
            text += written(cell)
        }
        text += "\r\n"
    }

    private func written(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): return quoted(text)
        case .number(let value, let decimals):
            return dialect == .french
                ? frenchNumber(value, decimals: decimals) : plainNumber(value, decimals: decimals)
        case .date(let date): return written(date)
        case .minute(let date, let hour, let minute):
            return "\(written(date)) \(Int64(hour).digits(2)):\(Int64(minute).digits(2))"
        case .empty: return ""
        }
    }

    private func written(_ date: LocalDate) -> String {
        dialect == .french ? "\(date.day.digits(2))/\(date.month.digits(2))/\(date.year)" : "\(date)"
    }

    /// A text in quotes where it needs them; one that a spreadsheet would take for a formula begins with an apostrophe.
    private func quoted(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.contains(where: { $0 == separator || $0 == "\"" || $0.isNewline }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

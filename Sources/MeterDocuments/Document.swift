/// The kinds of documents that values can be taken from; the raw value is the configuration's word.
///
/// Bytes of any of them may be UTF-8, Latin-1 or UTF-16 with a byte order mark.
public enum DocumentFormat: String, Sendable, CaseIterable {
    /// JSON (RFC 8259); a comma behind the last element is forgiven.
    case json
    /// XML, broken parts of which are repaired.
    case xml
    /// HTML, in which nothing has to be closed.
    case html
    /// A table with a line for each row (RFC 4180).
    case csv
    /// Any text, in which a pattern is looked for.
    case text
    /// Names and texts as web pages send them (`application/x-www-form-urlencoded`).
    case form
}

/// The layout of a table, where the format is CSV.
public struct CSVLayout: Sendable, Hashable {
    /// The row that has the values: the first one behind the names, or the last one, as in files that grow.
    public enum Row: String, Sendable, CaseIterable { case first, last }

    /// The character between two cells; default `auto`.
    public var delimiter: CSVTable.Delimiter
    /// True when the first line names the columns; default true.
    public var hasHeader: Bool
    /// The row that has the values; default the last.
    public var row: Row

    /// A layout; the defaults fit a file that grows at its end and has the columns' names in its first line.
    public init(delimiter: CSVTable.Delimiter = .auto, hasHeader: Bool = true, row: Row = .last) {
        self.delimiter = delimiter
        self.hasHeader = hasHeader
        self.row = row
    }
}

/// The place of a value in a document of a format.
public enum DocumentPlace: Sendable {
    /// In JSON: names and indexes, such as `meters[0].power`.
    case path(JSONPath)
    /// In XML or HTML: an XPath expression.
    case xpath(String)
    /// In CSV: a column.
    case column(CSVColumn)
    /// In plain text: a regular expression.
    case pattern(TextPattern)
    /// In a form: a name.
    case name(String)

    /// The place that a text means in a document of a format; `nil` when it means none.
    public init?(_ text: String, in format: DocumentFormat) {
        let place: DocumentPlace?
        switch format {
        case .json: place = JSONPath(text).map { .path($0) }
        case .xml, .html: place = Markup.isPath(text) ? .xpath(text) : nil
        case .csv: place = CSVColumn(text).map { .column($0) }
        case .text: place = TextPattern(text).map { .pattern($0) }
        case .form: place = text.isEmpty ? nil : .name(text)
        }
        guard let place else { return nil }
        self = place
    }
}

/// A device's answer, a file or a program's output, parsed once; any number of values are then taken from it.
public struct Document {
    /// The document as its format's own reader keeps it.
    private enum Content {
        case json(JSONValue)
        case markup(Markup)
        case row([String], header: [String]?)
        case text([UInt8])
        case values([FormValue])
    }

    private let content: Content

    /// Parses bytes of a format.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 or Latin-1; UTF-16 with a byte order mark.
    ///   - format: the format that they should have.
    ///   - layout: the layout of a table; other formats need none.
    /// - Throws: `DocumentError`: nothing came, a web page came instead, or the bytes are broken.
    public init(_ bytes: [UInt8], _ format: DocumentFormat, layout: CSVLayout = CSVLayout()) throws(DocumentError) {
        let bytes = DocumentText.utf8(bytes)
        guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
        if ![.html, .text].contains(format), DocumentText.isPage(bytes) { throw .webPage }
        switch format {
        case .json: content = .json(try JSONReader.read(bytes))
        case .xml, .html: content = .markup(try Markup(bytes, isHTML: format == .html))
        case .csv:
            var rows = try CSVTable(bytes, delimiter: layout.delimiter).rows[...]
            let header = layout.hasHeader ? rows.popFirst() : nil
            guard let row = layout.row == .first ? rows.first : rows.last else { throw .empty }
            content = .row(row, header: header)
        case .text: content = .text(bytes)
        case .form: content = .values(try FormValue.all(in: bytes))
        }
    }

    /// A document of one line of a table, already taken apart.
    ///
    /// - Parameters:
    ///   - row: the cells.
    ///   - header: the names of the columns; `nil` when columns are only known by their number.
    public init(row: [String], header: [String]?) { content = .row(row, header: header) }

    /// A document of values that already have names, as a form has them.
    public init(_ values: [FormValue]) { content = .values(values) }

    /// A document of several in JSON, each the member of its name; those of other formats are left out.
    public init(_ pages: [(name: String, document: Document)]) {
        content = .json(
            .object(
                pages.compactMap { name, page in
                    if case .json(let value) = page.content { (name, value) } else { nil }
                }
            )
        )
    }

    /// The value at a place; `nil` when there is none, or when the place is for another format.
    ///
    /// Of equal names in a form the last counts.
    public func value(at place: DocumentPlace) -> FoundValue? {
        switch (content, place) {
        case (.json(let value), .path(let path)): path.value(in: value)
        case (.markup(let markup), .xpath(let path)): markup.value(at: path)
        case (.row(let row, let header), .column(let column)): column.value(in: row, header: header)
        case (.text(let bytes), .pattern(let pattern)): pattern.value(in: bytes)
        case (.values(let values), .name(let name)): values.last { $0.name == name }.map { .text($0.text) }
        default: nil
        }
    }

    /// The names and texts of a JSON document's members, or of an XML element's children, in their order.
    ///
    /// - Parameter path: an XPath expression for the element; a JSON document's own members are taken in any case.
    /// - Returns: the members or children with a plain value; nothing of a document of another format.
    public func children(of path: String) -> [(name: String, text: String)] {
        switch content {
        case .json(.object(let members)):
            members.compactMap { name, value in
                switch value {
                case .number(let text), .string(let text): (name, text)
                case .boolean(let flag): (name, "\(flag)")
                case .null, .unreadable, .array, .object: nil
                }
            }
        case .markup(let markup): markup.children(of: path)
        default: []
        }
    }
}

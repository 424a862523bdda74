/// The kinds of documents that values can be taken from.
public enum DocumentFormat: String, Sendable, CaseIterable {
    case json, xml, html, csv, text, form
}

/// How a table is to be read, where the format is CSV.
public struct CSVLayout: Sendable, Hashable {
    /// Which row has the values.
    public enum Row: String, Sendable, CaseIterable { case first, last }

    public var delimiter: CSVTable.Delimiter
    /// Whether the first line names the columns.
    public var hasHeader: Bool
    public var row: Row

    public init(delimiter: CSVTable.Delimiter = .auto, hasHeader: Bool = true, row: Row = .last) {
        self.delimiter = delimiter
        self.hasHeader = hasHeader
        self.row = row
    }
}

/// Where a value is, in a document of a format.
public enum DocumentPlace: Sendable {
    case path(JSONPath)
    case xpath(String)
    case column(CSVColumn)
    case pattern(TextPattern)
    /// In a form.
    case name(String)

    /// The place that a text means; `nil` when it means none.
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

/// What a device, a file or a program sent, parsed once; any number of values are then taken from it.
public struct Document {
    private enum Content {
        case json(JSONValue)
        case markup(Markup)
        case row([String], header: [String]?)
        case text([UInt8])
        case values([FormValue])
    }

    private let content: Content

    /// Parses bytes.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 or Latin-1; UTF-16 with a byte order mark.
    ///   - format: what they should be.
    ///   - layout: how a table is to be read.
    /// - Throws: `DocumentError` when they are not that.
    public init(_ bytes: [UInt8], _ format: DocumentFormat, layout: CSVLayout = CSVLayout()) throws(DocumentError) {
        let bytes = DocumentText.utf8(bytes)
        guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
        if ![.html, .text].contains(format), DocumentText.isPage(bytes) { throw .webPage }
        switch format {
        case .json: content = .json(try JSONReader.read(bytes))
        case .xml, .html: content = .markup(try Markup(bytes, isHTML: format == .html))
        case .csv:
            var rows = CSVTable(bytes, delimiter: layout.delimiter).rows[...]
            let header = layout.hasHeader ? rows.popFirst() : nil
            guard let row = layout.row == .first ? rows.first : rows.last else { throw .empty }
            content = .row(row, header: header)
        case .text: content = .text(bytes)
        case .form: content = .values(FormValue.all(in: bytes))
        }
    }

    /// One line of a table, already taken apart.
    public init(row: [String], header: [String]?) { content = .row(row, header: header) }

    /// A document of values that already have names, as a form has them.
    public init(_ values: [FormValue]) { content = .values(values) }

    /// What stands at a place; `nil` when nothing does, or when the place is for another format.
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
    /// - Returns: nothing of a document of another format.
    public func children(of path: String) -> [(name: String, text: String)] {
        switch content {
        case .json(.object(let members)):
            members.compactMap { name, value in
                switch value {
                case .number(let text), .string(let text): (name, text)
                case .boolean(let flag): (name, "\(flag)")
                case .null, .array, .object: nil
                }
            }
        case .markup(let markup): markup.children(of: path)
        default: []
        }
    }
}

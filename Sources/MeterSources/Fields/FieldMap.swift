import MeterCore
import MeterDocuments
import MeterNotation

/// The format of a device's documents and the values wanted of them.
///
/// The same settings wherever documents come from: pulled by HTTP, pushed, by MQTT, from a file or a program.
struct FieldMap: Sendable {
    /// The way to write a place in each format, for the help of `path`.
    static let placesInWords: Phrase =
        "in JSON \"main.temp\" or \"/main/temp\", in XML and HTML an XPath, in CSV a column, in text a regular expression "
        + "whose first group counts, in a form a name"
    /// The name of the table of the whole device.
    private static let whole = "fields"

    /// The format of the documents; by default `json` where it is a setting.
    var format: DocumentFormat
    /// The layout of CSV: `delimiter` (default `auto`), `header` (default true) and `row` (default `last`).
    ///
    /// Without effect in other formats, where these keys are reported.
    var layout: CSVLayout
    /// The wanted values of `[fields]` and `[phase_1]` to `[phase_3]`, in the order of the file; empty by default.
    var fields: [FieldSettings] = []

    /// True when a section has at least one of the tables.
    static func isIn(_ settings: ConfigSection) -> Bool { ValueTable.isIn(settings, whole) }

    /// Reads the map; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: the section with the fields.
    ///   - role: their meaning for the house.
    ///   - known: the format, where it is known already; else it is a setting.
    ///   - mayBeTable: true when there are settings for CSV though the format is known.
    ///   - hasParts: true for a profile, which may be that of a hybrid inverter.
    ///   - hasTopics: true for a profile by MQTT, where each value has a topic.
    init(
        settings: ConfigSection,
        role: MeterRole,
        format known: DocumentFormat? = nil,
        mayBeTable: Bool = false,
        hasParts: Bool = false,
        hasTopics: Bool = false
    ) {
        format = known ?? settings.choice("format", default: .json, "What the documents are.")
        layout = CSVLayout()
        if known == nil || mayBeTable { layout = Self.layout(settings) }
        let mark = settings.choice(
            "decimal",
            default: NumberText.Mark.either,
            "What stands before decimals; with point or comma the other one groups digits."
        )
        for table in ValueTable.all(Self.whole, hasParts: hasParts) {
            for (field, entry) in settings.namedSections(table.key) {
                fields.append(
                    FieldSettings(
                        field,
                        phase: table.phase,
                        part: table.part,
                        settings: entry,
                        format: format,
                        role: role,
                        mark: mark,
                        hasTopics: hasTopics
                    )
                )
            }
        }
        if !fields.isEmpty {
            let whole = fields.filter { $0.phase == nil && $0.part == nil }.map(\.field)
            settings.judgeRole(role, fields: whole + role.sums(of: fields).map(\.field))
        }
        if format != .csv {
            for key in ["delimiter", "header", "row"] where settings.contains(key) {
                settings.report("it is for the format csv", at: key)
            }
        }
    }

    private static func layout(_ settings: ConfigSection) -> CSVLayout {
        CSVLayout(
            delimiter: settings.choice("delimiter", default: .auto, "In CSV: what separates the columns."),
            hasHeader: settings.boolean("header", default: true, "In CSV: whether the first line names the columns."),
            row: settings.choice("row", default: .last, "In CSV: the line with the values.")
        )
    }

    /// The values at the places of the fields, in their order, in a document.
    ///
    /// - Throws: `DocumentError` when it is not of the format.
    func values(in bytes: [UInt8]) throws(DocumentError) -> [FoundValue?] { values(of: try document(bytes)) }

    /// The values at the places of the fields, in their order; a place that is none, which is already reported as a wrong
    /// setting, has none.
    func values(of document: Document) -> [FoundValue?] {
        fields.flatMap(\.places).map { $0.place.flatMap { document.value(at: $0) } }
    }

    /// The parts of a hybrid inverter of which there are values; empty for any other device.
    var parts: Set<DevicePart> { Set(fields.compactMap(\.part)) }

    /// The values of the device itself and of some of its parts.
    func only(_ parts: WantedParts) -> FieldMap {
        var map = self
        map.fields = fields.filter { field in field.part.map { parts.contains($0) } ?? true }
            .map { parts.turns($0.field, of: $0.part) ? $0.turned : $0 }
        return map
    }

    /// Parses a document.
    ///
    /// - Throws: `DocumentError` when it is not of the format.
    func document(_ bytes: [UInt8]) throws(DocumentError) -> Document { try Document(bytes, format, layout: layout) }
}

import ArgumentParser
import MeterCore
import MeterNotation

/// `schema`: lists the measurements that the box writes, and the meaning of their fields.
struct SchemaCommand: ParsableCommand {
    /// Abstract and examples.
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: said("Lists what is stored: measurements, tags, and the unit and meaning of each field."),
        discussion: prose(
            """
            EXAMPLES:
              boxenergie schema                     every measurement
              boxenergie schema m15.energy          one of them
              boxenergie schema --format markdown   as a page, which is influx/SCHEMA.md
            """
        )
    )

    /// Forms of the list.
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown }

    /// Name of one measurement with its policy; all by default.
    @Argument(help: .said("A measurement with its policy, such as raw.linky; all when none is named."))
    var measurement: String?

    /// Form of the list.
    @Option(help: .said("text for people, markdown for a page."))
    var format = Format.text

    /// Prints the list, which comes from the schema that also the code writes by.
    func run() throws {
        let kinds = try measurement.map { [try Self.kind($0)] } ?? Kind.allCases
        switch format {
        case .text: print(kinds.map(Self.text).joined(separator: "\n\n"))
        case .markdown: print(Self.page(kinds))
        }
    }

    /// The measurement of a name, or an error with code 64 that lists the names.
    private static func kind(_ name: String) throws -> Kind {
        if let kind = Kind(rawValue: name) { return kind }
        let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
        throw CommandError("no measurement is called \"\(name)\"; there are: \(names)", exitCode: 64)
    }

    /// A measurement for people: a line for each field, the names in one column.
    private static func text(_ kind: Kind) -> String {
        let width = kind.columns.map(\.field.rawValue.count).max() ?? 0
        let lines = kind.columns.map { column -> String in
            let blanks = String(repeating: " ", count: width - column.field.rawValue.count)
            let unit = column.unit.isEmpty ? "" : ", \(column.unit.replacing(" or ", with: said(" or ")))"
            return "  \(column.field.rawValue)\(blanks)  \(column.meaning) (\(word(for: column.type))\(unit))"
        }
        let head = ["\(kind.rawValue): \(kind.summary)", "  \(said("tags: \(tags(kind)); written: \(kind.cadence)"))"]
        return (head + lines).joined(separator: "\n")
    }

    /// The type of a field for people.
    private static func word(for type: Kind.FieldType) -> Phrase {
        switch type {
        case .integer: "integer"
        case .float: "float"
        case .boolean: "boolean"
        case .string: "string"
        }
    }

    /// Tags of a measurement, `site` first, which every point has.
    private static func tags(_ kind: Kind) -> String { (["site"] + kind.tags).joined(separator: ", ") }

    /// The page influx/SCHEMA.md, in English.
    private static func page(_ kinds: [Kind]) -> String {
        let tables = kinds.map { kind -> String in
            let rows = kind.columns.map { column in
                "| `\(column.field.rawValue)` | \(column.type.rawValue) | \(column.unit) | \(column.meaning.english) |"
            }
            let head = [
                "## \(kind.rawValue)", "", kind.summary.english, "",
                "Tags: \(tags(kind)). Written: \(kind.cadence.english).", "",
                "| field | type | unit | meaning |", "|---|---|---|---|",
            ]
            return (head + rows).joined(separator: "\n")
        }
        let title = """
            # What is stored

            Printed by `boxenergie schema --format markdown`; a test holds this page against it. Names and types are never
            changed once released, more of them may come. Every point has the tag `site`, and those of `[tags]`. The role of a
            meter is one of \(MeterRole.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")).
            """
        return ([title] + tables).joined(separator: "\n\n")
    }
}

import Foundation
import MeterCore
import Testing

/// The schema as people read it.
@Suite(.mayBlock) struct SchemaTests {
    /// The page that other projects hold on to; it is not a part of the sources.
    private static let shared = Installation.root + "/../shared/schema.md"

    @Test("influx/SCHEMA.md is what the program prints")
    func page() throws {
        let page = try String(contentsOfFile: Installation.root + "/influx/SCHEMA.md", encoding: .utf8)
        let printed = try Installation().run("schema", "--format", "markdown")
        #expect(printed.output == page)
    }

    @Test("one measurement is shown by its name, and another word is answered with the list")
    func one() throws {
        let box = try Installation()
        let shown = try box.run("schema", "m15.energy")
        #expect(shown.code == 0 && shown.output.contains("import_wh") && !shown.output.contains("raw."))
        let wrong = try box.run("schema", "linky")
        #expect(wrong.code == 64 && wrong.output.contains("raw.linky, raw.phase"))
    }

    @Test(
        "every field of the shared schema is stored as it says",
        .enabled(if: FileManager.default.fileExists(atPath: SchemaTests.shared))
    )
    func agreed() throws {
        let page = try String(contentsOfFile: Self.shared, encoding: .utf8)
        var fields = 0
        for line in page.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 4, let kind = Kind(rawValue: cells[0].replacingOccurrences(of: "`", with: "")),
                kind != .monthEnergy
            else { continue }
            for word in cells[2].replacing(/\([^)]*\)/, with: "").split(separator: ",") {
                let parts = word.replacing("varh_q1…q4", with: "varh_q1").split(separator: " ")
                guard let name = parts.first, let field = Field(rawValue: String(name)) else {
                    Issue.record("\(kind.rawValue): \(word) is no field")
                    continue
                }
                fields += 1
                #expect(kind.type(of: field) != nil, "\(kind.rawValue) has no \(name)")
                if parts.count > 1, parts[1] == "i" {
                    #expect(kind.type(of: field) == .integer, "\(kind.rawValue).\(name)")
                }
            }
        }
        #expect(fields > 100)
    }
}

import Foundation
import MeterNotation
import SupplierFiles
import Testing

/// Workbooks and archives, made by Python's own zipfile: nothing of ours packs them.
struct WorkbookTests {
    /// An archive of parts, by `python3`.
    private func archive(_ parts: [(name: String, text: String)], stored: Bool = false) throws -> [UInt8] {
        let script = """
            import json, sys, zipfile
            with zipfile.ZipFile(sys.argv[2], "w", zipfile.\(stored ? "ZIP_STORED" : "ZIP_DEFLATED")) as archive:
                for name, text in json.load(open(sys.argv[1])): archive.writestr(name, text)
            """
        let folder = FileManager.default.temporaryDirectory.appending(path: "workbook-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try JSONEncoder().encode(parts.map { [$0.name, $0.text] }).write(to: input)
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", script, input.path, output.path]
        try python.run()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0)
        let bytes = try Data(contentsOf: output)
        return [UInt8](bytes)
    }

    /// A workbook with one sheet; cells by address, texts shared or numeric.
    private func book(
        _ cells: [(String, String)],
        numeric: Bool,
        sheet: String = "Consommation Horaire"
    ) throws -> [UInt8] {
        var strings = ["prm", "dateDebut"]
        var rows: [Int: [String]] = [:]
        for (address, text) in cells {
            let row = Int(address.drop { $0.isLetter }) ?? 0
            if text.hasPrefix("=") {
                let value = text.dropFirst().isEmpty ? "" : "<v>\(text.dropFirst())</v>"
                rows[row, default: []].append("<c r=\"\(address)\"><f>SUM(A1:A9)*7</f>\(value)</c>")
            } else if numeric, Double(text) != nil, text.utf8.count < 14 {
                rows[row, default: []].append("<c r=\"\(address)\" s=\"3\"><v>\(text)</v></c>")
            } else {
                strings.append(text)
                rows[row, default: []].append(
                    "<c r=\"\(address)\" t=\"s\"><v>\(strings.count - 1)</v></c><c r=\"Z\(row)\"/>"
                )
            }
        }
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        let data = rows.sorted { $0.key < $1.key }.map { "<row r=\"\($0.key)\">\($0.value.joined())</row>" }.joined()
        // A text in two runs.
        let shared = strings.map {
            "<si><r><t xml:space=\"preserve\">\($0.prefix(2))</t></r><r><t>\($0.dropFirst(2))</t></r></si>"
        }
        return try archive([
            ("[Content_Types].xml", "<Types/>"),
            (
                "xl/workbook.xml",
                "<workbook xmlns=\"\(main)\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Page d'accueil\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"\(sheet)\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"
            ),
            ("xl/sharedStrings.xml", "<sst xmlns=\"\(main)\">\(shared.joined())</sst>"),
            (
                "xl/worksheets/sheet1.xml",
                "<worksheet xmlns=\"\(main)\"><sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"/></row></sheetData></worksheet>"
            ),
            ("xl/worksheets/sheet2.xml", "<worksheet xmlns=\"\(main)\"><sheetData>\(data)</sheetData></worksheet>"),
        ])
    }

    /// The curve of a day without its last half hour, as in every file of Enedis.
    private func curve(_ day: LocalDate, numeric: Bool) -> [(String, String)] {
        var cells = [
            ("B8", "PRM"), ("C8", Samples.meter), ("C9", "Consommation"), ("C16", "Début"), ("D16", "Fin"),
            ("E16", "Valeur (en kW)"),
        ]
        for (place, half) in Samples.halfHours(of: day).dropLast().enumerated() {
            let (start, end) = (half.local - 1800, half.local)
            func stamp(_ local: Int64) -> String {
                if numeric { return "\(Double(local) / 86_400 + 25_569)" }
                let words = Samples.words(local)
                return "\(Samples.french(words.date)) \(words.clock):00"
            }
            let watts = Samples.watts(half.utc)
            cells.append(("C\(17 + place)", stamp(start)))
            cells.append(("D\(17 + place)", stamp(end)))
            cells.append(("E\(17 + place)", numeric ? "\(Double(watts) / 1000)" : Samples.kilowatts(watts)))
        }
        return cells
    }

    @Test(
        "cells of text and cells of numbers give the same curve, in autumn, too",
        arguments: [
            LocalDate(year: 2024, month: 6, day: 1), LocalDate(year: 2024, month: 10, day: 27),
            LocalDate(year: 2025, month: 3, day: 30),
        ]
    )
    func curves(day: LocalDate) throws {
        let halves = Samples.halfHours(of: day).dropLast()
        for numeric in [false, true] {
            let files = try SupplierReader(Samples.paris).read(book(curve(day, numeric: numeric), numeric: numeric))
            #expect(files.count == 1 && files[0].format == .enedisWorkbookCurve && files[0].meter == Samples.meter)
            #expect(files[0].curve.map(\.end) == halves.map(\.utc))
            #expect(files[0].curve.map(\.wattHours) == halves.map { Double(Samples.watts($0.utc)) / 2 })
            #expect(files[0].remarks.isEmpty, "\(files[0].remarks)")
        }
    }

    @Test("a formula counts as what it came to; one that nobody computed is missing")
    func formulas() throws {
        let day = LocalDate(year: 2024, month: 6, day: 1)
        let cells = curve(day, numeric: true).map { address, text in
            switch address {
            case "E18": (address, "=0.5")
            case "E19": (address, "=")
            default: (address, text)
            }
        }
        let file = try SupplierReader(Samples.paris).read(book(cells, numeric: true))[0]
        #expect(file.curve.count == 46 && file.remarks == [.missing: 1])
        #expect(file.curve[1].wattHours == 250)
    }

    @Test("days of a workbook are kWh, whatever their label; NA is missing; the sheet says the direction")
    func days() throws {
        let cells = [
            ("C8", Samples.meter), ("C14", "Date"), ("D14", "Valeur (en kW)"), ("C15", "01/06/2024"), ("D15", "12,345"),
            ("C16", "02/06/2024"), ("D16", "NA"), ("C17", "03/06/2024"), ("D17", "7"), ("C18", "04/06/2024"),
            ("D18", "-5"), ("C19", "05/06/2024"), ("D19", "7.0000000000000007E-2"),
        ]
        let file = try SupplierReader(Samples.paris)
            .read(book(cells, numeric: false, sheet: "Export Production Quotidienne"))[0]
        #expect(file.days.map(\.wattHours) == [12_345, 7000, 70] && file.days.allSatisfy { $0.direction == .export })
        #expect(file.remarks == [.missing: 1, .negative: 1] && file.format == .enedisWorkbookDays)
    }

    @Test("a row that no sheet can have is the next one, whatever it says")
    func rowNumbers() throws {
        let cells = [
            ("C8", Samples.meter), ("C14", "Date"), ("D14", "Valeur (en kW)"), ("C\(Int.max)", "01/06/2024"),
            ("D\(Int.max)", "7"),
        ]
        let file = try SupplierReader(Samples.paris).read(
            book(cells, numeric: false, sheet: "Consommation Quotidienne")
        )[0]
        #expect(file.days.map(\.wattHours) == [7000])
    }

    @Test("an archive of EDF: what is known in it is read, the rest is left", arguments: [false, true])
    func edf(stored: Bool) throws {
        let days =
            "\nRécapitulatif de ma consommation\n\nDate de consommation;Consommation (kWh);Nature de la donnée\n02/11/2025;18;Réelle\n"
        let files = try SupplierReader(Samples.paris).read(
            archive([("lisez-moi.txt", "Bonjour"), ("a/ma-conso-quotidienne.csv", days), ("a/", "")], stored: stored)
        )
        #expect(files.count == 1 && files[0].days.map(\.wattHours) == [18_000])
    }

    @Test("an archive that would become too large, or is cut at any byte, is refused and harms nobody")
    func damaged() throws {
        let large = try archive([("a.csv", String(repeating: " ", count: SupplierFile.largest + 1))])
        #expect(large.count < 1 << 20)
        #expect(throws: SupplierFileError.tooLarge) { try SupplierReader(Samples.paris).read(large) }
        let whole = try book(curve(LocalDate(year: 2024, month: 6, day: 1), numeric: false), numeric: false)
        for length in stride(from: 4, to: whole.count - 1, by: 7) {
            #expect(throws: SupplierFileError.self) { try SupplierReader(Samples.paris).read(Array(whole[..<length])) }
        }
        var other = whole
        for place in stride(from: 4, to: whole.count, by: 11) {
            other[place] ^= 0xFF
            // Whatever comes of it is a refusal or a file, never a crash.
            _ = try? SupplierReader(Samples.paris).read(other)
            other[place] ^= 0xFF
        }
    }
}

import Testing

@testable import MeterNotation

/// Tables that spreadsheets open right.
struct SpreadsheetTests {
    private let cells: [Spreadsheet.Cell] = [
        .date(LocalDate(year: 2026, month: 2, day: 1)),
        .minute(LocalDate(year: 2026, month: 2, day: 1), hour: 2, minute: 5),
        .number(1234.5, 3), .number(-0.005, 2), .empty, .text("Été; \"HC\", 1"), .text("=1+1"),
    ]

    @Test("French: semicolons, decimal commas, dd/mm/yyyy, the mark of UTF-8")
    func french() {
        var sheet = Spreadsheet(.french, ["Jour", "Prix (€)"])
        sheet.add(cells)
        #expect(
            sheet.text
                == "\u{FEFF}Jour;Prix (€)\r\n01/02/2026;01/02/2026 02:05;1234,500;-0,01;;\"Été; \"\"HC\"\", 1\";'=1+1\r\n"
        )
    }

    @Test("international: commas, points, yyyy-mm-dd")
    func international() {
        var sheet = Spreadsheet(.international, ["day"])
        sheet.add(cells)
        #expect(
            sheet.text
                == "\u{FEFF}day\r\n2026-02-01,2026-02-01 02:05,1234.500,-0.01,,\"Été; \"\"HC\"\", 1\",'=1+1\r\n"
        )
    }
}

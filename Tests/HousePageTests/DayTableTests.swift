import InfluxOutput
import MeterCore
import MeterNotation
import Testing

@testable import HousePage

/// The days for programs and spreadsheets.
struct DayTableTests {
    private let calendar = LocalCalendar(.paris)
    private let today = LocalDate(year: 2026, month: 11, day: 29)

    private func days() -> [HouseHistory.Energies] {
        [
            HouseHistory.Energies(
                start: calendar.start(of: LocalDate(year: 2026, month: 11, day: 1)),
                sums: [.importWh: 1_234_567.8, .eurImport: 0.875, .eurSubscription: 1]
            )
        ]
    }

    @Test("a spreadsheet in French gets semicolons, decimal commas and the mark of UTF-8")
    func csv() throws {
        let table = try #require(DayTable([("format", "csv")], .french, today: today))
        let (bytes, type) = table.content(days(), calendar)
        #expect(Array(bytes.prefix(3)) == [0xEF, 0xBB, 0xBF] && type == "text/csv; charset=utf-8")
        let lines = String(decoding: bytes.dropFirst(3), as: UTF8.self).split(separator: "\r\n")
        #expect(lines[0].hasPrefix("date;acheté kWh;injecté kWh;soleil kWh;maison kWh;"))
        #expect(lines[1] == "01/11/2026;1234,568;;;;;;0,88;;;1,00")
    }

    @Test("programs get Wh and € under the names of the database, and nothing for what is not known")
    func json() throws {
        let table = try #require(DayTable([], .french, today: today))
        #expect(table.from == LocalDate(year: 2026, month: 11, day: 1) && table.to == today)
        let text = String(decoding: table.content(days(), calendar).bytes, as: UTF8.self)
        #expect(
            text == "[{\"date\":\"2026-11-01\",\"import_wh\":1234567.8,\"eur_import\":0.875,\"eur_subscription\":1}]\n"
        )
    }

    @Test(
        "what is no span of days is refused",
        arguments: [
            [("from", "2026-02-30")], [("from", "2026-11-30")], [("from", "2010-01-01")], [("to", "demain")],
            [("format", "xml")], [("from", "")], [("from", "2026-01-01' OR 1=1")],
        ]
    )
    func refused(_ question: [(String, String)]) {
        #expect(DayTable(question.map { (name: $0.0, text: $0.1) }, .french, today: today) == nil)
    }
}

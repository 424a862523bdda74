import MeterCore
import Testing

@Suite struct SiteBookTests {
    /// 2026-01-14 00:00 in Paris.
    private let midnight: Int64 = 1_768_345_200
    private static let series = "day.site_info,site=maison"

    private func facts(contract: String = "HC") -> SiteFacts {
        var facts = SiteFacts()
        (facts.prm, facts.meter, facts.contract) = ("12345678901234", "041861234567", contract)
        return facts
    }

    private func books(_ place: Ledger.Place = Ledger.Place()) -> Books { Books(Ledger(Ledger.Settings(place: place))) }

    private func row(_ books: Books, _ time: Int64) -> [String: FieldValue]? {
        books.rows.first { $0.key.series == Self.series && $0.key.time == time }?.value
    }

    @Test("of the delivery point and the meter the last four digits are shown, all of them only to who wants it")
    func identity() {
        var hidden = books()
        hidden.learn("linky", midnight, [], site: facts())
        #expect(row(hidden, midnight)?["prm"] == .string("**********1234"))
        #expect(row(hidden, midnight)?["meter"] == .string("********4567"))
        var place = Ledger.Place()
        place.showsIdentity = true
        var shown = books(place)
        shown.learn("linky", midnight, [], site: facts())
        #expect(row(shown, midnight)?["prm"] == .string("12345678901234"))
        #expect(row(shown, midnight)?["meter"] == .string("041861234567"))
    }

    @Test("what changes is told at once, what does not once a day")
    func changes() {
        var books = books()
        for minute in Int64(0)..<(2 * 1440) {
            let contract = minute < 600 ? "HC" : "TEMPO"
            books.learn("linky", midnight + minute * 60, [], site: facts(contract: contract))
        }
        let times = books.rows.keys.filter { $0.series == Self.series }.map(\.time).sorted()
        #expect(times == [midnight, midnight + 600 * 60, midnight + 86_400])
        #expect(row(books, midnight + 600 * 60)?["contract"] == .string("TEMPO"))
    }
}

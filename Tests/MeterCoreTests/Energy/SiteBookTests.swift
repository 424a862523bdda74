import FoundationEssentials
import MeterNotation
import Testing

@testable import MeterCore

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

    @Test("names of registers come one by one and stay, until the contract is another")
    func names() {
        var books = books()
        func told(_ contract: String, _ names: [Int: String]?) -> SiteFacts {
            var facts = facts(contract: contract)
            facts.registers = names
            return facts
        }
        let days = [
            told("HC", [2: "Heures pleines"]), told("HC", nil), told("HC", [1: "Heures creuses"]),
            told("BASE", [1: "Base"]), told("BASE", [12: "x"]),
        ]
        for (day, facts) in days.enumerated() {
            books.learn("linky", midnight + Int64(day) * 86_400, [], site: facts)
        }
        let names = days.indices.map { day in
            ["f01", "f02", "f10"].map { row(books, midnight + Int64(day) * 86_400)?[$0] }
        }
        let (off, peak) = (FieldValue.string("Heures creuses"), FieldValue.string("Heures pleines"))
        #expect(
            names == [
                [nil, peak, nil], [nil, peak, nil], [off, peak, nil], [.string("Base"), nil, nil],
                [.string("Base"), nil, nil],
            ]
        )
    }

    @Test("a memory of a release without names is read")
    func oldMemory() throws {
        let old = Data(#"{"told":{"contract":"HC"},"day":20467}"#.utf8)
        var book = try JSONDecoder().decode(SiteBook.self, from: old)
        var facts = SiteFacts()
        facts.contract = "HC"
        facts.registers = [1: "Heures creuses"]
        let news = book.note(facts, at: midnight, LocalCalendar(.paris))
        #expect(news?.registers == [1: "Heures creuses"])
        let again = try JSONDecoder().decode(SiteBook.self, from: JSONEncoder().encode(book))
        var copy = again
        facts.registers = nil
        #expect(copy.note(facts, at: midnight, LocalCalendar(.paris)) == nil)
    }
}

import Foundation
import MeterNotation
import Testing

@Suite struct LocalCalendarTests {
    private static let zones = [
        "Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Noumea", "America/Miquelon", "Asia/Kathmandu",
        "Australia/Lord_Howe", "America/Sao_Paulo",
    ]

    private func rules(_ name: String) throws -> TimeZoneRules {
        let file = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/" + name))
        return try #require(TimeZoneRules(name: name, file: [UInt8](file)))
    }

    @Test("offsets are those of Foundation, every six hours from 1990 to 2060", arguments: zones)
    func offsets(_ name: String) throws {
        let rules = try rules(name)
        let peer = try #require(TimeZone(identifier: name))
        for seconds in stride(from: Int64(631_152_000), to: 2_840_140_800, by: 21_600) {
            let expected = peer.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
            guard rules.offset(at: seconds) == Int64(expected) else {
                Issue.record("\(name) at \(seconds): \(rules.offset(at: seconds)), Foundation says \(expected)")
                return
            }
        }
    }

    @Test("days and months begin where Foundation's calendar has them begin", arguments: zones)
    func days(_ name: String) throws {
        let calendar = LocalCalendar(try rules(name))
        var peer = Calendar(identifier: .gregorian)
        peer.timeZone = try #require(TimeZone(identifier: name))
        for seconds in stride(from: Int64(1_700_000_000), to: 1_800_000_000, by: 40_000) {
            let date = Date(timeIntervalSince1970: Double(seconds))
            let day = peer.startOfDay(for: date)
            #expect(calendar.startOfDay(seconds) == Int64(day.timeIntervalSince1970), "\(name) \(date)")
            let month = try #require(peer.dateInterval(of: .month, for: date))
            #expect(calendar.startOfMonth(seconds) == Int64(month.start.timeIntervalSince1970))
            #expect(calendar.startOfNextMonth(seconds) == Int64(month.end.timeIntervalSince1970))
            #expect(calendar.hour(seconds) == peer.component(.hour, from: date))
        }
    }

    @Test("without the system's table Paris is known all the same")
    func paris() throws {
        let table = try rules("Europe/Paris")
        for seconds in stride(from: Int64(1_600_000_000), to: 2_500_000_000, by: 1800) {
            guard TimeZoneRules.paris.offset(at: seconds) == table.offset(at: seconds) else {
                Issue.record("\(seconds)")
                return
            }
        }
    }

    @Test("what is no table is refused, cut anywhere")
    func damaged() throws {
        let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Paris")))
        #expect(TimeZoneRules(name: "x", file: []) == nil)
        #expect(TimeZoneRules(name: "x", file: [UInt8]("no table".utf8)) == nil)
        for count in 0..<(file.count - 30) { #expect(TimeZoneRules(name: "x", file: [UInt8](file[..<count])) == nil) }
    }

    @Test(
        "a text that is no date is none",
        arguments: ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "", "2026-01-01T00:00", "2026--1-01"]
    )
    func dates(_ text: String) { #expect(LocalDate(text) == nil) }

    @Test("a date is read and written alike")
    func roundTrip() {
        for number in Int64(0)..<40_000 {
            let date = LocalDate(dayNumber: number)
            #expect(date.dayNumber == number && LocalDate("\(date)") == date)
        }
    }
}

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

    @Test("where clocks are set at midnight a day begins at the first second that has its date")
    func midnightChanges() throws {
        let name = "America/Sao_Paulo"
        let calendar = LocalCalendar(try rules(name))
        var peer = Calendar(identifier: .gregorian)
        peer.timeZone = try #require(TimeZone(identifier: name))
        // From 2010 to 2019 clocks there were set forward at midnight of a Sunday in October or November.
        for seconds in stride(from: Int64(1_262_300_000), to: 1_577_800_000, by: 43_200) {
            let day = peer.startOfDay(for: Date(timeIntervalSince1970: Double(seconds)))
            #expect(calendar.startOfDay(seconds) == Int64(day.timeIntervalSince1970))
        }
    }

    @Test("an hour begins when the clock on the wall shows a full one", arguments: zones)
    func hours(_ name: String) throws {
        let calendar = LocalCalendar(try rules(name))
        var peer = Calendar(identifier: .gregorian)
        peer.timeZone = try #require(TimeZone(identifier: name))
        for seconds in stride(from: Int64(1_700_000_000), to: 1_702_000_000, by: 1700) {
            let date = Date(timeIntervalSince1970: Double(seconds))
            let hour = try #require(peer.dateInterval(of: .hour, for: date)).start.timeIntervalSince1970
            #expect(calendar.startOfHour(seconds) == Int64(hour), "\(name) \(date)")
        }
    }

    @Test("a local time is one instant, two in the hour that comes twice, none in the one that is left out")
    func instants() {
        let winter: Int64 = 1_792_886_400  // 2026-10-25 00:00, as if it were UTC; clocks go back at 03:00.
        #expect(TimeZoneRules.paris.instants(local: winter) == [winter - 7200])
        #expect(TimeZoneRules.paris.instants(local: winter + 9000) == [winter + 9000 - 7200, winter + 9000 - 3600])
        let summer: Int64 = 1_774_742_400  // 2026-03-29 00:00, clocks go forward at 02:00.
        #expect(TimeZoneRules.paris.instants(local: summer) == [summer - 3600])
        #expect(TimeZoneRules.paris.instants(local: summer + 9000).isEmpty)
        #expect(TimeZoneRules.paris.instants(local: summer + 86_400) == [summer + 86_400 - 7200])
    }

    @Test("the second of a change has the offset of after, the one before it that of before", arguments: zones)
    func seconds(_ name: String) throws {
        let rules = try rules(name)
        let peer = try #require(TimeZone(identifier: name))
        var change = peer.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: 1_000_000_000))
        for _ in 0..<20 {
            guard let instant = change else { break }
            for second in [-1, 0] {
                let expected = peer.secondsFromGMT(for: instant.addingTimeInterval(Double(second)))
                #expect(rules.offset(at: Int64(instant.timeIntervalSince1970) + Int64(second)) == Int64(expected))
            }
            change = peer.nextDaylightSavingTimeTransition(after: instant)
        }
    }
}

import Logging
import MeterNotation
import Synchronization
import Testing

@testable import MeterCore

/// A number that other code counts up.
private final class Counter: Sendable {
    private let count = Atomic(0)

    var number: Int { count.load(ordering: .relaxed) }

    func add() { count.add(1, ordering: .relaxed) }
}

/// What the page of the house is told: only what is now, and nothing that is not known.
struct LookoutTests {
    /// 29 November 2026, 12:00 UTC.
    private let start: Int64 = 1_795_953_600
    private let settings = Ledger.Settings()

    private func present(_ seconds: Int64) -> Present { Present(now: Timestamp(seconds: seconds)) }

    private func linky(_ va: Int64, at time: Int64, volts: Double? = nil, remarks: Remarks? = nil) -> Reading {
        var facts: [Fact] = [.apparentPower(import: va, export: nil), .contract(subscribedVA: 6000, register: 2)]
        if let volts { facts.append(.phase(1, volts: volts, va: nil)) }
        return Reading(of: "linky", facts, at: Timestamp(seconds: time), remarks: remarks)
    }

    @Test("a reading of now is shown at once, an old one and a record never")
    func now() {
        var lookout = Lookout {}
        let isOldNews = lookout.note(linky(500, at: start - 61), at: present(start), settings)
        #expect(!isOldNews)
        var record = linky(500, at: start)
        record.isRecord = true
        let isRecordNews = lookout.note(record, at: present(start), settings)
        #expect(!isRecordNews)
        #expect(lookout.now(at: present(start), settings).grid == nil)
        let isNews = lookout.note(linky(500, at: start, volts: 231), at: present(start), settings)
        #expect(isNews)
        let state = lookout.now(at: present(start + 1), settings)
        #expect(state.grid?.watts != nil && state.grid?.seen == start + 1)
        #expect(state.phases == [HouseNow.Phase(number: 1, volts: 231, isAllowed: true)])
        #expect(state.subscription == HouseNow.Subscription(drawn: 500, subscribed: 6000))
    }

    @Test("where nothing is drawn and no meter tells what is injected, the power of the grid is not known")
    func injectionUnknown() {
        func state(_ drawn: Int64, _ injected: Int64?, _ settings: Ledger.Settings) -> HouseNow {
            var lookout = Lookout {}
            for (time, drawn) in [(start, 300), (start + 10, drawn)] {
                let facts: [Fact] = [.apparentPower(import: drawn, export: injected)]
                let reading = Reading(of: "linky", facts, at: Timestamp(seconds: time))
                _ = lookout.note(reading, at: present(time), settings)
            }
            return lookout.now(at: present(start + 11), settings)
        }
        let mayHavePanels = state(0, nil, settings)
        #expect(mayHavePanels.grid == nil && mayHavePanels.drawsNothing == true)
        let some = state(300, nil, settings)
        #expect(some.grid?.watts != nil && some.drawsNothing == nil)
        let standard = state(0, 1500, settings)
        #expect(standard.grid?.watts ?? 0 < 0 && standard.drawsNothing == nil)
        // A house of which all is known uses nothing.
        let without = state(0, nil, Ledger.Settings(production: Production(sources: [], isComplete: true)))
        #expect(without.grid?.watts == 0 && without.house?.watts == 0 && without.drawsNothing == nil)
    }

    @Test(
        "a silent source is late, unless it says itself that it sleeps, or may sleep",
        arguments: [
            ("reading", false, true), ("asleep", false, false), ("waiting", true, false), ("starting", false, true),
        ]
    )
    func sleeping(_ state: String, _ isDark: Bool, _ isLate: Bool) {
        var status = SourceStatus.Snapshot()
        status.state = state
        if state != "starting" { status.lastReading = start - 900 }
        func meter(at now: Int64) -> HouseNow.Meter {
            HouseNow.Meter("toit", status, since: start - 900, pause: 30, at: now) { isDark }
        }
        let silent = meter(at: start)
        #expect(silent.isLate == isLate && silent.isAsleep == (isLate ? nil : true))
        // One that has just been read is not late, however dark it is.
        let fresh = meter(at: start - 890)
        #expect(!fresh.isLate && fresh.isAsleep == (state == "asleep" ? true : nil))
    }

    @Test("a minute after the last reading nothing is of now; the last power keeps its time, also over a set clock")
    func silence() {
        var lookout = Lookout {}
        for second in stride(from: Int64(0), through: 30, by: 10) {
            _ = lookout.note(linky(500, at: start + second, volts: 260), at: present(start + second), settings)
        }
        let state = lookout.now(at: present(start + 300), settings)
        #expect(state.grid?.watts == nil && state.grid?.last == 500 && state.grid?.seen == start + 30)
        #expect(state.phases == [HouseNow.Phase(number: 1, volts: nil, isAllowed: true)])
        #expect(state.subscription == HouseNow.Subscription(drawn: nil, subscribed: 6000))
        #expect(state.price == HouseNow.Price())
        // The box learns that it is an hour later: the silence has its length, and was then.
        let corrected = Present(now: Timestamp(seconds: start + 300 + 3600), distance: 3600 * 1_000_000_000)
        #expect(lookout.now(at: corrected, settings).grid?.seen == start + 30 + 3600)
    }

    /// A lookout that has heard of 500 VA for half a minute, by a clock that was so many seconds ahead.
    private func corrected(by seconds: Int64) -> (Lookout, Present) {
        var lookout = Lookout {}
        for second in stride(from: Int64(0), through: 30, by: 10) {
            _ = lookout.note(linky(500, at: start + second), at: present(start + second), settings)
        }
        let now = start + 30 + seconds
        let present = Present(now: Timestamp(seconds: now), distance: seconds * 1_000_000_000)
        lookout.timeWasCorrected(by: seconds, at: present)
        return (lookout, present)
    }

    @Test(
        "after the clock was set what flows is shown with the next reading, and what was known keeps its age",
        arguments: [7200, 1800, 60, -60, -1800, -7200] as [Int64]
    )
    func clockWasSet(_ seconds: Int64) {
        var (lookout, present) = corrected(by: seconds)
        #expect(lookout.now(at: present, settings).grid?.watts == 500)
        let now = present.now.seconds
        func later(_ second: Int64) -> Present {
            Present(now: Timestamp(seconds: now + second), distance: present.distance)
        }
        // Silent from then on: not fresh for as long as the clock was ahead.
        #expect(lookout.now(at: later(90), settings).grid?.watts == nil)
        _ = lookout.note(linky(900, at: now + 5), at: later(5), settings)
        #expect(lookout.now(at: later(5), settings).grid?.watts == 900)
        for second in stride(from: Int64(10), through: 80, by: 10) {
            _ = lookout.note(linky(900, at: now + second), at: later(second), settings)
        }
        #expect(lookout.curve.minutes(until: now + 80).contains { $0.time >= now && $0.drawn == 900 })
    }

    @Test("minutes that a clock that was ahead had noted are not those of the time when it comes")
    func minutesAhead() {
        let (lookout, present) = corrected(by: -3600)
        let minutes = lookout.curve.minutes(until: present.now.seconds + 3600 + 60)
        #expect(minutes.allSatisfy { $0.drawn == nil })
    }

    @Test("a meter that falls silent after one reading was seen, and when")
    func oneReading() {
        var lookout = Lookout {}
        _ = lookout.note(linky(500, at: start), at: present(start), settings)
        let state = lookout.now(at: present(start + 300), settings)
        #expect(state.grid == HouseNow.Power(watts: nil, last: 500, seen: start))
    }

    @Test("a register without a contract is called as the meter calls it, once it was told")
    func registerName() {
        var lookout = Lookout {}
        var facts = SiteFacts()
        facts.contract = "SUPER WEEK-END"
        facts.registers = [1: "Semaine"]
        _ = lookout.note(linky(500, at: start, remarks: Remarks(site: facts)), at: present(start), settings)
        // The register that counts is the second one.
        #expect(lookout.now(at: present(start), settings).price == HouseNow.Price(number: 2))
        facts.registers = [2: "Week-end"]
        _ = lookout.note(linky(500, at: start + 10, remarks: Remarks(site: facts)), at: present(start + 10), settings)
        _ = lookout.note(linky(500, at: start + 20), at: present(start + 20), settings)
        #expect(lookout.now(at: present(start + 20), settings).price == HouseNow.Price(number: 2, name: "Week-end"))
    }

    @Test("without a time that is known there is no state of now")
    func unknownTime() {
        var lookout = Lookout {}
        let unknown = Present(now: Timestamp(seconds: 100), trust: .unknown)
        let isNews = lookout.note(linky(500, at: 100), at: unknown, settings)
        #expect(!isNews)
        #expect(lookout.now(at: unknown, settings).clockIsUnknown)
    }

    @Test("an event that is over takes the place of its beginning, and fifty are kept")
    func events() {
        var lookout = Lookout {}
        lookout.note([EnergyEvent(.voltage, of: "linky 1", at: 5, "a", "en cours")])
        lookout.note([EnergyEvent(.voltage, of: "linky 1", at: 5, "a", "finie")])
        #expect(lookout.events.map(\.text) == ["finie"])
        lookout.note((0..<60).map { EnergyEvent(.meter, at: $0, "b", "\($0)") })
        #expect(lookout.events.count == 50 && lookout.events.last?.text == "59")
    }

    @Test("a minute is the mean of its flows, and a day has 1440 of them")
    func curve() {
        var curve = DayCurve()
        let minute = start / 60 * 60
        for (second, watts) in [(Int64(0), 100.0), (10, 200), (50, 600)] {
            curve.note(Flow(time: minute + second, import: watts))
        }
        var minutes = curve.minutes(until: minute + 59)
        #expect(minutes.count == 1440 && minutes[1439] == DayCurve.Minute(time: minute, drawn: 300))
        #expect(minutes[1438] == DayCurve.Minute(time: minute - 60))
        // What comes from the database fills what is not known, and only that.
        curve.fill([
            DayCurve.Minute(time: minute - 60, drawn: 7, house: 8), DayCurve.Minute(time: minute, drawn: 9),
            DayCurve.Minute(time: -5, drawn: 9),
        ])
        minutes = curve.minutes(until: minute)
        #expect(minutes[1438] == DayCurve.Minute(time: minute - 60, drawn: 7, house: 8))
        #expect(minutes[1439].drawn == 300)
        // A day later the same place is another minute's.
        curve.note(Flow(time: minute + 86_400, import: 5))
        minutes = curve.minutes(until: minute + 86_400)
        #expect(minutes[1439].drawn == 5 && minutes[0].drawn == nil)
    }

    @Test(
        "contracts by the names that a Linky gives them",
        arguments: [
            ("BASE", Tariff.Option.base), ("HC..", .hphc), ("H PLEINE/CREUSE", .hphc), ("EJP.", .ejp), ("BBR(", .tempo),
            ("     TEMPO      ", .tempo), ("SUPER WEEK-END", nil), ("", nil),
        ] as [(String, Tariff.Option?)]
    )
    func contract(_ name: String, _ option: Tariff.Option?) { #expect(Tariff.Option(contract: name) == option) }

    @Test("Tempo's colours count for the day for which they were told")
    func colours() {
        let calendar = LocalCalendar(.paris)
        var watch = SupplierWatch()
        // 11:00 in Paris.
        let morning = start - 7200
        _ = watch.note(Notices(today: .white, tomorrow: .red), from: "linky", at: morning, calendar)
        #expect(watch.colours(at: morning, calendar).today == .white)
        #expect(watch.colours(at: morning, calendar).tomorrow == .red)
        // At 3:00 the white day still runs.
        let night = morning + 16 * 3600
        #expect(
            watch.colours(at: night, calendar).today == .white && watch.colours(at: night, calendar).tomorrow == .red
        )
        // At 7:00 nothing was told of the new day, and nothing of the next.
        let next = morning + 20 * 3600
        #expect(watch.colours(at: next, calendar).today == nil && watch.colours(at: next, calendar).tomorrow == nil)
    }

    @Test("the intake tells of news while somebody watches, and has the ledger's sums of the day")
    func intake() {
        let news = Counter()
        let intake = Intake(
            to: [],
            ledger: Ledger(settings),
            clock: { [start] in ClockReading(wall: Timestamp(seconds: start), uptime: .now, isSynchronized: true) },
            logger: Logger(label: "test")
        )
        #expect(intake.houseNow == nil && intake.lastDay.isEmpty)
        intake.watch { news.add() }
        let series = Series(.linky, tags: [("source", "linky")])
        intake.append(Point(series, at: Timestamp(seconds: start), row: [.vaIn: 400, .whIn: 1000]))
        #expect(news.number == 1 && intake.houseNow?.grid?.watts != nil)
        intake.watch(nil)
        intake.append(Point(series, at: Timestamp(seconds: start), row: [.vaIn: 400, .whIn: 1000]))
        #expect(news.number == 1 && intake.houseNow == nil)
    }
}

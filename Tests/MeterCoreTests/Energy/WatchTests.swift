import Foundation
import MeterCore
import MeterNotation
import Testing

@Suite struct WatchTests {
    /// 2026-01-14 00:00 in Paris.
    private let midnight: Int64 = 1_768_345_200

    private func volts(_ volts: Double, _ phase: Int = 1) -> Fact { .phase(phase, volts: volts, va: nil) }

    @Test("too high a voltage is told when it begins and, under the same time, when it is over")
    func voltage() {
        var books = Books()
        for second in Int64(0)..<2000 {
            let isHigh = (100..<220).contains(second) || (300..<360).contains(second)
            books.learn("linky", midnight + second, volts(isHigh ? 250 + Double(second % 7) : 235))
        }
        #expect(books.events.map(\.time) == [midnight + 102, midnight + 102])
        #expect(books.events.allSatisfy { $0.kind == .voltage && $0.title == "Tension trop haute" })
        // 254, 255 and 256 V are out: three seconds of seven.
        let outside = (100..<220).count { $0 % 7 > 3 } + (300..<360).count { $0 % 7 > 3 }
        #expect(
            books.events.last?.text
                == "phase 1 : 256 V, limite 253 V ; hors limites pendant \(outside / 60) min en tout."
        )
        books.learn("linky", midnight + 86_400, volts(235))
        #expect(books.value("day.phase,phase=1,site=maison", "out_s", at: midnight) == Double(outside))
        #expect(books.value("day.phase,phase=1,site=maison", "v_max", at: midnight) == 256)
    }

    @Test("too low a voltage on two phases is two events at two seconds")
    func lowVoltage() {
        var books = Books()
        books.learn("linky", midnight, volts(201, 1), volts(206.9, 2), volts(207, 3))
        #expect(books.events.map(\.title) == ["Tension trop basse", "Tension trop basse"])
        #expect(Set(books.events.map(\.time)).count == 2)
    }

    /// A place where nobody knows where the sun stands, and one in Nantes.
    private func places() throws -> [Ledger.Settings] {
        var nantes = Ledger.Settings()
        (nantes.place.latitude, nantes.place.longitude) = (47.2, -1.55)
        let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Indian/Reunion")))
        let zone = try #require(TimeZoneRules(name: "Indian/Reunion", file: file))
        return [Ledger.Settings(calendar: LocalCalendar(zone)), nantes]
    }

    @Test(
        "an inverter that fell silent with hardly any power is not missed where it may be dusk",
        arguments: [
            (40.0, 16, [false, false]), (40, 12, [false, true]), (2000, 15, [true, true]), (2000, 12, [true, true]),
        ]
    )
    func dusk(watts: Double, hour: Int64, isMissed: [Bool]) throws {
        for (settings, isMissed) in zip(try places(), isMissed) {
            var books = Books(Ledger(settings))
            let silent = midnight + hour * 3600
            books.learn("toit", silent, .register(MeterRegister(.production), value: 7000), .production(watts: watts))
            books.look(at: silent + 1800)
            #expect(books.events.contains { $0.kind == .outage } == isMissed)
            // Nor for longer than a night.
            books.look(at: silent + 23 * 3600)
            #expect(books.events.contains { $0.kind == .outage })
        }
    }

    @Test("Tempo's colours are told once: tomorrow's when it is known, today's when it begins")
    func tempo() {
        var books = Books()
        let colours: [Notices.Colour] = [.blue, .blue, .white, .red, .red]
        for minute in Int64(0)..<(4 * 1440) {
            let day = Int(minute / 1440)
            let tempoDay = minute % 1440 < 360 ? max(0, day - 1) : day
            let tomorrow = minute % 1440 >= 1200 ? colours[day + 1] : nil
            books.learn(
                "linky",
                midnight + minute * 60,
                [],
                notices: Notices(today: colours[tempoDay], tomorrow: tomorrow)
            )
        }
        #expect(
            books.events.map(\.title) == [
                "Aujourd'hui : jour bleu", "Demain : jour bleu", "Aujourd'hui : jour bleu", "Demain : jour blanc",
                "Aujourd'hui : jour blanc", "Demain : jour rouge", "Aujourd'hui : jour rouge", "Demain : jour rouge",
            ]
        )
        #expect(Set(books.events.map(\.time)).count == 8)
    }

    @Test("a meter whose clock is late, or that shows yesterday's announcement, makes no false day")
    func lateMeter() {
        var books = Books()
        // Blue, then red from 06:01:30 on by the box's clock; tomorrow's red stands until then.
        for second in stride(from: Int64(20 * 3600), to: 40 * 3600, by: 10) {
            let isNew = second >= 30 * 3600 + 90
            books.learn(
                "linky",
                midnight + second,
                [],
                notices: Notices(today: isNew ? .red : .blue, tomorrow: isNew ? nil : .red)
            )
        }
        #expect(
            books.events.map(\.title) == ["Aujourd'hui : jour bleu", "Demain : jour rouge", "Aujourd'hui : jour rouge"]
        )
        // The same again the next evening is news.
        books.learn("linky", midnight + 44 * 3600, [], notices: Notices(today: .red, tomorrow: .red))
        #expect(books.events.last?.title == "Demain : jour rouge")
    }

    @Test("a second meter that says nothing of Tempo or of peaks takes nothing back")
    func twoMeters() {
        var books = Books()
        for second in stride(from: Int64(0), to: 3600, by: 10) {
            books.learn("linky", midnight + second, [], notices: Notices(today: .blue, tomorrow: .red))
            books.learn("vente", midnight + second, [], notices: Notices(isPeakAnnounced: false, isPeakRunning: false))
        }
        #expect(books.events.map(\.title) == ["Aujourd'hui : jour bleu", "Demain : jour rouge"])
        var peak = Books()
        for second in stride(from: Int64(0), to: 3600, by: 10) {
            peak.learn("linky", midnight + second, [], notices: Notices(isPeakAnnounced: false, isPeakRunning: true))
            peak.learn("vente", midnight + second, [], notices: Notices(isPeakAnnounced: false, isPeakRunning: false))
        }
        #expect(peak.events.map(\.title) == ["Pointe mobile en cours"])
    }

    @Test("what one meter draws is judged by what was subscribed for it, not for another")
    func twoContracts() {
        var books = Books()
        for second in stride(from: Int64(0), to: 600, by: 10) {
            books.learn(
                "linky",
                midnight + second,
                .contract(subscribedVA: 9000, register: 1),
                .apparentPower(import: 7000, export: nil)
            )
            books.learn(
                "vente",
                midnight + second,
                .contract(subscribedVA: 3000, register: 1),
                .apparentPower(import: 10, export: 2000)
            )
        }
        #expect(books.events.isEmpty)
    }

    @Test("a mobile peak is told when it is announced, when it begins and when it ends")
    func peak() {
        var books = Books()
        for minute in Int64(0)..<300 {
            let notices = Notices(
                isPeakAnnounced: (10..<60).contains(minute),
                isPeakRunning: (60..<200).contains(minute)
            )
            books.learn("linky", midnight + minute * 60, [], notices: notices)
        }
        #expect(books.events.map(\.title) == ["Préavis de pointe mobile", "Pointe mobile en cours", "Pointe mobile"])
        #expect(books.events[1].time == books.events[2].time)
        #expect(books.events[2].text == "La pointe mobile a duré 2 h 19 min ; elle est terminée.")
    }

    @Test("more power than subscribed is one event, with its most and its length")
    func power() {
        var books = Books()
        for second in stride(from: Int64(0), to: 3000, by: 10) {
            let drawn: Int64 = (600..<900).contains(second) && second % 30 != 0 ? 9500 + second : 4000
            books.learn(
                "linky",
                midnight + second,
                .contract(subscribedVA: 9000, register: 1),
                .apparentPower(import: drawn, export: nil)
            )
        }
        #expect(books.events.map(\.kind) == [.power, .power])
        #expect(books.events.map(\.time) == [midnight + 610, midnight + 610])
        #expect(books.events[1].text == "Jusqu'à 10,4 kVA pour 9 kVA souscrits pendant 4 min.")
        #expect(books.value("m15.power,site=maison", "va_max", at: midnight) == 10_390)
        #expect(books.value("m15.power,site=maison", "pref_va", at: midnight) == 9000)
    }

    @Test("a meter that falls silent is told, and again when it is back; a restart of the box is its own event")
    func silence() {
        var books = Books()
        books.learn("linky", midnight, .grid(0))
        books.look(at: midnight + 250)
        #expect(books.events.isEmpty)
        books.look(at: midnight + 310)
        books.look(at: midnight + 370)
        books.learn("linky", midnight + 600, .grid(1))
        #expect(books.events.map(\.kind) == [.outage, .outage])
        #expect(books.events.map(\.time) == [midnight, midnight])
        #expect(books.events[1].text == "linky est resté muet pendant 10 min ; il répond de nouveau.")
        books.ledger = Ledger(books.ledger.settings, memory: books.ledger.memory)
        books.learn("linky", midnight + 8010, .grid(2))
        #expect(books.events.map(\.kind) == [.outage, .outage, .box])
    }

    @Test("two meters that are lost in one second are two events in the database, and each is told again under its own")
    func lostTogether() {
        var books = Books()
        for source in ["chaleur", "eau", "linky"] { books.learn(source, midnight, .grid(0)) }
        books.look(at: midnight + 310)
        let events = "day.event,kind=outage,site=maison"
        func titles() -> [Int64: FieldValue] {
            Dictionary(
                books.rows.filter { $0.key.series == events }.map { ($0.key.time, $0.value["title"] ?? .integer(0)) }
            ) { $1 }
        }
        let lost = titles()
        #expect(Set(lost.keys) == [midnight, midnight + 1, midnight + 2])
        #expect(Set(lost.values.map { "\($0)" }).count == 3)
        books.learn("pac", midnight + 340, .grid(0))
        // A restart of the program forgets nothing of it.
        books.ledger = Ledger(books.ledger.settings, memory: books.ledger.memory)
        for source in ["linky", "eau", "chaleur"] { books.learn(source, midnight + 350, .grid(1)) }
        #expect(titles() == lost)
        #expect(books.events.suffix(3).allSatisfy { $0.text.contains("il répond de nouveau") })
        #expect(Set(books.events.suffix(3).map(\.time)) == Set(lost.keys))
    }

    @Test("two meters that are replaced in one second are two events")
    func replacedTogether() {
        var books = Books()
        for (time, serial) in [(midnight, "A"), (midnight + 10, "B")] {
            for source in ["eau", "gaz"] { books.learn(source, time, .grid(5), serial: serial) }
        }
        #expect(Set(books.events.map(\.time)) == [midnight + 10, midnight + 11])
    }

    @Test("an inverter that has no power at night is not lost; one that stays silent by day is, once")
    func sleepingInverter() {
        var place = Ledger.Place()
        (place.latitude, place.longitude) = (47.2, -1.55)
        var books = Books(Ledger(Ledger.Settings(place: place)))
        func look(fromHour start: Int64, to end: Int64) {
            for minute in (start * 60)..<(end * 60) {
                books.learn("linky", midnight + minute * 60, .grid(0))
                books.look(at: midnight + minute * 60)
            }
        }
        books.learn("onduleur", midnight + 17 * 3600, .production(1000))
        look(fromHour: 17, to: 33)
        #expect(books.events.isEmpty, "the sun sets at 17:40 and rises at 8:45")
        look(fromHour: 33, to: 40)
        #expect(books.events.map(\.title) == ["Plus de mesure de onduleur"])
    }

    @Test("a meter that is read each quarter of an hour, or has no pulse in between, is not lost in between")
    func rarelyRead() {
        var books = Books()
        books.ledger.change(
            to: {
                var s = books.ledger.settings; s.pauses = ["eau": 900]; return s
            }(),
            sources: ["eau"]
        )
        for minute in Int64(0)...60 {
            if minute % 15 == 0, minute < 60 { books.learn("eau", midnight + minute * 60, .grid(0)) }
            books.look(at: midnight + minute * 60)
        }
        #expect(books.events.isEmpty)
        books.look(at: midnight + 45 * 60 + 1201)
        #expect(books.events.map(\.title) == ["Plus de mesure de eau"])
    }

    @Test("the worst voltage of an excursion is told, not the last, and a pause in the readings is none of it")
    func worst() {
        var books = Books()
        let readings = [(0, 254.0), (10, 262), (20, 255), (620, 254), (630, 230), (1000, 230)] as [(Int64, Double)]
        for (second, value) in readings { books.learn("linky", midnight + second, volts(value)) }
        #expect(
            books.events.last?.text == "phase 1 : 262 V, limite 253 V ; hors limites pendant 1 min en tout.",
            "20 s, then a minute of the ten without a reading, then 10 s"
        )
    }

    @Test("a voltage at the limit that comes and goes within minutes is one event")
    func flapping() {
        var books = Books()
        for minute in Int64(0)..<60 {
            books.learn("linky", midnight + minute * 60, volts(minute % 4 == 0 ? 254 : 252))
        }
        #expect(Set(books.events.map(\.time)) == [midnight])
    }

    @Test(
        "all of the subscribed power may be drawn, and a meter that does not say what is subscribed makes no alarm",
        arguments: [(9000, 9000, 0), (9000, 9001, 1), (0, 9001, 0)] as [(Int64, Int64, Int)]
    )
    func allowedPower(_ subscribed: Int64, _ drawn: Int64, _ events: Int) {
        var books = Books()
        books.learn(
            "linky",
            midnight,
            .contract(subscribedVA: subscribed, register: 1),
            .apparentPower(import: drawn, export: nil)
        )
        #expect(books.events.count == events)
    }

    @Test("a reading that comes late does not make a meter that speaks a lost one")
    func lateReading() {
        var books = Books()
        books.learn("linky", midnight + 600, .grid(1))
        books.learn("linky", midnight, .tariff("HC", 1))
        books.look(at: midnight + 610)
        #expect(books.events.isEmpty)
    }

    @Test("the registers of a meter that was replaced are one event, whatever their number")
    func chapters() {
        var books = Books()
        for (second, serial) in [(0, "A"), (60, "B")] as [(Int64, String)] {
            books.learn("linky", midnight + second, .grid(5000), serial: serial)
            books.learn("linky", midnight + second + 5, .export(300), serial: serial)
        }
        #expect(books.events.map(\.title) == ["Compteur remplacé"])
        books.learn("linky", midnight + 86_400, .grid(12), serial: "C")
        #expect(books.events.count == 2)
    }
}

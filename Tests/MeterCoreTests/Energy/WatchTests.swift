import MeterCore
import Testing

@Suite struct WatchTests {
    /// 2026-01-14 00:00 in Paris.
    private let midnight: Int64 = 1_768_345_200

    private func volts(_ volts: Double, _ phase: Int = 1) -> Meaning.Fact { .phase(phase, volts: volts, va: nil) }

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
                .notices(Notices(today: colours[tempoDay], tomorrow: tomorrow))
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

    @Test("a mobile peak is told when it is announced, when it begins and when it ends")
    func peak() {
        var books = Books()
        for minute in Int64(0)..<300 {
            let notices = Notices(
                isPeakAnnounced: (10..<60).contains(minute),
                isPeakRunning: (60..<200).contains(minute)
            )
            books.learn("linky", midnight + minute * 60, .notices(notices))
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
                .apparentPower(drawn: drawn, injected: nil)
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
        books.take(books.ledger.look(at: Timestamp(seconds: midnight + 250)))
        #expect(books.events.isEmpty)
        books.take(books.ledger.look(at: Timestamp(seconds: midnight + 310)))
        books.take(books.ledger.look(at: Timestamp(seconds: midnight + 370)))
        books.learn("linky", midnight + 600, .grid(1))
        #expect(books.events.map(\.kind) == [.outage, .outage])
        #expect(books.events.map(\.time) == [midnight, midnight])
        #expect(books.events[1].text == "linky est resté muet pendant 10 min ; il répond de nouveau.")
        books.ledger = Ledger(books.ledger.settings, memory: books.ledger.memory)
        books.learn("linky", midnight + 8010, .grid(2))
        #expect(books.events.map(\.kind) == [.outage, .outage, .box])
    }
}

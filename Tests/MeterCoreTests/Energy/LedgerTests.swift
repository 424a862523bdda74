import Foundation
import MeterCore
import MeterNotation
import Testing

@Suite struct LedgerTests {
    /// 2026-01-14 00:00 in Paris, a quarter's and a day's beginning.
    private let midnight: Int64 = 1_768_345_200

    @Test("a register is carried to the quarter's boundary by the straight line between two readings")
    func interpolation() {
        var books = Books()
        books.learn("linky", midnight + 890, .grid(1000))
        books.learn("linky", midnight + 920, .grid(1030))
        books.learn("linky", midnight + 1801, .grid(1100))
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 10)
        let second = books.value(Books.energy, "import_wh", at: midnight + 900) ?? 0
        #expect(abs(second - (20 + 70.0 * 880 / 881)) < 1e-5)
        #expect(books.estimated.isEmpty)
    }

    @Test("a reading on the boundary ends the quarter before")
    func boundary() {
        var books = Books()
        books.learn("linky", midnight, .grid(0))
        books.learn("linky", midnight + 900, .grid(50))
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 50)
        #expect(books.values(Books.energy, "import_wh").count == 1)
    }

    @Test("a gap is shared out in proportion to time, marked, and its sum is exact")
    func gap() {
        var books = Books()
        books.learn("linky", midnight + 600, .grid(10_000), .export(5))
        books.learn("linky", midnight + 600 + 7 * 3600, .grid(14_100), .export(5))
        for quarter in Int64(1)...4 {
            let time = midnight + 600 + 7 * 3600 + quarter * 900
            books.learn("linky", time, .grid(14_100 + 25 * Double(quarter)), .export(5))
        }
        books.learn("linky", midnight + 8 * 3600 + 900, .grid(14_200), .export(5))
        #expect(abs(books.sum(Books.energy, "import_wh") - 4200) < 1e-3)
        let whole = books.value(Books.energy, "import_wh", at: midnight + 900) ?? 0
        #expect(abs(whole - 4100.0 / 28) < 1e-5)
        #expect(books.estimated.count == 29)
        #expect(books.estimated.contains(midnight) && books.estimated.contains(midnight + 7 * 3600))
        #expect(books.value(Books.day, "import_wh", at: midnight) == 4200)
        #expect(books.value(Books.month, "import_wh", at: midnight - 13 * 86_400) == 4200)
    }

    @Test(
        "another meter, a reset and an impossible jump start anew: no energy for the unknown, and an event",
        arguments: [
            ("B", 0.0, "Compteur remplacé"), ("B", 99_000, "Compteur remplacé"), ("A", 12, "Index remis à zéro"),
            ("A", 9_000_000, "Saut d'index"),
        ]
    )
    func chapters(_ serial: String, _ value: Double, _ title: String) {
        var books = Books()
        books.learn("linky", midnight, .grid(50_000), .export(400), serial: "A")
        books.learn("linky", midnight + 600, .grid(50_100), .export(400), serial: "A")
        books.learn("linky", midnight + 610, .grid(value), .export(400), serial: serial)
        books.learn("linky", midnight + 900, .grid(value + 20), .export(401), serial: serial)
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 120)
        #expect(books.value(Books.energy, "export_wh", at: midnight) == 1)
        #expect(books.events.map(\.title) == [title])
        #expect(books.events.allSatisfy { $0.kind == .meter && $0.time == midnight + 610 })
    }

    @Test("a register that goes round counts on")
    func rollover() {
        var books = Books()
        books.learn("linky", midnight, .grid(999_999_990))
        books.learn("linky", midnight + 900, .grid(15))
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 25)
        #expect(books.events.map(\.title) == ["Index revenu à zéro"])
    }

    @Test(
        "days of 23 and 25 hours, months and the hours of the clock are local",
        arguments: ["Europe/Paris", "Indian/Reunion"]
    )
    func localDays(_ name: String) throws {
        let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/" + name)))
        let zone = try #require(TimeZoneRules(name: name, file: file))
        var books = Books(Ledger(Ledger.Settings(calendar: LocalCalendar(zone))))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: name))
        let start = Int64(
            try #require(calendar.date(from: DateComponents(year: 2025, month: 2, day: 1))).timeIntervalSince1970
        )
        let end = start + 400 * 86_400
        // 3600 W: a watt-hour a second.
        for time in stride(from: start, through: end, by: 1800) {
            books.learn("linky", time, .grid(Double(time - start)))
        }
        for (time, value) in books.values(Books.day, "import_wh") where time + 100_000 < end {
            let day = try #require(calendar.dateInterval(of: .day, for: Date(timeIntervalSince1970: Double(time))))
            #expect(Double(time) == day.start.timeIntervalSince1970)
            #expect(abs(value - day.duration) < 1e-3)
        }
        #expect(books.values(Books.day, "import_wh").count >= 399)
        for (time, value) in books.values(Books.month, "import_wh") where time + 3_000_000 < end {
            let month = try #require(calendar.dateInterval(of: .month, for: Date(timeIntervalSince1970: Double(time))))
            #expect(Double(time) == month.start.timeIntervalSince1970)
            #expect(abs(value - month.duration) < 1e-3)
        }
        #expect(books.values(Books.month, "import_wh").count == 14)
        for hour in 0..<24 {
            let tag = "m15.hourly,hour=\(hour < 10 ? "0" : "")\(hour),site=maison"
            let hours = books.values(tag, "import_wh")
            #expect(hours.count >= 399)
            for (time, value) in hours where time + 3600 <= end {
                #expect(calendar.component(.hour, from: Date(timeIntervalSince1970: Double(time))) == hour)
                #expect(abs(value - 3600) < 1e-5)
            }
        }
    }

    @Test("production, import and export are fields of one point, and several inverters add up")
    func combined() {
        var books = Books()
        for step in Int64(0)...180 {
            let time = midnight + step * 10
            books.learn("linky", time, .grid(Double(step)), .export(Double(2 * step)))
            books.learn("onduleur1", time + 3, .production(Double(3 * step)))
            books.learn("onduleur2", time + 5, .production(Double(4 * step)))
        }
        let drawn = books.value(Books.energy, "import_wh", at: midnight) ?? 0
        let injected = books.value(Books.energy, "export_wh", at: midnight) ?? 0
        let produced = books.value(Books.energy, "production_wh", at: midnight) ?? 0
        #expect(drawn == 90 && injected == 180)
        // The inverters were first read 3 s and 5 s into the quarter.
        #expect(abs(produced - (3 * 89.7 + 4 * 89.5)) < 1e-5)
        #expect(books.value(Books.energy, "consumption_wh", at: midnight) == drawn + produced - injected)
        #expect(books.value("m15.meter,role=production,site=maison,source=onduleur1", "value", at: midnight) != nil)
    }

    @Test("an inverter that sleeps at night holds up production and consumption only, until the morning")
    func night() {
        var books = Books()
        books.learn("onduleur", midnight - 4 * 3600, .production(7000))
        for time in stride(from: midnight - 4 * 3600, through: midnight + 9 * 3600, by: 60) {
            books.learn("linky", time, .grid(Double(time - midnight) / 12), .export(0))
            if time == midnight {
                #expect(books.value(Books.energy, "import_wh", at: midnight - 900) == 75)
                #expect(books.value(Books.energy, "consumption_wh", at: midnight - 900) == nil)
            }
            if time == midnight + 8 * 3600 { books.learn("onduleur", time, .production(7000)) }
        }
        #expect(books.value(Books.energy, "production_wh", at: midnight) == 0)
        #expect(books.value(Books.energy, "consumption_wh", at: midnight) == 75)
        #expect(abs(books.sum(Books.energy, "import_wh") - 13 * 300) < 1e-3)
        for (day, field, hours) in [
            (midnight - 86_400, "import_wh", 4.0), (midnight - 86_400, "consumption_wh", 4), (midnight, "import_wh", 9),
            (midnight, "consumption_wh", 8),
        ] {
            let value = books.value(Books.day, field, at: day) ?? 0
            #expect(abs(value - hours * 300) < 1e-3, "\(field) of \(day): \(value)")
        }
    }

    @Test("a meter that is gone for two days is not waited for; when it comes back its energy has its place")
    func goneForGood() {
        var books = Books()
        books.learn("onduleur", midnight, .production(0))
        let end = midnight + 4 * 86_400
        for time in stride(from: midnight, through: end, by: 300) {
            books.learn("linky", time, .grid(Double(time - midnight)), .export(0))
        }
        #expect(books.ledger.completeUntil == end)
        #expect(books.value(Books.day, "consumption_wh", at: midnight) == nil)
        books.learn("onduleur", end + 10, .production(4000))
        books.learn("onduleur", end + 900, .production(4001))
        books.learn("linky", end + 900, .grid(Double(4 * 86_400 + 900)), .export(0))
        #expect(abs(books.sum(Books.energy, "production_wh") - 4001) < 1e-3)
        #expect(books.ledger.needsRollup)
        #expect(books.events.map(\.title) == ["Énergie à recalculer"])
        #expect(books.sum(Books.energy, "import_wh") == Double(4 * 86_400 + 900))
    }

    @Test("readings that come late or twice change nothing")
    func late() {
        var random = SplitMix(seed: 7)
        let readings = (0...400).map { (time: midnight + Int64($0) * 10, value: Double($0) * 3) }
        var right = Books()
        var mixed = Books()
        for reading in readings {
            right.learn("linky", reading.time, .grid(reading.value), .export(0))
            mixed.learn("linky", reading.time, .grid(reading.value), .export(0))
            let old = readings[Int(random.next() % UInt64(readings.count))]
            guard old.time <= reading.time else { continue }
            mixed.learn("linky", old.time, .grid(old.value), .export(0))
        }
        #expect(mixed.rows == right.rows)
        #expect(mixed.events.isEmpty)
    }

    @Test(
        "whatever the readings, the quarters add up to the registers' growth and nothing is negative",
        arguments: 0..<6
    )
    func anyReadings(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        var books = Books()
        var time = midnight
        var grid = 0.0
        var export = 0.0
        var produced = 0.0
        books.learn("linky", time, .grid(grid), .export(export))
        books.learn("onduleur", time, .production(produced))
        for _ in 0..<1000 {
            let isGap = random.next() % 100 == 0
            time += 1 + Int64(random.next() % (isGap ? 90_000 : 90))
            grid += Double(random.next() % 10)
            export += Double(random.next() % 10)
            produced += Double(random.next() % 10)
            books.learn("linky", time, .grid(grid), .export(export))
            if random.next() % 3 > 0 { books.learn("onduleur", time + 1, .production(produced)) }
        }
        time += 900
        books.learn("linky", time, .grid(grid), .export(export))
        books.learn("onduleur", time, .production(produced))
        let end = Quarter.end(time)
        books.learn("linky", end, .grid(grid), .export(export))
        books.learn("onduleur", end, .production(produced))
        for series in [Books.energy, Books.day, Books.month] {
            #expect(abs(books.sum(series, "import_wh") - grid) < 0.01)
            #expect(abs(books.sum(series, "export_wh") - export) < 0.01)
            #expect(abs(books.sum(series, "production_wh") - produced) < 0.01)
            #expect(abs(books.sum(series, "consumption_wh") - (grid + produced - export)) < 0.01)
        }
        #expect(books.values(Books.energy, "import_wh").values.allSatisfy { $0 >= 0 })
        #expect(!books.ledger.needsRollup)
    }

    private enum Quarter {
        static func end(_ time: Int64) -> Int64 { (time / 900 + 1) * 900 }
    }

    @Test("a house without panels consumes what it draws, once, and has no production")
    func noPanels() {
        let none = Ledger.Settings(production: Production(sources: [], isComplete: true))
        var books = Books(Ledger(none))
        for minute in Int64(0)...120 { books.learn("linky", midnight + minute * 60, .grid(Double(minute) * 10)) }
        #expect(books.value(Books.energy, "consumption_wh", at: midnight) == 150)
        #expect(books.value(Books.day, "consumption_wh", at: midnight) == 1200)
        #expect(books.rows.values.allSatisfy { $0["production_wh"] == nil && $0["export_wh"] == nil })
        // A meter in mode standard says that it injects nothing.
        books = Books(Ledger(none))
        for minute in Int64(0)...120 {
            books.learn("linky", midnight + minute * 60, .grid(Double(minute) * 10))
            books.learn("linky", midnight + minute * 60, .export(0))
        }
        #expect(books.value(Books.day, "consumption_wh", at: midnight) == 1200)
        #expect(books.value(Books.day, "export_wh", at: midnight) == 0)
        // Panels that nobody measures.
        books = Books(Ledger(none))
        for minute in Int64(0)...120 {
            books.learn("linky", midnight + minute * 60, .grid(Double(minute) * 10), .export(4000))
        }
        #expect(books.values(Books.day, "consumption_wh").isEmpty)
        // An inverter that was there while the readings were made.
        books = Books(Ledger(none))
        for minute in Int64(0)...120 {
            books.learn("linky", midnight + minute * 60, .grid(Double(minute) * 10), .export(0))
            books.learn("onduleur", midnight + minute * 60, .production(Double(minute)))
        }
        #expect(books.value(Books.day, "consumption_wh", at: midnight) == 1320)
    }

    @Test("the pulses of a quarter stand beside its cubic metres")
    func pulses() {
        var books = Books()
        for minute in Int64(0)...30 {
            let pulses = minute * 20
            let display = Fact.display(Double(pulses) / 1000, of: .water, pulses: pulses)
            books.learn("eau", midnight + minute * 60, display)
            books.learn("solaire", midnight + minute * 60, .pulses(minute, of: .production))
            books.learn("solaire", midnight + minute * 60, .production(Double(minute)))
        }
        let water = "m15.meter,role=water,site=maison,source=eau"
        #expect(books.value(water, "value", at: midnight) == 0.3 && books.value(water, "count", at: midnight) == 300)
        #expect(books.values(water, "count").count == 2)
        let solar = "m15.meter,role=production,site=maison,source=solaire"
        #expect(books.value(solar, "value", at: midnight) == 15 && books.value(solar, "count", at: midnight) == 15)
        // The counter of another box starts at 0, the display was aligned.
        books.learn("eau", midnight + 31 * 60, Fact.display(0.61, of: .water, pulses: 5))
        #expect(books.events.isEmpty)
    }

    @Test("a second inverter of one device has its quarters under its own tag")
    func secondDevice() {
        var books = Books()
        for minute in Int64(0)...15 {
            books.learn("toit", midnight + minute * 60, .production(Double(minute) * 10))
            books.learn("toit 2", midnight + minute * 60, .production(Double(minute) * 4))
        }
        #expect(books.value(Books.energy, "production_wh", at: midnight) == 210)
        #expect(books.value("m15.meter,role=production,site=maison,source=toit", "value", at: midnight) == 150)
        #expect(books.value("m15.meter,device=2,role=production,site=maison,source=toit", "value", at: midnight) == 60)
    }
}

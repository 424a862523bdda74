import FoundationEssentials
import Testing

@testable import MeterCore

/// Registers as real meters show them: coarse, a little low at times, zero at dawn, late.
@Suite struct RegisterTests {
    /// 2026-01-14 00:00 in Paris, a quarter's and a day's beginning.
    private let midnight: Int64 = 1_768_345_200

    @Test("an inverter that counts whole kWh counts each, by its power within them", arguments: [1, 10, 60, 300])
    func wholeKilowattHours(_ period: Int64) {
        var books = Books()
        for time in stride(from: Int64(0), through: 4 * 3600, by: Int(period)) {
            let made = Double(time) * 3000 / 3600
            books.learn(
                "onduleur",
                midnight + time,
                .production((made / 1000).rounded(.down) * 1000 + 8_000_000),
                .production(watts: 3000)
            )
            books.learn("linky", midnight + time, .grid(0), .export((made * 0.9).rounded(.down)))
        }
        let quarters = books.values(Books.energy, "production_wh")
        #expect(quarters.count == 16)
        #expect(quarters.filter { $0.key >= midnight + 1800 }.allSatisfy { abs($0.value - 750) < 0.01 })
        #expect(abs(books.value(Books.day, "production_wh", at: midnight)! - 12_000) < 0.01)
        #expect(books.values(Books.energy, "consumption_wh").values.allSatisfy { $0 >= 0 })
        #expect(abs(books.sum(Books.energy, "consumption_wh") - 1200) < 1)
        #expect(books.events.isEmpty)
    }

    @Test("steps of 1 kWh and of 0.25 kWh count without power as well", arguments: [250.0, 1000], [10, 60] as [Int64])
    func withoutPower(_ step: Double, _ period: Int64) {
        var books = Books()
        for time in stride(from: Int64(0), through: 3 * 3600, by: Int(period)) {
            let made = Double(time) * 3000 / 3600
            books.learn("onduleur", midnight + time, .production((made / step).rounded(.down) * step + 7_000_000))
        }
        #expect(books.value(Books.day, "production_wh", at: midnight) == 9000)
        #expect(books.events.isEmpty)
    }

    @Test("a register that is renewed each quarter of an hour grows by what the time since then allows")
    func seldomRenewed() {
        var books = Books()
        for time in stride(from: Int64(0), through: 7200, by: 10) {
            let renewed = (time / 900) * 900
            books.learn("enphase", midnight + time, .production(123_457 + Double(renewed) * 7 / 5))
        }
        #expect(abs(books.value(Books.day, "production_wh", at: midnight)! - 10_080) < 1e-3)
        #expect(books.events.isEmpty)
    }

    @Test("a register that flickers by one or two of its steps counts nothing twice and tells nothing")
    func flicker() {
        var books = Books()
        for minute in Int64(0)...15 {
            let low = (5...9).contains(minute) ? Double(minute % 2 + 1) : 0
            books.learn("linky", midnight + minute * 60, .grid(1000 + Double(minute / 3) * 10 - low))
        }
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 50)
        #expect(books.events.isEmpty)
    }

    @Test("a counter of 0.1 kWh that shows one less for 90 s each half hour counts as if it did not")
    func oneLess() {
        var books = Books()
        for time in stride(from: Int64(0), through: 3 * 3600, by: 10) {
            let made = (Double(time) * 2000 / 3600 / 100).rounded(.down) * 100
            let isLow = time > 0 && time % 1800 < 90
            books.learn("compteur", midnight + time, .production(50_000 + made - (isLow ? 100 : 0)))
        }
        #expect(books.value(Books.day, "production_wh", at: midnight) == 5900)
        #expect(books.events.isEmpty)
    }

    @Test("a display in m³ that shows 0.05 less for some minutes counts as if it did not")
    func displayLess() {
        var books = Books()
        for minute in Int64(0)...60 {
            let low = (20...29).contains(minute) ? 0.05 : 0
            books.learn("eau", midnight + minute * 60, Fact.display(812.6 + Double(minute) / 1000 - low, of: .water))
        }
        let water = "m15.meter,role=water,site=maison,source=eau"
        #expect(abs(books.sum(water, "value") - 0.06) < 1e-9)
        #expect(books.events.isEmpty)
    }

    @Test("a total that reads 0 at dawn, for minutes or for hours, stands until it is passed")
    func dawn() {
        for zeros in [Int64(5), 300] {
            var books = Books()
            for minute in Int64(0)...(zeros + 60) {
                let total = minute < 10 ? 5_000_000.0 : 5_000_000 + Double(max(0, minute - zeros - 10)) * 20
                let isZero = (10..<(10 + zeros)).contains(minute)
                books.learn("onduleur", midnight + minute * 60, .production(isZero ? 0 : total))
            }
            #expect(books.ledger.memory.tracks.first?.track.value == 5_001_000)
            #expect(books.events.isEmpty)
        }
    }

    @Test("a register that was really reset is told once, and nothing it counts from then on is lost")
    func reset() {
        var books = Books()
        for minute in Int64(0)...60 {
            let value = minute < 20 ? 400_000.0 + Double(minute) * 10 : Double(max(0, minute - 22)) * 10
            books.learn("onduleur", midnight + minute * 60, .production(value))
        }
        #expect(books.events.map(\.title) == ["Index remis à zéro"])
        #expect(abs(books.value(Books.day, "production_wh", at: midnight)! - 570) < 1e-3)
    }

    @Test("a register that goes on for more than an hour a little lower is told once, and goes on counting")
    func corrected() {
        var books = Books()
        for minute in Int64(0)...180 {
            let low = minute < 30 ? 0.0 : 5000
            books.learn("onduleur", midnight + minute * 60, .production(800_000 - low + Double(minute) * 10))
        }
        #expect(books.events.map(\.title) == ["Index remis à zéro"])
        #expect(abs(books.value(Books.day, "production_wh", at: midnight)! - 1790) < 1e-3)
    }

    @Test("a smaller value years later is no rollover, one behind the end is")
    func rollover() {
        var books = Books(Ledger(Ledger.Settings(), recomputing: .min ..< .max))
        for minute in Int64(0)...59 {
            books.learn("linky", midnight + minute * 60, .grid(40_000 + Double(minute) * 10))
        }
        books.learn("linky", midnight + 3 * 31_536_000, .grid(39_000))
        books.take(books.ledger.finish())
        #expect(books.ledger.memory.tracks.first?.track.value == 40_590)
        #expect(abs(books.sum(Books.energy, "import_wh") - 590) < 1e-3)
        books = Books()
        books.learn("linky", midnight, .grid(999_999_990))
        books.learn("linky", midnight + 900, .grid(40))
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 50)
        #expect(books.events.map(\.title) == ["Index revenu à zéro"])
    }

    @Test("of two files the older one after the newer one is told with what to do, as is a second meter's")
    func olderFile() {
        func file(_ books: inout Books, _ meter: String, _ hours: Range<Int64>) {
            for minute in hours.lowerBound * 60...hours.upperBound * 60 {
                let fact = Fact.production(5000 + Double(minute) * 10)
                let time = Timestamp(seconds: midnight + minute * 60)
                books.take(books.ledger.learn(Reading(of: meter, [fact], at: time, isRecord: true)))
            }
        }
        var books = Books()
        file(&books, "toit", 3..<6)
        file(&books, "toit", 0..<3)
        #expect(books.events.map(\.title) == ["Énergie à recalculer"])
        books = Books()
        file(&books, "toit", 0..<3)
        file(&books, "carport", 0..<3)
        #expect(books.events.map(\.title) == ["Énergie à recalculer"])
    }

    @Test("books of a release that knew no steps are read, and go on")
    func oldBooks() throws {
        let old = #"{"time":1768345200,"value":8000000,"missed":0}"#
        var track = try JSONDecoder().decode(Track.self, from: [UInt8](old.utf8).asData)
        let register = MeterRegister(.production)
        #expect(
            track.note(8_001_000, serial: nil, at: midnight + 10, register) == .grew(by: 1000, since: midnight)
        )
    }
}

extension [UInt8] {
    fileprivate var asData: Data { Data(self) }
}

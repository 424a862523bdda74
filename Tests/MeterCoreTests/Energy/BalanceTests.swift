import Foundation
import MeterNotation
import Testing

@testable import MeterCore

@Suite struct BalanceTests {
    private let midnight: Int64 = 1_768_345_200
    /// When a silent inverter is no sleeping one.
    private let noon: Int64 = 1_768_345_200 + 12 * 3600

    private func flows(_ books: Books) -> [Int64: [String: FieldValue]] {
        Dictionary(books.rows.filter { $0.key.series == "raw.flow,site=maison" }.map { ($0.key.time, $0.value) }) { $1 }
    }

    @Test("what is older than a minute is left out and never repeated")
    func stale() {
        var books = Books()
        for second in stride(from: Int64(0), through: 300, by: 10) {
            books.learn("linky", noon + second, .apparentPower(import: 1000, export: 0))
            if second <= 100 { books.learn("onduleur", noon + second + 1, .production(watts: 500)) }
        }
        let flows = flows(books)
        #expect(flows[noon + 100]?["consumption_w"] == .float(1500))
        #expect(flows[noon + 150]?["production_w"] == .float(500))
        #expect(flows[noon + 160]?["production_w"] == nil)
        #expect(flows[noon + 160]?["consumption_w"] == nil)
        #expect(flows[noon + 290]?["import_w"] == .float(1000))
        #expect(flows.count == 30)
    }

    @Test("a meter that tells power only tells both directions once it was below 0: what is drawn is not given, too")
    func signedPower() {
        var books = Books()
        for second in stride(from: Int64(0), through: 300, by: 10) {
            let watts = second < 100 ? 400.0 : second < 200 ? -3000 : 2000
            books.learn("grille", noon + second, .gridPower(watts: watts, tellsBoth: watts < 0))
            books.learn("onduleur", noon + second, .production(watts: 3500))
        }
        let flows = flows(books)
        #expect(flows[noon + 50] == ["import_w": .float(400), "production_w": .float(3500)])
        #expect(flows[noon + 150]?["consumption_w"] == .float(500))
        for second in stride(from: Int64(200), to: 300, by: 10) {
            let flow = flows[noon + second]
            #expect(flow?["export_w"] == .float(0) && flow?["import_w"] == .float(2000))
            #expect(flow?["consumption_w"] == .float(5500))
        }
    }

    @Test("production is the sum of all its sources, or unknown while one of them is")
    func sources() {
        var books = Books()
        for second in stride(from: Int64(0), through: 200, by: 10) {
            books.learn("onduleur1", noon + second, .production(watts: 300))
            if second < 90 { books.learn("onduleur2", noon + second, .production(watts: 200)) }
        }
        #expect(flows(books)[noon + 50] == ["production_w": .float(500)])
        #expect(flows(books)[noon + 180] == nil)
    }

    @Test("the power factor follows that of the house: within 2 % over any hour")
    func powerFactor() {
        var books = Books()
        var wattHours = 0.0
        var truths: [Int64: Double] = [:]
        for second in stride(from: Int64(0), through: 86_400, by: 10) {
            let hour = Double(second) / 3600
            let factor = 0.85 + 0.1 * sin(hour / 4)
            let watts = 700 + 500 * sin(hour * 3) + (Int(second) % 1200 < 400 ? 800 : 0)
            truths[second] = wattHours
            books.learn(
                "linky",
                midnight + second,
                .apparentPower(import: Int64(watts / factor), export: nil),
                .grid(wattHours.rounded(.down))
            )
            wattHours += watts / 360
        }
        let flows = flows(books)
        for start in stride(from: Int64(3600), through: 82_000, by: 1800) {
            let energy = stride(from: start, to: start + 3600, by: 10).reduce(0.0) { sum, second in
                if case .float(let watts)? = flows[midnight + second]?["import_w"] { sum + watts / 360 } else { sum }
            }
            let truth = (truths[start + 3600] ?? 0) - (truths[start] ?? 0)
            #expect(abs(energy - truth) <= 0.02 * truth, "\(start / 60) min: \(energy), truly \(truth)")
        }
    }

    @Test("a late reading changes no flow, and a clock that is set back begins anew")
    func backwards() {
        var books = Books()
        for second in stride(from: Int64(0), through: 100, by: 10) {
            books.learn("linky", midnight + second, .apparentPower(import: 100, export: nil))
            books.learn("linky", midnight + second - 50, .apparentPower(import: 9000, export: nil))
        }
        #expect(flows(books).values.allSatisfy { $0 == ["import_w": .float(100)] })
        for second in stride(from: Int64(0), through: 100, by: 10) {
            books.learn("linky", midnight - 86_400 + second, .apparentPower(import: 200, export: nil))
        }
        #expect(flows(books)[midnight - 86_400 + 50] == ["import_w": .float(200)])
    }

    @Test("after the clock was set the flows go on with the next slot", arguments: [1800, -60, -1800] as [Int64])
    func corrected(_ seconds: Int64) {
        var books = Books()
        for second in stride(from: Int64(0), through: 30, by: 10) {
            books.learn("linky", noon + second, .apparentPower(import: 100, export: nil))
        }
        books.ledger.timeWasCorrected(by: seconds)
        for second in stride(from: Int64(40), through: 120, by: 10) {
            books.learn("linky", noon + seconds + second, .apparentPower(import: 200, export: nil))
        }
        let flows = flows(books)
        for second in stride(from: Int64(40), through: 110, by: 10) {
            #expect(flows[noon + seconds + second] == ["import_w": .float(200)], "\(second)")
        }
    }

    /// A house in Nantes, where the sun sets at 17:40 on that day.
    private func settings(_ production: Production = Production()) -> Ledger.Settings {
        var place = Ledger.Place()
        (place.latitude, place.longitude) = (47.2, -1.55)
        return Ledger.Settings(place: place, production: production)
    }

    @Test("an inverter that is silent at night produces nothing, and by day it is not known what")
    func asleep() {
        var books = Books(Ledger(settings()))
        for second in stride(from: Int64(17 * 3600), through: 34 * 3600, by: 10) {
            books.learn("linky", midnight + second, .apparentPower(import: 1000, export: 0))
            if second <= 17 * 3600 + 600 { books.learn("onduleur", midnight + second, .production(watts: 40)) }
        }
        let flows = flows(books)
        func flow(_ hour: Double) -> [String: FieldValue]? { flows[midnight + Int64(hour * 3600)] }
        #expect(flow(17.1)?["consumption_w"] == .float(1040))
        #expect(flow(17.4)?["production_w"] == nil && flow(17.4)?["consumption_w"] == nil, "the sun is up until 17:40")
        #expect(flow(18)?["production_w"] == .float(0) && flow(18)?["consumption_w"] == .float(1000))
        #expect(flow(31)?["consumption_w"] == .float(1000))
        #expect(flow(33)?["production_w"] == nil && flow(33)?["consumption_w"] == nil, "its cable is off")
    }

    @Test("an inverter that was never heard counts as well: 0 at night, unknown by day")
    func unheard() {
        var books = Books(Ledger(settings(Production(sources: ["est", "ouest"], isComplete: true))))
        for second in stride(from: Int64(6 * 3600), through: 12 * 3600, by: 10) {
            books.learn("linky", midnight + second, .apparentPower(import: 1000, export: 0))
            if second > 9 * 3600 { books.learn("est", midnight + second, .production(watts: 500)) }
        }
        let flows = flows(books)
        #expect(flows[midnight + 7 * 3600]?["consumption_w"] == .float(1000))
        #expect(flows[midnight + 11 * 3600] == ["import_w": .float(1000), "export_w": .float(0)])
    }

    @Test("without a place the sun must be down in all of France, and elsewhere nothing is known")
    func noPlace() throws {
        let settings = Ledger.Settings()
        #expect(settings.isNight(at: midnight) && !settings.isNight(at: midnight + 12 * 3600))
        // In Brest the sun sets half an hour after it does in the middle of France.
        #expect(!settings.isNight(at: midnight + 17 * 3600 + 2400))
        var reunion = settings
        let file = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Indian/Reunion")))
        reunion.calendar = LocalCalendar(try #require(TimeZoneRules(name: "Indian/Reunion", file: file)))
        #expect(!reunion.isNight(at: midnight))
    }

    @Test("a house without panels consumes what it draws; one whose meter has counted an injection is not such a house")
    func noPanels() {
        func live(_ facts: [Fact], _ production: Production) -> [String: FieldValue]? {
            var books = Books(Ledger(settings(production)))
            for second in stride(from: Int64(0), through: 100, by: 10) {
                books.learn("linky", midnight + second, facts)
            }
            return flows(books)[midnight + 50]
        }
        let none = Production(sources: [], isComplete: true)
        let historique: [Fact] = [.apparentPower(import: 1000, export: nil)]
        let standard: [Fact] = [.apparentPower(import: 1000, export: 0), .export(0)]
        #expect(live(historique, none) == ["import_w": .float(1000), "consumption_w": .float(1000)])
        #expect(live(standard, none)?["consumption_w"] == .float(1000))
        #expect(live(standard, none)?["production_w"] == nil)
        #expect(live([.apparentPower(import: 1000, export: 0), .export(12)], none)?["consumption_w"] == nil)
        #expect(live([.apparentPower(import: 0, export: 300)], none)?["consumption_w"] == nil)
        #expect(live(historique, Production())?["consumption_w"] == nil, "a source may turn out to be an inverter")
    }

    @Test(
        "the sun is where the almanac says: at the horizon, with its refraction, at sunrise and sunset in Paris",
        arguments: [
            (1_782_013_620, -0.83), (1_782_071_880, -0.83), (1_797_838_860, -0.83), (1_797_868_560, -0.83),
            (1_782_042_780, 64.6),
        ] as [(Int64, Double)]
    )
    func sun(_ time: Int64, _ height: Double) {
        let found = Daylight.height(at: time, latitude: 48.857, longitude: 2.352)
        #expect(abs(found - height) < 0.25, "\(found)")
    }

    @Test("a power factor is between a half and one, whatever a register that is read late makes of it")
    func boundedFactor() {
        for (step, expected) in [(60.0, 1.0), (0.5, 0.5)] {
            var factor = PowerFactor()
            var found = 1.0
            // 1000 VA for half an hour: 2.8 VAh between two readings.
            for reading in 0..<180 {
                found = factor.note(1000, register: Double(reading) * step, at: midnight + Int64(reading) * 10)
            }
            #expect(found == expected)
        }
    }

    @Test("what was drawn while nothing was read does not change the power factor")
    func gap() {
        var factor = PowerFactor()
        var found = 1.0
        var register = 0.0
        for reading in 0..<240 {
            // 900 W of 1000 VA; in ten minutes without a reading hardly anything.
            register += 2.5
            let time = midnight + Int64(reading) * 10 + (reading < 120 ? 0 : 600)
            found = factor.note(1000, register: register.rounded(.down), at: time)
            if reading > 60 { #expect(abs(found - 0.9) < 0.02, "reading \(reading)") }
        }
    }

    @Test("volt-amperes beside a register that stands still are no import, until it moves")
    func standing() {
        var books = Books()
        let start: Int64 = 1_768_345_200
        for time in stride(from: Int64(0), through: 4500, by: 2) {
            books.learn("linky", start + time, .grid(50_000), .apparentPower(import: 1191, export: nil))
        }
        for time in stride(from: Int64(4502), through: 4600, by: 2) {
            books.learn(
                "linky",
                start + time,
                .grid(50_000 + Double(time - 4500) / 2),
                .apparentPower(import: 1191, export: nil)
            )
        }
        let flow = books.values("raw.flow,site=maison", "import_w")
        #expect(!flow.isEmpty)
        #expect(flow.filter { $0.key >= start + 320 && $0.key < start + 4490 }.allSatisfy { $0.value == 0 })
        #expect(flow.filter { $0.key >= start + 4520 }.allSatisfy { $0.value > 0 })
    }

    @Test("a day with an inverter that was silent over noon uses what it used, however even its gap is shared out")
    func silentInverter() {
        var books = Books()
        var drawn = 0.0
        var injected = 0.0
        var made = 0.0
        for minute in stride(from: Int64(0), through: 27 * 60, by: 5) {
            let hour = Double(minute) / 60
            let sun = max(0, 3000 * sin((hour - 6) / 12 * .pi))
            let isSilent = (5 * 60...14 * 60).contains(minute)
            books.learn("linky", midnight + minute * 60, .grid(drawn.rounded(.down)), .export(injected.rounded(.down)))
            if !isSilent { books.learn("onduleur", midnight + minute * 60, .production(made.rounded(.down))) }
            made += sun / 12
            injected += max(0, sun - 300) / 12
            drawn += max(0, 300 - sun) / 12
        }
        #expect(books.estimated.count >= 36)
        let used = books.values(Books.energy, "consumption_wh")
        let owing = used.filter { $0.key < midnight + 14 * 3600 && $0.value == 0 }
        #expect(owing.count >= 4, "the case must owe more than steps do")
        let ofDay = books.value(Books.day, "consumption_wh", at: midnight) ?? 0
        #expect(abs(ofDay - 24 * 300) <= 3, "\(ofDay)")
    }
}

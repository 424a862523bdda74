import Foundation
import MeterCore
import Testing

@Suite struct BalanceTests {
    private let midnight: Int64 = 1_768_345_200

    private func flows(_ books: Books) -> [Int64: [String: FieldValue]] {
        Dictionary(books.rows.filter { $0.key.series == "raw.flow,site=maison" }.map { ($0.key.time, $0.value) }) { $1 }
    }

    @Test("what is older than a minute is left out and never repeated")
    func stale() {
        var books = Books()
        for second in stride(from: Int64(0), through: 300, by: 10) {
            books.learn("linky", midnight + second, .apparentPower(drawn: 1000, injected: 0))
            if second <= 100 { books.learn("onduleur", midnight + second + 1, .production(watts: 500)) }
        }
        let flows = flows(books)
        #expect(flows[midnight + 100]?["consumption_w"] == .float(1500))
        #expect(flows[midnight + 150]?["production_w"] == .float(500))
        #expect(flows[midnight + 160]?["production_w"] == nil)
        #expect(flows[midnight + 160]?["consumption_w"] == nil)
        #expect(flows[midnight + 290]?["import_w"] == .float(1000))
        #expect(flows.count == 30)
    }

    @Test("production is the sum of all its sources, or unknown while one of them is")
    func sources() {
        var books = Books()
        for second in stride(from: Int64(0), through: 200, by: 10) {
            books.learn("onduleur1", midnight + second, .production(watts: 300))
            if second < 90 { books.learn("onduleur2", midnight + second, .production(watts: 200)) }
        }
        #expect(flows(books)[midnight + 50] == ["production_w": .float(500)])
        #expect(flows(books)[midnight + 180] == nil)
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
                .apparentPower(drawn: Int64(watts / factor), injected: nil),
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
            books.learn("linky", midnight + second, .apparentPower(drawn: 100, injected: nil))
            books.learn("linky", midnight + second - 50, .apparentPower(drawn: 9000, injected: nil))
        }
        #expect(flows(books).values.allSatisfy { $0 == ["import_w": .float(100)] })
        for second in stride(from: Int64(0), through: 100, by: 10) {
            books.learn("linky", midnight - 86_400 + second, .apparentPower(drawn: 200, injected: nil))
        }
        #expect(flows(books)[midnight - 86_400 + 50] == ["import_w": .float(200)])
    }
}

import MeterCore
import Testing

@Suite struct ProducingTests {
    private func facts(_ fields: [String], _ values: [FieldValue?]) -> (meter: String, watts: Double?, wh: Double?)? {
        let series = Series(Kind.production.measurement, tags: [("source", "toit")], fields: fields)
        guard let reading = Reading(Point(series, at: Timestamp(seconds: 1), values)) else { return nil }
        var found: (meter: String, watts: Double?, wh: Double?) = (reading.meter, nil, nil)
        for fact in reading.facts {
            switch fact {
            case .production(let watts): found.watts = watts
            case .register(let register, let value) where register.quantity == .production: found.wh = value
            default: Issue.record("an inverter says nothing else: \(fact)")
            }
        }
        return found
    }

    @Test("the ledger learns an inverter's power and register from its point, wherever they stand in it")
    func both() throws {
        let found = try #require(facts(["v", "wh", "w"], [230, .integer(4200), 1500.5]))
        #expect(found == ("toit", 1500.5, 4200))
    }

    @Test("a night's zero is a power, a point without either means nothing")
    func parts() throws {
        let night = try #require(facts(["w", "wh"], [.float(0), nil]))
        #expect(night == ("toit", 0, nil))
        #expect(facts(["w", "v"], [nil, 230]) == nil)
    }
}

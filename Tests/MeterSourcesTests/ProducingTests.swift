import MeterCore
import Testing

@Suite struct ProducingTests {
    private func facts(_ fields: [String], _ values: [FieldValue?]) -> (source: String, watts: Double?, wh: Double?)? {
        let point = Point(Series(Measurement("production"), fields: fields), at: Timestamp(seconds: 1), values)
        guard let meaning = point.producing("toit").meaning else { return nil }
        var found: (source: String, watts: Double?, wh: Double?) = (meaning.source, nil, nil)
        for fact in meaning.facts {
            switch fact {
            case .production(let watts): found.watts = watts
            case .register(let register, let value, _) where register.role == .production: found.wh = value
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

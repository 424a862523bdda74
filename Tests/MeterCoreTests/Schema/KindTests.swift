import MeterNotation
import Testing

@testable import MeterCore

@Suite struct KindTests {
    @Test("every kind has a place, a summary, fields and a unit of its own place", arguments: Kind.allCases)
    func described(kind: Kind) {
        #expect(!kind.summary.english.isEmpty && !kind.cadence.english.isEmpty && !kind.columns.isEmpty)
        #expect(Set(kind.columns.map(\.field)).count == kind.columns.count)
        #expect(kind.columns.allSatisfy { !$0.meaning.english.isEmpty })
        #expect(Kind(kind.measurement) == kind)
        #expect([.raw, .m15, .day].contains(kind.measurement.policy))
        #expect("\(kind.measurement.policy.name).\(kind.measurement.name)" == kind.rawValue)
    }

    @Test("a measurement of the user's own is no kind")
    func own() {
        #expect(Kind(Measurement("linky")) == nil && Kind(Measurement("piscine", in: .raw)) == nil)
        #expect(Series(Measurement("meter", in: .raw), fields: ["w"]).kind == .meter)
        #expect(Series(Measurement("meter", in: .raw), kind: nil, fields: ["w"]).kind == nil)
    }

    @Test("a point of a kind puts each value in its field's place")
    func row() {
        let series = Series(.quarterEnergy, tags: [])
        let point = Point(series, at: Timestamp(seconds: 1), row: [.exportWh: 2.5, .estimated: true])
        #expect(point[.exportWh] == 2.5 && point[.estimated] == true && point[.importWh] == nil && point[.w] == nil)
        var encoder = LineProtocolEncoder(precision: .seconds)
        encoder.append(point)
        let line = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
        #expect(line == "energy export_wh=2.5,estimated=true 1\n")
    }

    @Test(
        "devices' units become those of the schema, and others are refused",
        arguments: [
            (Field.w, "kW", Double?(1000)), (.whIn, "kWh", 1000), (.v, "mV", 0.001), (.pf, "%", 0.01),
            (.wh, "Wmin", 1.0 / 60),
            (.w, "Wh", nil), (.tempC, "°F", nil),
        ]
    )
    func units(field: Field, unit: String, factor: Double?) {
        #expect(field.quantity?.factor(from: unit) == factor)
    }
}

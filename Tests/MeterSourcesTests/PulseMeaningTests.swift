import Logging
import MeterCore
import MeterNotation
import MeterProtocols
import MeterSources
import Testing

@Suite struct PulseMeaningTests {
    private func meaning(_ role: String) throws -> (meter: String, quantity: MeterRegister.Quantity, value: Double) {
        let pulses = ["water", "gas"].contains(role) ? "pulses_per_m3" : "pulses_per_kwh"
        let text = "type = \"pulse\"\nline = 4\n\(pulses) = 1000\nrole = \"\(role)\"\n"
        let document = ConfigDocument(text: "[source.m]\n" + text, file: "test")
        let section = try #require(document.root.namedSections("source").first?.section)
        _ = section.string("type", "")
        let settings = PulseSettings(settings: section)
        let logger = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        var points = PulsePoints(settings, context: SourceContext(name: "m", tags: [], logger: logger))
        var register = PulseRegister()
        register.count = 1500
        let made = points.points(of: register, watts: nil, at: Timestamp(seconds: 1_800_000_000))
        let readings = made.compactMap { Reading($0) }
        let registers = readings.flatMap(\.facts).compactMap { fact -> (MeterRegister, Double)? in
            if case .register(let register, let value) = fact { (register, value) } else { nil }
        }
        #expect(registers.count == 1, "one point tells the ledger, or it would count twice")
        let counts = readings.flatMap(\.facts).compactMap { fact -> Int64? in
            if case .pulses(let count, let counted) = fact, counted.rawValue == role { count } else { nil }
        }
        #expect(counts == [1500])
        let reading = try #require(readings.first)
        for (register, value) in registers { return (reading.meter, register.quantity, value) }
        Issue.record("no register")
        return ("", .gas, 0)
    }

    @Test(
        "the ledger learns electricity in Wh, heat in kWh, water and gas in cubic metres",
        arguments: [
            ("production", 1500), ("consumption", 1500), ("import", 1500), ("export", 1500), ("heat", 1.5),
            ("water", 1.5), ("gas", 1.5),
        ]
    )
    func units(role: String, value: Double) throws {
        let meaning = try meaning(role)
        #expect(meaning == ("m", try #require(MeterRegister.Quantity(rawValue: role)), value))
    }
}

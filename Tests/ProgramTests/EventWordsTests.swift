import InfluxOutput
import MeterCore
import Testing

@testable import boxenergie

/// The events that the box tells beside those of the ledger.
@Suite struct EventWordsTests {
    private static let events =
        [
            EnergyEvent.copiedIdentity("k7f39-x2m4t", at: 0), .lentIdentity("k7f39-x2m4t", at: 0),
            .joined(as: "dupont", at: 0),
        ] + RegisterHead.Reason.allCases.map { EnergyEvent.registerBreak($0, at: 0) }

    @Test("each has words in English, with the same names", arguments: events)
    func english(_ event: EnergyEvent) {
        let english = event.inEnglish
        #expect(english.title != event.title && english.title.allSatisfy(\.isASCII))
        #expect(english.text.allSatisfy(\.isASCII) && !english.text.contains(" :"), "\(english.text)")
        for name in ["k7f39-x2m4t", "dupont"] { #expect(event.text.contains(name) == english.text.contains(name)) }
    }

    @Test("so has a change of a pulse meter's total, in the unit of its display", arguments: ["kWh", "m³"])
    func alignment(_ name: String) throws {
        let unit = try #require(MeterRole.DisplayUnit(rawValue: name))
        let change = Alignment(time: Timestamp(seconds: 0), before: 12.75, after: 1234.5)
        let point = change.event(of: "eau", in: unit, tags: [])
        let texts = point.values.compactMap { if case .string(let text)? = $0 { text } else { nil } }
        let event = EnergyEvent(.meter, at: 0, try #require(texts.first), try #require(texts.last)).inEnglish
        #expect(event.title == "Register aligned with the meter")
        #expect(event.text == "eau: its register goes from 12.75 to 1234.5 \(name).")
    }
}

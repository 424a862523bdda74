import Foundation
import Testing

@testable import MeterCore

/// An event is news once.
@Suite struct EventTableTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The tellings of a row's event in its story.
    private static func told(_ row: EventRow, _ disturbance: Disturbance) -> [EnergyEvent] {
        var story = EventStory(disturbance)
        row.story(&story)
        return story.books.events.filter { row.isOf($0) }
    }

    @Test(
        "each event is told once, whatever happens meanwhile; what lasts once more, under its time, when it is over",
        arguments: EventTable.rows,
        Disturbance.allCases
    )
    func once(_ row: EventRow, _ disturbance: Disturbance) {
        let told = Self.told(row, disturbance)
        let news = row.exceptions[disturbance] ?? 1
        #expect(
            told.count == (row.isToldAgain ? 2 * news : news),
            "\(row.title), \(disturbance.rawValue): \(told.map { "\($0.time - EventStory.midnight) \($0.title): \($0.text)" })"
        )
        #expect(Set(told.map(\.time)).count == news)
    }

    @Test("the table, printed: how often each event is news")
    func printed() {
        let width = EventTable.rows.map(\.title.count).max() ?? 0
        func line(_ cells: [String]) -> String {
            cells[0].padding(toLength: width, withPad: " ", startingAt: 0) + "  "
                + cells.dropFirst().map { $0.padding(toLength: 12, withPad: " ", startingAt: 0) }.joined()
        }
        let lines = EventTable.rows.map { row in
            line([row.title] + Disturbance.allCases.map { "\(Set(Self.told(row, $0).map(\.time)).count)" })
        }
        print(([line(["event"] + Disturbance.allCases.map(\.rawValue))] + lines).joined(separator: "\n"))
        #expect(Set(EventTable.rows.map(\.kind)) == Set(EnergyEvent.Kind.allCases))
    }

    @Test("each event has words in English, without a rest of French", arguments: EventTable.rows, Disturbance.allCases)
    func english(_ row: EventRow, _ disturbance: Disturbance) {
        for event in Self.told(row, disturbance) {
            for (french, english) in [(event.title, event.inEnglish.title), (event.text, event.inEnglish.text)] {
                #expect(english != french && english.allSatisfy(\.isASCII), "\(french): \(english)")
                #expect(!english.contains(" :") && !english.contains(" ;"))
            }
        }
    }

    @Test("figures and names of an event are the same in English; words of nobody's stay")
    func facts() {
        func english(_ text: String) -> String { EnergyEvent(.meter, at: 0, "", text).inEnglish.text }
        #expect(
            english("phase 1 : jusqu'à 37 A, phase 3 : jusqu'à 41 A ; pendant 1 h 05 min.")
                == "phase 1: up to 37 A, phase 3: up to 41 A; for 1 h 05 min."
        )
        #expect(
            english("Jusqu'à 9,5 kVA pour 9 kVA souscrits pendant 3 jours.")
                == "Up to 9.5 kVA where 9 kVA are subscribed, for 3 days."
        )
        #expect(english("bleu : l'index passe de 12,3 à 12,5 kWh.") == "bleu: its register goes from 12.3 to 12.5 kWh.")
        #expect(english("La maison semble consommer beaucoup.") == "La maison semble consommer beaucoup.")
    }

    @Test("influx/READINGS.md lists the events of the table")
    func readme() throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("influx/READINGS.md"), encoding: .utf8)
        #expect(text.contains(EventTable.listing), "influx/READINGS.md should have:\n\(EventTable.listing)")
    }

    @Test("the program makes no event that the table lacks")
    func complete() throws {
        let sources = Self.root.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var titles = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            // A call with a title of its own, and helpers that are given one.
            for call in text.split(separator: "EnergyEvent(\n").dropFirst()
                + text.split(separator: " tempo(").dropFirst()
            {
                let words = call.prefix(600).split(separator: "\"", omittingEmptySubsequences: false)
                let literals = words.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
                let isKnown = literals.contains { literal in
                    EventTable.rows.contains { row in
                        literal.hasPrefix(String(row.title.prefix { $0 != "…" }))
                    }
                }
                guard call.prefix(80).contains("at:") || call.first == "\"" || call.hasPrefix("  ") else { continue }
                titles += 1
                #expect(isKnown, "\(file.lastPathComponent): \(call.prefix(200))")
            }
        }
        #expect(titles >= 8)
    }
}

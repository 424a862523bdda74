import MeterCore
import MeterNotation
import MeterSimulation
import MeterSources
import Testing

@testable import boxenergie

/// A simulated past that is written in several chapters at once.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct PastChapterTests {
    /// Forty days until 6 December 2025; of the last three the readings are written.
    private let readings = PastReadings(1_761_546_600..<1_765_002_600, written: 3, step: 600)
    private let calendar = LocalCalendar(.paris)

    @Test("chapters begin with months, and no reading is of two or of none", arguments: 1...4)
    func chapters(_ count: Int) {
        let chapters = readings.chapters(count, calendar)
        #expect((1...count).contains(chapters.count))
        #expect(chapters.first?.lowerBound == readings.span.lowerBound)
        #expect(chapters.last?.upperBound == readings.span.upperBound)
        for (one, next) in zip(chapters, chapters.dropFirst()) {
            #expect(one.upperBound == next.lowerBound)
            #expect(calendar.startOfMonth(next.lowerBound) == next.lowerBound)
        }
    }

    @Test("readings, energies, days and events are the same in one chapter and in two")
    func same() async throws {
        let chapters = readings.chapters(2, calendar)
        #expect(chapters.count == 2)
        let (whole, parts) = (try await points([readings.span]), try await points(chapters))
        #expect(whole.count > 10_000)
        #expect(whole == parts, "\(Set(whole).symmetricDifference(Set(parts)).prefix(5))")
    }

    /// The lines of chapters, sorted, of each point the last; without what the site's own row gathers in weeks.
    private func points(_ chapters: [Range<Int64>]) async throws -> [String] {
        let batcher = Batcher(database: "x")
        var last: [Substring: Substring] = [:]
        for stretch in chapters {
            var options = HouseOptions()
            (options.tariff, options.hasBattery, options.isGridWeak) = (.tempo, true, true)
            let (house, step) = (House(options: options, start: readings.span.lowerBound - 600), readings.step)
            let chapter = try PastChapter(stretch, of: readings, silence: nil, books: Ledger.Settings()) {
                SimulatedHome(
                    house,
                    TeleinfoSettings(every: .seconds(step), in: []),
                    linky: "linky",
                    inverter: "onduleur",
                    tags: []
                )
            }
            defer { chapter.end() }
            while await chapter.live(into: batcher) != nil {}
            for batch in batcher.take() {
                for line in String(decoding: batch.lines, as: UTF8.self).split(separator: "\n") {
                    let words = line.split(separator: " ")
                    guard let key = words.first, let time = words.last, !key.hasPrefix("site_info") else { continue }
                    last[Substring("\(batch.policy) \(key) \(time)")] = line
                }
            }
        }
        return last.map { "\($0.key): \($0.value)" }.sorted()
    }
}

import Glibc
import MeterCore
import MeterIO
import MeterNotation
import MeterSimulation
import MeterSources
import Synchronization

extension Simulate {
    /// The chapters in which a past is written at most, one a processor: each lives through the house for itself.
    private static let mostChapters = 4

    /// Writes readings and the books that follow from them, as a box would have written them.
    ///
    /// - Returns: the house at the end.
    /// - Throws: a `CommandError` for a bad configuration, or when points were refused or lost.
    func writePoints() async throws -> House {
        let configuration = try Configuration.load(options.config)
        let readings = PastReadings(pastSpan, written: rawDays, step: step)
        let linky = try? configuration.linky()
        let teleinfo = TeleinfoSettings(every: .seconds(step), in: linky?.source.declaration.stores ?? [])
        let (tags, source, houseOptions) = (configuration.tags, linky?.name ?? "linky", houseOptions)
        let start = readings.span.lowerBound - step
        let processors = min(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))), Self.mostChapters)
        let energy = configuration.energy.ledger
        var chapters: [PastChapter] = []
        defer { for chapter in chapters { chapter.end() } }
        for stretch in readings.chapters(processors, energy.calendar) {
            chapters.append(
                try PastChapter(
                    stretch,
                    of: readings,
                    silence: silentSpan(before: readings.span.upperBound),
                    books: energy
                ) {
                    SimulatedHome(
                        House(options: houseOptions, start: start),
                        teleinfo,
                        linky: source,
                        inverter: "onduleur",
                        tags: tags
                    )
                }
            )
        }
        let progress = Progress(of: readings.count(before: readings.span.upperBound))
        let writing = try await Writing.to(configuration.outputs[0]) { [chapters] writing in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for chapter in chapters {
                    group.addTask {
                        while let count = await chapter.live(into: writing.batcher) {
                            progress.add(count)
                            if writing.isFull { try await writing.waitForRoom() }
                        }
                    }
                }
                try await group.waitForAll()
            }
            progress.finish()
        }
        print("\(writing.uploader.counts.accepted) points written")
        return await chapters.last?.house ?? House(options: houseOptions, start: readings.span.upperBound)
    }

    /// The past to write, in seconds since 1970; with `--days` it begins with a quarter of an hour.
    private var pastSpan: Range<Int64> {
        let now = Timestamp.now().seconds
        if let days { return (now - days * 86_400) / 900 * 900..<now }
        let start = from ?? now - 86_400
        return start..<max(start, min(now, start + (seconds ?? 86_400)))
    }

    /// The afternoon twelve days before the end, without the box: 160 minutes from 13:20 UTC; `nil` without troubles.
    private func silentSpan(before end: Int64) -> Range<Int64>? {
        guard troubles else { return nil }
        let start = (end / 86_400 - 12) * 86_400 + 48_000
        return start..<start + 9600
    }
}

/// How much of a past is written, whichever chapter it is of.
private final class Progress: Sendable {
    private let all: Int64
    private let state = Mutex((bar: ProgressBar("simulate"), done: Int64(0)))

    init(of all: Int64) { self.all = max(1, all) }

    func add(_ readings: Int64) {
        state.withLock { state in
            state.done += readings
            state.bar.show(Double(state.done) / Double(all), "")
        }
    }

    func finish() { state.withLock { $0.bar.finish() } }
}

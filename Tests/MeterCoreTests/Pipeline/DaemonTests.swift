import Logging
import MeterCore
import MeterNotation
import Synchronization
import Testing

/// A source made of a closure.
private struct FakeSource: MeterSource {
    static let type = "fake"
    static let summary: Phrase = "A test's source."
    static let sample = ""
    let declaration = Declaration(stores: [], counts: [], every: .seconds(1))
    private let body: @Sendable (any PointReceiver, SourceContext) async throws -> Void

    init(_ body: @escaping @Sendable (any PointReceiver, SourceContext) async throws -> Void) { self.body = body }
    init(settings: ConfigSection) { body = { _, _ in } }

    func replay(_ recording: any Recording, into points: any PointReceiver, context: SourceContext) async throws {}
    func run(into points: any PointReceiver, context: SourceContext) async throws { try await body(points, context) }
}

/// Counts the lines of each measurement.
private final class CountingSink: Sink {
    let name = "the test's server"
    private let counts = Mutex<[Substring: Int]>([:])

    subscript(measurement: String) -> Int { counts.withLock { $0[measurement[...]] ?? 0 } }

    func write(_ batch: Batch) async -> Delivery {
        let names = String(decoding: batch.lines, as: UTF8.self).split(separator: "\n").map { $0.prefix { $0 != "," } }
        counts.withLock { counts in for name in names { counts[name, default: 0] += 1 } }
        return .accepted
    }
}

@Suite struct DaemonTests {
    private let sink = CountingSink()
    private let silent = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }

    private func source(
        _ name: String,
        deadline: Double = 60,
        _ body: @escaping @Sendable (any PointReceiver, SourceContext) async throws -> Void
    ) -> RunningSource {
        RunningSource(
            FakeSource(body),
            context: SourceContext(name: name, tags: [], logger: silent),
            deadline: deadline
        )
    }

    /// A source that reads so many times, 10 ms apart, and then waits.
    private func calm(_ count: Int) -> RunningSource {
        source("calm") { points, context in
            let series = context.series(Measurement("calm"), fields: ["f"])
            for number in 0..<count {
                points.append(Point(series, at: Timestamp(seconds: 1_800_000_000 + Int64(number)), [1]))
                context.status.didRead(at: .now())
                try await Task.sleep(for: .milliseconds(10))
            }
            try await Task.sleep(for: .seconds(600))
        }
    }

    private func run(
        _ sources: [RunningSource],
        until isDone: @escaping @Sendable (Daemon) -> Bool
    ) async throws -> Bool {
        let (sink, silent) = (sink, silent)
        let batcher = Batcher(database: "d")
        let output = PlannedOutput("influx", flush: .every(.milliseconds(50)), batcher: batcher) { batcher, counts in
            Uploader(
                batcher: batcher,
                outbox: Outbox(spool: nil),
                sink: sink,
                deadLetters: nil,
                counts: counts,
                logger: silent
            )
        }
        let daemon = Daemon(
            sources: sources,
            outputs: [output],
            logger: silent,
            clock: ContinuousClock()
        ) { batchers in
            Intake(
                to: batchers,
                clock: { ClockReading(wall: .now(), uptime: .now, isSynchronized: true) },
                logger: silent
            )
        }
        let done = Mutex(false)
        try await daemon.run {
            let end = ContinuousClock.now + .seconds(120)
            while !Task.isCancelled, ContinuousClock.now < end, !done.withLock({ $0 }) {
                try? await Task.sleep(for: .milliseconds(20))
                let result = isDone(daemon)
                done.withLock { $0 = result }
            }
        } abandon: {
        }
        return done.withLock { $0 }
    }

    @Test("a source that floods is held back, and costs the others nothing")
    func flood() async throws {
        let flood = source("flood") { points, context in
            let series = context.series(Measurement("flood"), fields: ["f"])
            for number in 0..<400_000 {
                points.append(Point(series, at: Timestamp(seconds: 1_800_000_000 + Int64(number)), [1]))
            }
            try await Task.sleep(for: .seconds(600))
        }
        let sink = sink
        @Sendable func flooded() -> Int { flood.context.status.snapshot.flooded }
        // What is given up is counted, all of it.
        #expect(try await run([flood, calm(50)]) { _ in sink["calm"] == 50 && sink["flood"] + flooded() == 400_000 })
        #expect(flooded() > 0)
        #expect(sink["flood"] + flooded() == 400_000)
    }

    @Test("a source that hangs is started again, and the others go on")
    func hang() async throws {
        let runs = Mutex(0)
        let hung = source("hung", deadline: 0.2) { _, _ in
            runs.withLock { $0 += 1 }
            try await Task.sleep(for: .seconds(600))
        }
        let sink = sink
        #expect(try await run([hung, calm(50)]) { _ in sink["calm"] == 50 && runs.withLock { $0 } >= 2 })
        #expect(hung.context.status.snapshot.lastError == "the source hung and was started again")
    }

    @Test("a source that does not even end takes the daemon's sign of life away")
    func stuck() async throws {
        let release = AsyncStream<Void>.makeStream()
        let stuck = source("stuck", deadline: 0.1) { _, _ in
            // Not cancelled with its task, as a driver's call is not.
            await Task.detached { for await _ in release.stream {} }.value
        }
        let sink = sink
        #expect(
            try await run([stuck, calm(20)]) { daemon in
                guard sink["calm"] == 20, !daemon.isAlive else { return false }
                release.continuation.finish()
                return true
            }
        )
    }

    @Test("a source whose policy is to stop ends the program with its error")
    func stop() async throws {
        struct Broken: Error {}
        let broken = RunningSource(
            FakeSource { _, _ in throw Broken() },
            context: SourceContext(name: "broken", tags: [], logger: silent),
            onError: .stop
        )
        await #expect(throws: Broken.self) { _ = try await run([broken, calm(1000)]) { _ in false } }
    }
}

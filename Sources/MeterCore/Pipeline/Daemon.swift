public import Logging
import Synchronization

/// Sources → intake → uploaders.
///
/// Stopping is the same arrow: the sources end, the batchers finish, the uploaders drain.
public final class Daemon: Sendable {
    private enum Event: Sendable {
        case stop
        case change(Plan)
        case sourceEnded(name: String, error: (any Error)?)
        case sourcesAreLate
        case outputEnded(name: String)
    }

    private struct Plan: Sendable {
        var sources: [RunningSource]
        var outputs: [PlannedOutput]
    }

    private let parts: Mutex<(sources: [RunningSource], outputs: [RunningOutput])>
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let events: AsyncStream<Event>
    private let event: AsyncStream<Event>.Continuation
    /// The way of every reading to the outputs.
    public let intake: Intake

    /// Puts the parts together and opens the spools.
    ///
    /// - Parameters:
    ///   - sources: what is read.
    ///   - outputs: where every reading goes.
    ///   - counts: what an output of a name had counted before.
    ///   - logger: hears of a source that does not end.
    ///   - clock: what pauses are slept by.
    ///   - intake: makes the way to the batchers of the outputs.
    public init(
        sources: [RunningSource],
        outputs: [PlannedOutput],
        counts: (String) -> Uploader.Counts = { _ in Uploader.Counts() },
        logger: Logger,
        clock: any Clock<Duration>,
        intake: ([Batcher]) -> Intake
    ) {
        self.intake = intake(outputs.map(\.batcher))
        parts = Mutex((sources, outputs.map { $0.open(counts($0.name)) }))
        self.logger = logger
        self.clock = clock
        (events, event) = AsyncStream.makeStream()
    }

    /// What is read now.
    public var sources: [RunningSource] { parts.withLock { $0.sources } }
    /// Where it goes now.
    public var outputs: [RunningOutput] { parts.withLock { $0.outputs } }

    /// Whether every source and every output is at work, for a watchdog that starts the program again when not.
    public var isAlive: Bool { sources.allSatisfy(\.isAlive) && outputs.allSatisfy(\.uploader.isAlive) }

    /// Goes on with other sources and outputs; those whose configuration is the same are left alone.
    public func change(sources: [RunningSource], outputs: [PlannedOutput]) {
        event.yield(.change(Plan(sources: sources, outputs: outputs)))
    }

    /// Runs until `stop` returns or a source that must not fail has failed.
    ///
    /// From then on it takes less than a second: a source has 0.45 s to end and the uploaders 0.45 s to send; then what
    /// is left goes to the spool.
    ///
    /// - Parameters:
    ///   - stop: returns when the program should end.
    ///   - abandon: called when a source does not end: everything else is done by then, and the process should exit.
    /// - Throws: the error of a source whose policy is to stop.
    public func run(
        until stop: @escaping @Sendable () async -> Void,
        abandon: @escaping @Sendable () -> Void
    ) async throws {
        var failure: (any Error)?
        await withTaskGroup(of: Void.self) { group in
            let (event, clock, intake) = (event, clock, intake)
            group.addTask {
                await stop()
                event.yield(.stop)
            }
            var reading: [String: Cancellable] = [:]
            var sending: [String: Cancellable] = [:]
            // What ends since the configuration changed, and what takes its place.
            var endingSources: [String: RunningSource?] = [:]
            var endingOutputs: [String: PlannedOutput?] = [:]
            var nextPlan: Plan?
            var isStopping = false
            var isDraining = false

            func later(_ action: @escaping @Sendable () -> Void) {
                group.addTask {
                    try? await clock.sleep(for: .milliseconds(450))
                    action()
                }
            }
            func start(_ source: RunningSource) {
                let work = Cancellable {
                    do {
                        try await source.keepRunning(into: intake, clock: clock)
                        event.yield(.sourceEnded(name: source.name, error: nil))
                    } catch {
                        event.yield(.sourceEnded(name: source.name, error: error))
                    }
                }
                reading[source.name] = work
                group.addTask { await work.run() }
            }
            func start(_ output: RunningOutput) {
                let work = Cancellable {
                    await output.keepSending(clock) { intake.look() }
                    event.yield(.outputEnded(name: output.name))
                }
                sending[output.name] = work
                group.addTask { await work.run() }
                if isDraining { end(output) }
            }
            func end(_ output: RunningOutput) {
                output.uploader.batcher.finish()
                if let work = sending[output.name] { later { work.cancel() } }
            }
            func stopReading() {
                guard !isStopping else { return }
                isStopping = true
                endingSources = [:]
                for work in reading.values { work.cancel() }
                later { event.yield(.sourcesAreLate) }
            }
            func drain() {
                guard !isDraining else { return }
                isDraining = true
                intake.finish()
                for output in outputs { end(output) }
            }
            func change(to plan: Plan) {
                let (sources, outputs) = parts.withLock { $0 }
                for source in sources {
                    let next = plan.sources.first { $0.name == source.name }
                    let isEnding = endingSources[source.name] != nil
                    guard isEnding || next?.configuration != source.configuration else { continue }
                    endingSources[source.name] = .some(next)
                    reading[source.name]?.cancel()
                }
                for source in plan.sources where !sources.contains(where: { $0.name == source.name }) {
                    add(source)
                }
                intake.replace(
                    with: plan.outputs.map { next in
                        outputs.first { $0.plan.isSame(as: next) }?.plan.batcher ?? next.batcher
                    }
                )
                for output in outputs where !plan.outputs.contains(where: output.plan.isSame) {
                    endingOutputs[output.name] = .some(plan.outputs.first { $0.name == output.name })
                    end(output)
                }
                for next in plan.outputs where !outputs.contains(where: { $0.name == next.name }) {
                    add(next.open())
                }
            }
            func add(_ source: RunningSource) {
                parts.withLock { $0.sources.append(source) }
                start(source)
            }
            func add(_ output: RunningOutput) {
                parts.withLock { $0.outputs.append(output) }
                start(output)
            }

            for output in outputs { start(output) }
            for source in sources { start(source) }
            if reading.isEmpty { stopReading() }
            loop: for await event in events {
                switch event {
                case .stop: stopReading()
                case .change(let plan): nextPlan = plan
                case .sourceEnded(let name, let error):
                    reading[name] = nil
                    if let next = endingSources.removeValue(forKey: name) {
                        parts.withLock { $0.sources.removeAll { $0.name == name } }
                        if let next { add(next) }
                    } else if let error {
                        failure = error
                        stopReading()
                    }
                case .sourcesAreLate: drain()
                case .outputEnded(let name):
                    sending[name] = nil
                    if let next = endingOutputs.removeValue(forKey: name) {
                        let earlier = outputs.first { $0.name == name }?.uploader
                        parts.withLock { $0.outputs.removeAll { $0.name == name } }
                        if let next { add(next.open(after: earlier)) } else { earlier.map(sayWhatIsLost) }
                    }
                }
                if let plan = nextPlan, endingOutputs.isEmpty, !isStopping {
                    nextPlan = nil
                    change(to: plan)
                }
                if isStopping, reading.isEmpty { drain() }
                if isDraining, sending.isEmpty { break loop }
            }
            group.cancelAll()
            for output in outputs { sayWhatIsLost(output.uploader) }
            if !reading.isEmpty {
                logger.error("A source did not end in time", metadata: ["source": "\(reading.keys.sorted())"])
                abandon()
            }
        }
        if let failure { throw failure }
    }

    private func sayWhatIsLost(_ uploader: Uploader) {
        let lost = uploader.outbox.backlog.pointsInMemory
        guard lost > 0 else { return }
        logger.error(
            "Readings are lost: neither the server nor the disk took them",
            metadata: ["lost": "\(lost)", "server": "\(uploader.sink.name)"]
        )
    }
}

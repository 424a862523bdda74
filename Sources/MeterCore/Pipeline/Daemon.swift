public import Logging
import Synchronization

/// Sources → intake → uploaders.
///
/// Stopping is the same arrow: the sources end, the batchers finish, the uploaders drain. `Supervision` decides what to
/// do; the daemon does it.
public final class Daemon: Sendable {
    private typealias Group = TaskGroup<Void>

    /// The tasks that can be asked to end, by name.
    private struct Work {
        var reading: [String: Cancellable] = [:]
        var sending: [String: Cancellable] = [:]
    }

    private let parts: Mutex<(sources: [RunningSource], outputs: [RunningOutput])>
    private let logger: Logger
    private let clock: any Clock<Duration>
    private let events: AsyncStream<Supervision.Event>
    private let event: AsyncStream<Supervision.Event>.Continuation
    /// The way of every reading to the outputs.
    public let intake: Intake

    /// The time that a source has to end, and that an output has to send what is left.
    private static let patience = Duration.milliseconds(450)
    /// The time that a disk has afterwards to take what is left.
    private static let patienceWithDisk = Duration.seconds(1)

    /// Puts the parts together and opens the spools.
    ///
    /// - Parameters:
    ///   - sources: the sources that are read from the beginning.
    ///   - outputs: the outputs that every reading goes to.
    ///   - counts: the counters that an output of a name had before.
    ///   - logger: hears of a source that does not end.
    ///   - clock: the clock by which pauses are slept.
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

    /// The sources that are read now.
    public var sources: [RunningSource] { parts.withLock { $0.sources } }
    /// The outputs that readings go to now.
    public var outputs: [RunningOutput] { parts.withLock { $0.outputs } }

    /// True when every source and every output is at work, for a watchdog that starts the program again when not.
    public var isAlive: Bool { sources.allSatisfy(\.isAlive) && outputs.allSatisfy(\.uploader.isAlive) }

    /// Goes on with other sources and outputs; those whose configuration is the same are left alone.
    public func change(sources: [RunningSource], outputs: [PlannedOutput]) {
        event.yield(.change(Supervision.Plan(sources: sources, outputs: outputs)))
    }

    /// Runs until `stop` returns or a source that must not fail has failed.
    ///
    /// From then on it takes less than a second: a source has 0.45 s to end and the uploaders 0.45 s to send; then what
    /// is left goes to the spool. A disk that is stuck is given one second more.
    ///
    /// - Parameters:
    ///   - stop: returns when the program should end.
    ///   - abandon: called when a source does not end: everything else is done by then, and the process should exit.
    /// - Throws: the error of a source whose policy is to stop.
    public func run(
        until stop: @escaping @Sendable () async -> Void,
        abandon: @escaping @Sendable () -> Void
    ) async throws {
        let (sources, outputs) = parts.withLock { $0 }
        var supervision = Supervision(Supervision.Plan(sources: sources, outputs: outputs.map(\.plan)))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [event] in
                await stop()
                event.yield(.stop)
            }
            var work = Work()
            for output in outputs { start(output, &work, &group) }
            for source in sources { start(source, &work, &group) }
            if sources.isEmpty { event.yield(.stop) }
            for await event in events {
                for action in supervision.next(event) { perform(action, &work, &group) }
                if supervision.isOver { break }
            }
            group.cancelAll()
            for output in self.outputs { sayWhatIsLost(output.uploader) }
            let late = supervision.sourcesAtWork
            if !late.isEmpty {
                logger.error("A source did not end in time", metadata: ["source": "\(late)"])
                abandon()
            }
        }
        if let failure = supervision.failure { throw failure }
    }

    /// Does one thing that `Supervision` decided.
    private func perform(_ action: Supervision.Action, _ work: inout Work, _ group: inout Group) {
        switch action {
        case .read(let source): add(source, &work, &group)
        case .cancelReading(let name): work.reading[name]?.cancel()
        case .replaceSource(let name, let next):
            parts.withLock { $0.sources.removeAll { $0.name == name } }
            if let next { add(next, &work, &group) }
        case .awaitSources: later(&group) { [event] in event.yield(.sourcesAreLate) }
        case .finishIntake: intake.finish()
        case .collect(let outputs): intake.replace(with: outputs.map(\.batcher))
        case .open(let output): add(output.open(), &work, &group)
        case .finish(let name):
            guard let uploader = outputs.first(where: { $0.name == name })?.uploader else { break }
            uploader.batcher.finish()
            if let sending = work.sending[name] { later(&group) { sending.cancel() } }
            uploader.giveUpDisk(after: Self.patience + Self.patienceWithDisk)
        case .replaceOutput(let name, let next):
            let earlier = outputs.first { $0.name == name }?.uploader
            parts.withLock { $0.outputs.removeAll { $0.name == name } }
            if let next { add(next.open(after: earlier), &work, &group) } else { earlier.map(sayWhatIsLost) }
        }
    }

    private func add(_ source: RunningSource, _ work: inout Work, _ group: inout Group) {
        parts.withLock { $0.sources.append(source) }
        start(source, &work, &group)
    }

    private func add(_ output: RunningOutput, _ work: inout Work, _ group: inout Group) {
        parts.withLock { $0.outputs.append(output) }
        start(output, &work, &group)
    }

    private func start(_ source: RunningSource, _ work: inout Work, _ group: inout Group) {
        let reading = Cancellable { [event, clock, intake] in
            do {
                try await source.keepRunning(into: intake, clock: clock)
                event.yield(.sourceEnded(name: source.name, error: nil))
            } catch {
                event.yield(.sourceEnded(name: source.name, error: error))
            }
        }
        work.reading[source.name] = reading
        group.addTask { await reading.run() }
    }

    private func start(_ output: RunningOutput, _ work: inout Work, _ group: inout Group) {
        let sending = Cancellable { [event, clock, intake] in
            await output.keepSending(clock) { intake.look() }
            event.yield(.outputEnded(name: output.name))
        }
        work.sending[output.name] = sending
        group.addTask { await sending.run() }
    }

    /// Does something when a source's or an output's time to end is over.
    private func later(_ group: inout Group, _ action: @escaping @Sendable () -> Void) {
        group.addTask { [clock] in
            try? await clock.sleep(for: Self.patience)
            action()
        }
    }

    /// Logs the readings of an output that ended without a server and without a disk.
    private func sayWhatIsLost(_ uploader: Uploader) {
        let lost = uploader.outbox.backlog.pointsInMemory
        guard lost > 0 else { return }
        logger.error(
            "Readings are lost: neither the server nor the disk took them",
            metadata: ["lost": "\(lost)", "server": "\(uploader.sink.name)"]
        )
    }
}

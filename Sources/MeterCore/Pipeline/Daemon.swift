public import Logging

/// Sources → batchers → uploaders.
///
/// Stopping is the same arrow: the sources end, the batchers finish, the uploaders drain.
public struct Daemon: Sendable {
    private enum Event: Sendable {
        case stop
        case sourceEnded(name: String, error: (any Error)?)
        case sourcesAreLate
        case uploaderEnded
        case uploadersAreLate
    }

    private let sources: [RunningSource]
    private let outputs: [RunningOutput]
    private let logger: Logger
    private let clock: any Clock<Duration>
    /// Sees to it that no reading has a false date.
    public let dating: Dating

    /// Puts the parts together.
    ///
    /// - Parameters:
    ///   - sources: what is read.
    ///   - outputs: where every reading goes.
    ///   - logger: hears of a source that does not end.
    ///   - clock: what pauses are slept by.
    ///   - meterClock: what the meters say about the time.
    ///   - boxClock: what the box says about it.
    public init(
        sources: [RunningSource],
        outputs: [RunningOutput],
        logger: Logger,
        clock: any Clock<Duration>,
        meterClock: MeterClock,
        boxClock: @escaping @Sendable () -> ClockReading
    ) {
        let batchers = outputs.map(\.uploader.batcher)
        let points: any PointReceiver = batchers.count == 1 ? batchers[0] : Fanout(batchers)
        dating = Dating(to: points, meter: meterClock, clock: boxClock, logger: logger)
        self.sources = sources
        self.outputs = outputs
        self.logger = logger
        self.clock = clock
    }

    /// Whether every source and every output is at work, for a watchdog that starts the program again when not.
    public var isAlive: Bool { sources.allSatisfy(\.isAlive) && outputs.allSatisfy(\.uploader.isAlive) }

    /// Runs until `stop` returns, every source has ended, or one that must not fail has failed.
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
        let (events, event) = AsyncStream<Event>.makeStream()
        var failure: (any Error)?
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await stop()
                event.yield(.stop)
            }
            for output in outputs {
                group.addTask {
                    while (try? await clock.sleep(for: output.flush)) != nil {
                        dating.look()
                        output.uploader.batcher.flush()
                    }
                }
            }
            let reading = Cancellable { await read(into: dating, event) }
            let sending = Cancellable { await send(event) }
            group.addTask { await reading.run() }
            group.addTask { await sending.run() }

            var running = Set(sources.map(\.context.name))
            var uploading = outputs.count
            var isStopping = false
            var isDraining = false
            func stopReading() {
                guard !isStopping else { return }
                isStopping = true
                reading.cancel()
                group.addTask {
                    try? await clock.sleep(for: .milliseconds(450))
                    event.yield(.sourcesAreLate)
                }
            }
            func drain() {
                guard !isDraining else { return }
                isDraining = true
                dating.finish()
                for output in outputs { output.uploader.batcher.finish() }
                group.addTask {
                    try? await clock.sleep(for: .milliseconds(450))
                    event.yield(.uploadersAreLate)
                }
            }
            if sources.isEmpty { drain() }
            loop: for await event in events {
                switch event {
                case .stop: stopReading()
                case .sourceEnded(let name, let error):
                    running.remove(name)
                    if let error {
                        failure = error
                        stopReading()
                    }
                    if running.isEmpty { drain() }
                case .sourcesAreLate: drain()
                case .uploadersAreLate: sending.cancel()
                case .uploaderEnded:
                    uploading -= 1
                    if uploading == 0 { break loop }
                }
            }
            group.cancelAll()
            if !running.isEmpty {
                logger.error("A source did not end in time", metadata: ["source": "\(running.sorted())"])
                abandon()
            }
        }
        if let failure { throw failure }
    }

    private func read(into points: any PointReceiver, _ event: AsyncStream<Event>.Continuation) async {
        await withTaskGroup(of: Void.self) { group in
            for source in sources {
                group.addTask {
                    do {
                        try await source.keepRunning(into: points, clock: clock)
                        event.yield(.sourceEnded(name: source.context.name, error: nil))
                    } catch {
                        event.yield(.sourceEnded(name: source.context.name, error: error))
                    }
                }
            }
        }
    }

    private func send(_ event: AsyncStream<Event>.Continuation) async {
        await withTaskGroup(of: Void.self) { group in
            for output in outputs {
                group.addTask {
                    await output.uploader.run()
                    event.yield(.uploaderEnded)
                }
            }
        }
    }
}

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
    private let uploaders: [Uploader]
    private let flush: Duration
    private let logger: Logger

    /// Puts the parts together.
    ///
    /// - Parameters:
    ///   - sources: what is read.
    ///   - uploaders: one an output; each has its own batcher.
    ///   - flush: how often batches are sent.
    ///   - logger: hears of a source that does not end.
    public init(sources: [RunningSource], uploaders: [Uploader], flush: Duration, logger: Logger) {
        self.sources = sources
        self.uploaders = uploaders
        self.flush = flush
        self.logger = logger
    }

    /// Runs until `stop` yields or finishes, every source has ended, or one that must not fail has failed.
    ///
    /// From then on it takes less than a second: a source has 0.35 s to end and the uploaders 0.45 s to send; then what
    /// is left goes to the spool.
    ///
    /// - Parameters:
    ///   - stop: yields when the program should end.
    ///   - abandon: called when a source does not end: everything else is done by then, and the process should exit.
    /// - Throws: the error of a source whose policy is to stop.
    public func run(until stop: AsyncStream<Void>, abandon: @escaping @Sendable () -> Void) async throws {
        let (events, event) = AsyncStream<Event>.makeStream()
        let points: any PointReceiver = uploaders.count == 1 ? uploaders[0].batcher : Fanout(uploaders.map(\.batcher))
        var failure: (any Error)?
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in stop { break }
                event.yield(.stop)
            }
            group.addTask {
                while (try? await Task.sleep(for: flush, tolerance: flush / 20)) != nil {
                    for uploader in uploaders { uploader.batcher.flush() }
                }
            }
            let reading = Cancellable { await read(into: points, event) }
            let sending = Cancellable { await send(event) }
            group.addTask { await reading.run() }
            group.addTask { await sending.run() }

            var running = Set(sources.map(\.context.name))
            var uploading = uploaders.count
            var isStopping = false
            var isDraining = false
            func stopReading() {
                guard !isStopping else { return }
                isStopping = true
                reading.cancel()
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(350))
                    event.yield(.sourcesAreLate)
                }
            }
            func drain() {
                guard !isDraining else { return }
                isDraining = true
                for uploader in uploaders { uploader.batcher.finish() }
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(450))
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
                        try await source.keepRunning(into: points)
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
            for uploader in uploaders {
                group.addTask {
                    await uploader.run()
                    event.yield(.uploaderEnded)
                }
            }
        }
    }
}

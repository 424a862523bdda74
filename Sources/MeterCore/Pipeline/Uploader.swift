public import Logging
import Synchronization

/// Moves batches from a batcher to a sink, by way of the outbox.
///
/// Intake and delivery are two loops, so that a server that hangs never keeps readings from reaching the spool. Neither
/// loop ever sleeps: a pause after a failure is a number of skipped ticks, so stopping is immediate.
public final class Uploader: Sendable {
    private struct State {
        var backoff = Backoff()
        var retryAt: Uptime?
        /// Since when the request under way is, and the load that it belongs to.
        var requestSince: Uptime?
        var loadSince: Uptime?
        /// Since when the server takes nothing.
        var awaySince: Uptime?
        var alarm = Alarm()
        var storeAlarm = Alarm()
        var refusalAlarm = Alarm()
        var counts: Counts
        var isFinishing = false
        /// What is being delivered, without the parts that are done.
        var load: Outbox.Load?
        var dropAlarm = Alarm()
        var closed = ClosedDestinations()
        var window = SafetyWindow()
        var droppedSoFar = 0
    }

    public let batcher: Batcher
    public let outbox: Outbox
    public let sink: any Sink
    private let deadLetters: DeadLetters?
    /// No machine that lost its power is back sooner, in seconds.
    private static let restart = 3.0
    private let patience: Duration
    private let logger: Logger
    private let now: @Sendable () -> Uptime
    private let state: Mutex<State>

    /// Makes an uploader, which works while `run()` does.
    ///
    /// - Parameters:
    ///   - batcher: where the batches come from.
    ///   - outbox: where they wait.
    ///   - sink: where they go.
    ///   - deadLetters: keeps the lines that the sink refuses for good.
    ///   - patience: a request may take so long before what waits is put on disk.
    ///   - counts: what to count on from.
    ///   - logger: hears of what goes wrong, when it changes.
    ///   - now: the clock that pauses are measured with.
    public init(
        batcher: Batcher,
        outbox: Outbox,
        sink: any Sink,
        deadLetters: DeadLetters?,
        patience: Duration = .seconds(5),
        counts: Counts = Counts(),
        logger: Logger,
        now: @escaping @Sendable () -> Uptime = { .now }
    ) {
        state = Mutex(State(counts: counts))
        self.batcher = batcher
        self.outbox = outbox
        self.sink = sink
        self.deadLetters = deadLetters
        self.patience = patience
        self.logger = logger
        self.now = now
    }

    /// Whether no request has been under way for absurdly long.
    public var isAlive: Bool {
        state.withLock { state in state.requestSince.map { now().seconds(since: $0) < 180 } ?? true }
    }

    public var counts: Counts {
        var counts = state.withLock { $0.counts }
        counts.dropped += outbox.backlog.dropped + batcher.dropped + (deadLetters?.dropped ?? 0)
        return counts
    }

    /// Takes over what an earlier uploader, which has ended, could neither send nor put on disk.
    func takeOver(from earlier: Uploader) {
        outbox.takeOver(from: earlier.outbox)
        if let left = earlier.deadLetters { deadLetters?.takeOver(from: left) }
    }

    /// Works until the batcher has finished and what it held is delivered or stored.
    ///
    /// When its task is cancelled a request under way is given up, and everything is stored. In the end the spool is
    /// free for another one.
    public func run() async {
        let (work, moreWork) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        moreWork.yield()
        // Says at once when the spool cannot be used.
        store()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in work { await self.deliverAll() }
            }
            for await _ in batcher.due {
                takeIn()
                moreWork.yield()
            }
            takeIn()
            state.withLock { state in
                state.isFinishing = true
                state.retryAt = nil
            }
            moreWork.yield()
            moreWork.finish()
        }
        store()
        outbox.close()
    }

    /// Takes what is due.
    ///
    /// When the server did not take the last batches in time it goes to the disk at once.
    private func takeIn() {
        for batch in batcher.take() { outbox.append(batch) }
        deadLetters?.retry()
        let (isAway, closed) = state.withLock { ($0.retryAt != nil, $0.closed.all) }
        if outbox.lacksSpool || isAway { store() } else if !closed.isEmpty { store(only: closed) }
        storeWhatIsLate(after: patience)
    }

    /// Puts on disk what waits while a request takes long, the request's own readings included.
    func storeWhatIsLate(after limit: Duration) {
        let isLate = state.withLock { state in state.loadSince.map { $0.duration(to: now()) > limit } ?? false }
        if isLate { store() }
    }

    private func store(only destinations: Set<Batch.Destination>? = nil) {
        let trouble = outbox.persist(only: destinations)
        let dropped = outbox.backlog.dropped + batcher.dropped
        let (isNew, isOver, isDropping) = state.withLock { state in
            defer { state.droppedSoFar = dropped }
            return (
                trouble.map { state.storeAlarm.raise($0, at: now()) != nil } ?? false,
                trouble == nil && state.storeAlarm.clear(),
                dropped > state.droppedSoFar && state.dropAlarm.raise("full", at: now()) != nil
            )
        }
        if let trouble, isNew {
            logger.error("The readings cannot be put on disk and wait in memory", metadata: ["reason": "\(trouble)"])
        }
        if isOver { logger.notice("The readings can be put on disk again") }
        if isDropping {
            logger.error("The oldest readings are given up: there is no more room", metadata: ["lost": "\(dropped)"])
        }
    }

    /// Sends what waits, oldest first, until nothing does or the server is away.
    private func deliverAll() async {
        let mayTry = state.withLock { state in state.retryAt.map { now() >= $0 } ?? true }
        guard mayTry else { return }
        var done: Set<Int> = []
        var ahead: Outbox.Load?
        func remove() {
            outbox.remove(done)
            done = []
        }
        defer { remove() }
        while !Task.isCancelled {
            if ahead == nil { remove() }
            guard let load = state.withLock({ $0.load }) ?? ahead ?? outbox.next(besides: closed) else { return }
            async let delivery = deliver(load)
            // What the disk has to do for the one before and the one after is done meanwhile.
            remove()
            ahead = outbox.next(after: load, besides: closed)
            let rest: Outbox.Load?
            (done, rest) = await delivery
            state.withLock { $0.load = rest }
            guard rest == nil else {
                store()
                return
            }
        }
    }

    /// The destinations that need not be tried now.
    private var closed: Set<Batch.Destination> {
        state.withLock { $0.closed.shut(at: now()) }
    }

    /// What became of a batch.
    private enum Outcome {
        case done
        /// This much has to be sent again after a pause.
        case postponed(Batch)
        case misaddressed
    }

    /// Sends a load, part by part.
    ///
    /// - Returns: the numbers of what is done with, and what has to be sent again after a pause, if anything.
    private func deliver(_ load: Outbox.Load) async -> (done: Set<Int>, rest: Outbox.Load?) {
        var load = load
        var done: Set<Int> = []
        while let part = load.parts.first {
            state.withLock { $0.loadSince = now() }
            defer { state.withLock { $0.loadSince = nil } }
            switch await deliver(part.batch) {
            case .done: done.formUnion(part.numbers)
            case .misaddressed: break
            case .postponed(let rest):
                load.parts[0].batch = rest
                return (done, load)
            }
            load.parts.removeFirst()
        }
        return (done, nil)
    }

    /// Sends a batch, in parts when the server wants it so.
    private func deliver(_ batch: Batch) async -> Outcome {
        let start = now()
        state.withLock { $0.requestSince = start }
        let delivery = await sink.write(batch)
        state.withLock { state in
            state.requestSince = nil
            state.counts.requests += 1
            state.counts.lastWrite = start.duration(to: now())
        }
        switch delivery {
        case .accepted:
            accepted(batch)
            return .done
        case .rejected(let reason):
            guard let (first, second) = batch.halves else {
                reject(batch, reason)
                return .done
            }
            return await deliver(first, then: second)
        case .split:
            guard let (first, second) = batch.halves else {
                reject(batch, "the server says that this single line is too large")
                return .done
            }
            return await deliver(first, then: second)
        case .postponed(let reason, let retryAfter):
            postponed(reason, retryAfter)
            return .postponed(batch)
        case .misaddressed(let reason):
            misaddressed(batch.destination, reason)
            return .misaddressed
        }
    }

    private func deliver(_ first: Batch, then second: Batch) async -> Outcome {
        switch await deliver(first) {
        case .done: await deliver(second)
        case .postponed(let rest): .postponed(rest.followed(by: second))
        case .misaddressed: .misaddressed
        }
    }

    private func accepted(_ batch: Batch) {
        let (isBack, again) = state.withLock { state in
            state.backoff.reset()
            state.retryAt = nil
            state.counts.accepted += batch.points
            state.counts.lastAccepted = .now()
            let isOpen = state.closed.open(batch.destination)
            let isBack = state.alarm.clear() || isOpen
            let wasAway = state.awaySince.map { now().seconds(since: $0) >= Self.restart } ?? false
            state.awaySince = nil
            let again = wasAway || isOpen ? state.window.takeAll() : []
            state.window.note(batch, at: now())
            return (isBack, again)
        }
        for batch in again { outbox.append(batch) }
        if isBack {
            let backlog = outbox.backlog
            logger.notice(
                "The server takes readings again",
                metadata: [
                    "server": "\(sink.name)", "batches waiting": "\(backlog.batchesInMemory + backlog.batchesOnDisk)",
                ]
            )
        }
    }

    private func reject(_ batch: Batch, _ reason: String) {
        let time = Timestamp.now()
        let shouldLog = state.withLock { state in
            state.counts.rejected += batch.points
            state.counts.noteError(reason, at: time)
            return state.refusalAlarm.raise("refused", at: now()) != nil
        }
        let trouble = deadLetters?.append(batch, reason: reason, at: time)
        guard shouldLog else { return }
        logger.error(
            "The server refused a reading for good; it is kept aside",
            metadata: ["reason": "\(reason)", "line": "\(String(decoding: batch.lines.prefix(200), as: UTF8.self))"]
        )
        if let trouble { logger.error("A refused reading waits in memory", metadata: ["reason": "\(trouble)"]) }
    }

    private func postponed(_ reason: String, _ retryAfter: Duration?) {
        let repeats = state.withLock { state -> Int? in
            let pause = max(state.backoff.next(), retryAfter ?? .zero)
            state.retryAt = state.isFinishing ? nil : now() + pause
            state.awaySince = state.awaySince ?? now()
            state.counts.failures += 1
            state.counts.noteError(reason)
            return state.isFinishing ? nil : state.alarm.raise(reason, at: now())
        }
        sayThatReadingsWait(reason, repeats)
    }

    private func misaddressed(_ destination: Batch.Destination, _ reason: String) {
        let repeats = state.withLock { state -> Int? in
            state.counts.failures += 1
            state.counts.noteError(reason)
            return state.closed.close(destination, reason, at: now())
        }
        sayThatReadingsWait(reason, repeats)
    }

    private func sayThatReadingsWait(_ reason: String, _ repeats: Int?) {
        if let repeats {
            logger.warning(
                "The readings wait, the server did not take them",
                metadata: ["reason": "\(reason)", "tries since last said": "\(repeats)"]
            )
        }
    }
}

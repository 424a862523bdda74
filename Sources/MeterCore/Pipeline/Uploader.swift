public import Logging
import MeterNotation
import Synchronization

/// Moves batches from a batcher to a sink, by way of the outbox.
///
/// Intake, delivery and storing are three loops, so that a server that hangs never keeps readings from reaching the
/// spool, and a disk that is stuck never keeps them from the server. No loop ever sleeps: a pause after a failure is a
/// number of skipped ticks, so stopping is immediate.
public final class Uploader: Sendable {
    private struct State {
        var sending: Sending
        var disk = StoreWatch()
        /// The batches that have to be on disk; taken by the one who puts them there.
        var toStore = Sending.Storing.nothing
        var isFinishing = false
        /// Raised while refused lines cannot be put on the disk.
        var refusedAlarm = Alarm()
    }

    /// The origin of the batches.
    public let batcher: Batcher
    /// The place where they wait.
    public let outbox: Outbox
    /// The server that they go to.
    public let sink: any Sink
    private let deadLetters: DeadLetters?
    private let patience: Duration
    private let logger: Logger
    private let now: @Sendable () -> Uptime
    private let state: Mutex<State>
    private let work: AsyncStream<Void>
    private let moreWork: AsyncStream<Void>.Continuation
    private let storing: AsyncStream<Void>
    private let moreToStore: AsyncStream<Void>.Continuation

    /// Makes an uploader, which works while `run()` does.
    ///
    /// - Parameters:
    ///   - batcher: the origin of the batches.
    ///   - outbox: the place where they wait.
    ///   - sink: the server that they go to.
    ///   - deadLetters: keeps the lines that the sink refuses for good.
    ///   - patience: the time that a request may take before what waits is put on disk.
    ///   - longestPause: no pause after failures is longer.
    ///   - sendEvery: the time from one sending to the next, until which batches wait on disk; `nil` to send at once.
    ///   - counts: the counters to go on from.
    ///   - logger: hears of what goes wrong, when it changes.
    ///   - now: the clock that pauses are measured with.
    public init(
        batcher: Batcher,
        outbox: Outbox,
        sink: any Sink,
        deadLetters: DeadLetters?,
        patience: Duration = .seconds(5),
        longestPause: Duration = .seconds(120),
        sendEvery: Duration? = nil,
        counts: Counts = Counts(),
        logger: Logger,
        now: @escaping @Sendable () -> Uptime = { .now }
    ) {
        state = Mutex(State(sending: Sending(counts: counts, longestPause: longestPause, sendEvery: sendEvery)))
        (work, moreWork) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (storing, moreToStore) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.batcher = batcher
        self.outbox = outbox
        self.sink = sink
        self.deadLetters = deadLetters
        self.patience = patience
        self.logger = logger
        self.now = now
    }

    /// True unless a request has been under way for absurdly long.
    public var isAlive: Bool {
        let now = now()
        return state.withLock { $0.sending.isAlive(at: now) }
    }

    /// The counters of now, those of earlier runs included.
    public var counts: Counts {
        var counts = state.withLock { $0.sending.counts }
        counts.dropped += lost.total
        return counts
    }

    /// The points lost for want of room since this uploader began, refused ones included.
    public var lost: LostPoints {
        var lost = lostOnTheWay
        if let deadLetters { lost.add(deadLetters.lost) }
        return lost
    }

    /// The points lost before the server could take or refuse them.
    private var lostOnTheWay: LostPoints {
        var lost = outbox.backlog.lost
        lost.add(batcher.lost)
        return lost
    }

    /// Takes over what an earlier uploader, which has ended, could neither send nor put on disk.
    func takeOver(from earlier: Uploader) {
        outbox.takeOver(from: earlier.outbox)
        if let left = earlier.deadLetters { deadLetters?.takeOver(from: left) }
    }

    /// Works until the batcher has finished and what it held is delivered or stored.
    ///
    /// A cancelled task gives up the request under way, and everything is stored. In the end the spool is
    /// free for another one.
    public func run() async {
        outbox.whenRead { [moreWork] in moreWork.yield() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in self.work {
                    let isLast = self.state.withLock { $0.isFinishing }
                    let isComplete = await self.deliverAll()
                    if isLast, isComplete { break }
                }
            }
            group.addTask {
                // Opens the spool, and says at once when it cannot be used.
                await self.store([])
                self.moreWork.yield()
                for await _ in self.storing { await self.storeWhatIsWanted() }
            }
            for await _ in batcher.due {
                takeIn()
                moreWork.yield()
            }
            takeIn()
            state.withLock { state in
                state.sending.finish()
                state.isFinishing = true
            }
            moreWork.yield()
            await group.next()
            moreToStore.finish()
        }
        await store(nil)
        await outbox.close()
    }

    /// Waits for the disk no longer after some time: what is not on it then is lost when the program ends.
    func giveUpDisk(after time: Duration) { outbox.giveUpDisk(after: time) }

    /// Takes what is due.
    ///
    /// Batches go to the disk at once when the server did not take the last ones in time.
    private func takeIn() {
        for batch in batcher.take() { outbox.append(batch) }
        if let deadLetters, deadLetters.hasUnsaved { outbox.onDisk { [self] in saveRefused(in: deadLetters) } }
        noteStuckDisk()
        let (now, lacksSpool) = (now(), outbox.lacksSpool)
        want(state.withLock { $0.sending.storing(at: now, patience: patience, lacksSpool: lacksSpool) })
    }

    /// Puts on disk what is held until it is due, where that is another disk than the system's.
    ///
    /// Then a power cut costs no more than a step, and the system's card is written as seldom as before.
    func storeWhatIsHeld() {
        guard outbox.hasSpoolApart else { return }
        for batch in batcher.take() { outbox.append(batch) }
        want(.everything)
    }

    /// Puts on disk what waits while a request takes long, the request's own readings included.
    func storeWhatIsLate(after limit: Duration) {
        let now = now()
        if state.withLock({ $0.sending.isLate(at: now, after: limit) }) { want(.everything) }
    }

    // MARK: - Storing

    /// Asks for batches to be put on disk, and does not wait for it.
    private func want(_ storing: Sending.Storing) {
        guard storing != .nothing else { return }
        state.withLock { $0.toStore.formUnion(storing) }
        moreToStore.yield()
    }

    private func storeWhatIsWanted() async {
        let wanted = state.withLock { state in
            defer { state.toStore = .nothing }
            return state.toStore
        }
        switch wanted {
        case .nothing: break
        case .only(let destinations): await store(destinations)
        case .everything: await store(nil)
        }
    }

    /// Puts what is for these destinations on disk, or all.
    private func store(_ destinations: Set<Batch.Destination>?) async { note(await outbox.persist(only: destinations)) }

    /// Says that the disk does not answer; what waits for it stays in memory meanwhile.
    private func noteStuckDisk() {
        if outbox.diskIsStuck(at: now()) != nil { note(said("the disk does not answer")) }
    }

    private func note(_ trouble: String?) {
        let (lost, now) = (lostOnTheWay, now())
        for news in state.withLock({ $0.disk.note(trouble, lost: lost, at: now) }) { say(news) }
    }

    // MARK: - Sending

    /// Sends what waits, oldest first, until nothing does or the server is away.
    ///
    /// - Returns: false when more of it is still being read from the disk.
    private func deliverAll() async -> Bool {
        let now = now()
        guard state.withLock({ $0.sending.mayTry(at: now) }) else { return true }
        var done: Set<Int> = []
        var ahead = Outbox.Next.isRead
        func remove() {
            outbox.remove(done)
            done = []
        }
        defer { remove() }
        while !Task.isCancelled {
            let left = state.withLock { $0.sending.left }
            if left == nil, ahead.load == nil {
                remove()
                ahead = outbox.next(besides: shut)
            }
            guard let load = left ?? ahead.load else {
                if case .isRead = ahead { return false }
                rest()
                return true
            }
            async let delivery = deliver(load)
            // The disk's work for the load before and the one after is done meanwhile.
            remove()
            ahead = outbox.next(after: load, besides: shut)
            let rest = await delivery
            done = rest.done
            let isDelivered = rest.next == nil
            state.withLock { $0.sending.left = isDelivered ? nil : rest }
            guard isDelivered else {
                want(.everything)
                return true
            }
        }
        return true
    }

    private func rest() {
        let now = now()
        state.withLock { $0.sending.rest(at: now) }
    }

    /// The destinations that need not be tried now.
    private var shut: Set<Batch.Destination> {
        let now = now()
        return state.withLock { $0.sending.shut(at: now) }
    }

    /// Sends a load, piece by piece.
    ///
    /// - Returns: the rest of it, to be sent again after a pause.
    private func deliver(_ load: Outbox.Load) async -> Outbox.Load {
        var load = load
        while let piece = load.next {
            let start = now()
            state.withLock { $0.sending.begin(load, at: start) }
            let outcome = load.note(await sink.write(piece))
            let (now, time) = (now(), Timestamp.now())
            for action in state.withLock({ $0.sending.note(outcome, of: piece, at: now, time) }) {
                perform(action, time)
            }
            if case .postponed = outcome { break }
        }
        state.withLock { $0.sending.end() }
        // Before they leave the outbox.
        if let deadLetters, deadLetters.hasUnsaved {
            await outbox.finishOnDisk { [self] in saveRefused(in: deadLetters) }
        }
        return load
    }

    private func perform(_ action: Sending.Action, _ time: Timestamp) {
        switch action {
        case .sendAgain(let batches): for batch in batches { outbox.append(batch) }
        case .say(let news): say(news)
        case .keepAside(let piece, let reason, let isNews):
            deadLetters?.append(piece, reason: reason, at: time)
            if isNews { say(.refused(reason: reason, piece)) }
        }
    }

    /// Puts refused lines on the disk, all of a load at once; on its thread.
    private func saveRefused(in deadLetters: DeadLetters) {
        let trouble = deadLetters.save()
        let isNews = state.withLock { state in
            guard let trouble else {
                _ = state.refusedAlarm.clear()
                return false
            }
            return state.refusedAlarm.raise(trouble) != nil
        }
        if let trouble, isNews { say(.refusedWaits(reason: trouble)) }
    }

    private func say(_ news: News) {
        switch news {
        case .takesAgain:
            let backlog = outbox.backlog
            logger.notice(
                "The server takes readings again",
                metadata: [
                    "server": "\(sink.name)", "batches waiting": "\(backlog.batchesInMemory + backlog.batchesOnDisk)",
                ]
            )
        case .waits(let reason, let tries):
            logger.warning(
                "The readings wait, the server did not take them",
                metadata: ["reason": "\(reason)", "tries since last said": "\(tries)"]
            )
        case .refused(let reason, let piece):
            logger.error(
                "The server refused readings for good; they are kept aside",
                metadata: [
                    "reason": "\(reason)", "lines": "\(piece.points)",
                    "first": "\(String(decoding: piece.lines.prefix(200), as: UTF8.self))",
                ]
            )
        case .refusedWaits(let reason):
            logger.error("Refused readings wait in memory", metadata: ["reason": "\(reason)"])
        case .cannotStore(let reason):
            logger.error("The readings cannot be put on disk and wait in memory", metadata: ["reason": "\(reason)"])
        case .storesAgain: logger.notice("The readings can be put on disk again")
        case .givesUp(let lost):
            logger.error(
                "The oldest readings of those who have most are given up: there is no more room",
                metadata: ["lost": "\(lost.total)", "of": "\(lost.inWords)"]
            )
        }
    }
}

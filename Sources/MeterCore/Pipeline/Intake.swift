public import Logging
import Synchronization

/// The way of every reading from the sources to the batchers of the outputs.
///
/// `Stages` is the way itself, under one lock: so of two points under one date the newer one is written last, and
/// nothing comes to a batcher any more once it was replaced. The lock is never held over the disk, a clock, a log or an
/// `await`; the only other one taken under it is a batcher's, whose other end is its uploader's.
public final class Intake: PointReceiver {
    /// Reads the box's clocks.
    let clock: @Sendable () -> ClockReading
    /// The time of a meter's clock.
    let meter: MeterClock
    /// The time of the box, which the intake keeps.
    public let time: BoxTime
    /// The place on disk for readings without a date; `nil` where they wait in memory only.
    let undated: UndatedReadings?
    /// The thread for the disk that they are on; without one whoever looks waits for the disk.
    let disk: DiskThread?
    /// Reads readings without a date from the disk, or puts them there.
    let errand: DiskErrand
    let logger: Logger
    /// Lets a person listen.
    public let listening = Listening()
    private let tell: @Sendable ([EnergyEvent]) -> Void
    private let stages: Mutex<Stages>

    /// Makes the way; its ledger is not open yet.
    ///
    /// - Parameters:
    ///   - batchers: one for each output, which every reading goes to.
    ///   - ledger: learns from the readings once it is opened with `openLedger`.
    ///   - meter: the time of a meter's clock.
    ///   - clock: reads the box's clocks.
    ///   - time: kept by the intake.
    ///   - kept: `keptTime` of an earlier run, if the machine was not started since.
    ///   - undated: keeps on disk what waits for a date; what it still has from an earlier run waits, too.
    ///   - disk: the thread for that disk.
    ///   - logger: hears when the clock jumps or cannot be believed.
    ///   - tell: hears of events; must not wait.
    public init(
        to batchers: [Batcher],
        ledger: Ledger = Ledger(Ledger.Settings()),
        meter: MeterClock = MeterClock(),
        clock: @escaping @Sendable () -> ClockReading,
        time: BoxTime = BoxTime(),
        kept: Int64? = nil,
        undated: UndatedReadings? = nil,
        disk: DiskThread? = nil,
        logger: Logger,
        tell: @escaping @Sendable ([EnergyEvent]) -> Void = { _ in }
    ) {
        self.clock = clock
        self.meter = meter
        self.time = time
        self.undated = undated
        self.disk = disk
        errand = DiskErrand(disk)
        self.logger = logger
        self.tell = tell
        stages = Mutex(Stages(dating: Dating(time, kept: kept), bookkeeper: Bookkeeper(ledger), batchers: batchers))
        look()
    }

    /// Nanoseconds from the start of the machine to 1970 when NTP kept them, for the next run; `nil` when it never did.
    public var keptTime: Int64? { stages.withLock { $0.dating.kept } }

    /// The way in for the readings of a source, which has a throttle of its own.
    func entrance(for context: SourceContext) -> some PointReceiver {
        stages.withLock { $0.throttles[context.name] = Throttle(at: .now) }
        return Entrance(intake: self, context: context)
    }

    /// Takes a point that the box itself makes.
    public func append(_ point: Point) { append(point, from: nil) }

    fileprivate func append(_ point: Point, from context: SourceContext?) {
        let now = clock()
        if stages.withLock({ $0.dating.wasSet(now) }) { judge(now) }
        listening.hear(point, of: context?.name)
        let uptime = Uptime.now
        let passage = passing { $0.next(point, from: context?.name, at: now, uptime) }
        if case .floods(let isNews) = passage, let context { noteFlood(context, isNews: isNews) }
    }

    /// Goes on with the batchers of other outputs.
    func replace(with batchers: [Batcher]) { stages.withLock { $0.batchers = batchers } }

    /// Looks at the stages, or changes them, and nothing else.
    func with<Result: Sendable>(_ body: (inout Stages) -> Result) -> Result { stages.withLock { body(&$0) } }

    /// Does something to the stages, then what follows from it.
    ///
    /// - Returns: the passage of the source's throttle.
    @discardableResult
    func passing(_ body: (inout Stages) -> Stages.FollowUp) -> Throttle.Passage {
        let (rest, tellOfNews) = stages.withLock { stages -> (Stages.FollowUp, (@Sendable () -> Void)?) in
            let rest = body(&stages)
            guard stages.bookkeeper.hasNews else { return (rest, nil) }
            stages.bookkeeper.hasNews = false
            return (rest, stages.bookkeeper.lookout?.tell)
        }
        tellOfNews?()
        for batcher in rest.full { batcher.flush() }
        if !rest.events.isEmpty { tell(rest.events) }
        return rest.passage
    }

    /// Counts a reading that was given up, and logs it when it is news.
    private func noteFlood(_ context: SourceContext, isNews: Bool) {
        context.status.update { $0.flooded += 1 }
        guard isNews else { return }
        context.logger.error(
            "The source makes more readings than the box can take; some are given up",
            metadata: ["most per second": "\(Int(Throttle.rate))"]
        )
    }
}

/// The way into the intake for one source.
private struct Entrance: PointReceiver {
    let intake: Intake
    let context: SourceContext

    /// What cannot be true is held here, whichever source tells it.
    func append(_ point: Point) {
        var point = point
        let impossible = point.leaveOutImpossible()
        if impossible > 0 {
            context.status.update { $0.held += impossible }
            if point.isEmpty { return }
        }
        intake.append(point, from: context)
    }
}

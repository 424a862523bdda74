/// What happens to a reading between its source and the batchers, as values, in one order.
///
///     Throttle → Dating → Batcher of each output → Bookkeeper → Batcher of each output
///
/// `Intake` holds them under its lock.
struct Stages: ~Copyable {
    /// What is left to do once the lock is released.
    struct FollowUp {
        /// What people may want to be told.
        var events: [EnergyEvent] = []
        /// Batchers that have a full batch.
        var full: [Batcher] = []
        /// What the source's throttle did.
        var passage = Throttle.Passage.passes
    }

    /// A source's own, by its name.
    var throttles: [String: Throttle] = [:]
    var dating = Dating()
    var bookkeeper: Bookkeeper
    /// One for each output.
    var batchers: [Batcher]
    /// Whether readings without a date cannot be put on disk.
    var undatedAlarm = Alarm()

    /// Begins with a ledger that is not open yet.
    init(bookkeeper: Bookkeeper, batchers: [Batcher]) {
        self.bookkeeper = bookkeeper
        self.batchers = batchers
    }

    /// Sends a reading through all stages.
    ///
    /// - Parameters:
    ///   - point: the reading.
    ///   - source: whose throttle it has to pass, if any.
    ///   - now: what the box's clocks say; `nil` for a reading that has its date.
    ///   - uptime: for the throttle.
    /// - Returns: what is left to do.
    mutating func next(_ point: Point, from source: String?, at now: ClockReading?, _ uptime: Uptime) -> FollowUp {
        var rest = FollowUp()
        if let source, let passage = throttles[source]?.next(at: uptime), passage != .passes {
            rest.passage = passage
        } else if let now {
            if let dated = dating.next(point, at: now) { next(dated, &rest) }
        } else {
            next(point, &rest)
        }
        return rest
    }

    /// Sends a reading that has its date through the stages behind `Dating`.
    mutating func next(_ point: Point, _ rest: inout FollowUp) {
        write(point, &rest)
        hand(over: bookkeeper.next(point), &rest)
    }

    /// Writes what the ledger made, and passes on what people may want to be told.
    mutating func hand(over lesson: Lesson, _ rest: inout FollowUp) {
        for point in lesson.points { write(point, &rest) }
        rest.events += lesson.events
    }

    private func write(_ point: Point, _ rest: inout FollowUp) {
        for batcher in batchers where batcher.collect(point) { rest.full.append(batcher) }
    }
}

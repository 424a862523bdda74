/// The stages of a reading between its source and the batchers, as values, in one order.
///
///     Throttle → Dating → Batcher of each output → Bookkeeper → Batcher of each output
///
/// `Intake` holds them under its lock.
struct Stages: ~Copyable {
    /// The rest to do once the lock is released.
    struct FollowUp {
        /// News for people.
        var events: [EnergyEvent] = []
        /// Batchers that have a full batch.
        var full: [Batcher] = []
        /// The passage of the source's throttle.
        var passage = Throttle.Passage.passes
    }

    /// A source's own, by its name.
    var throttles: [String: Throttle] = [:]
    /// Gives readings their dates.
    var dating: Dating
    /// Lets the ledger learn.
    var bookkeeper: Bookkeeper
    /// One for each output.
    var batchers: [Batcher]
    /// Raised while readings without a date cannot be put on disk.
    var undatedAlarm = Alarm()

    /// Begins with a ledger that is not open yet.
    init(dating: Dating, bookkeeper: Bookkeeper, batchers: [Batcher]) {
        self.dating = dating
        self.bookkeeper = bookkeeper
        self.batchers = batchers
    }

    /// Sends a reading through all stages.
    ///
    /// - Parameters:
    ///   - point: the reading.
    ///   - source: the source whose throttle it has to pass, if any.
    ///   - now: the box's clocks.
    ///   - uptime: for the throttle.
    /// - Returns: the rest to do.
    mutating func next(_ point: Point, from source: String?, at now: ClockReading, _ uptime: Uptime) -> FollowUp {
        var rest = FollowUp()
        if let source, let passage = throttles[source]?.next(at: uptime), passage != .passes {
            rest.passage = passage
        } else if point.isRecord {
            next(point, at: dating.present(now), &rest)
        } else if let dated = dating.next(point, at: now) {
            next(dated, at: dating.present(now), &rest)
        }
        return rest
    }

    /// Sends a reading that has its date through the stages behind `Dating`.
    ///
    /// - Parameters:
    ///   - point: the reading.
    ///   - present: the present.
    ///   - rest: the rest to do.
    mutating func next(_ point: Point, at present: Present, _ rest: inout FollowUp) {
        write(point, &rest)
        hand(over: bookkeeper.next(point, at: present), &rest)
    }

    /// Writes the ledger's points, and passes on news for people.
    mutating func hand(over lesson: Lesson, _ rest: inout FollowUp) {
        for point in lesson.points { write(point, &rest) }
        guard !lesson.events.isEmpty else { return }
        rest.events += lesson.events
        bookkeeper.lookout?.note(lesson.events)
    }

    private func write(_ point: Point, _ rest: inout FollowUp) {
        for batcher in batchers where batcher.collect(point) { rest.full.append(batcher) }
    }
}

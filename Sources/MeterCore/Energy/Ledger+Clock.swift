/// Clocks that were wrong.
///
/// The books stay as they are when the time goes back: readings of an earlier time add what they count to the moment
/// before. But a clock that was ahead comes back into the span that it skipped; then all that was booked behind that
/// span is wrong, and the books go on from before it. Registers have what was counted meanwhile.
extension Ledger {
    /// A span that the clock skipped.
    struct Hole: Sendable {
        /// The books as they were before it.
        var before: Memory
        /// The distance of the clock before it; `nil` when the program did not run then.
        var distance: Int64?
        /// The first reading after it, in seconds since 1970.
        var until: Int64
    }

    /// The least seconds that a clock skips.
    private static let leastHole: Int64 = 900
    /// Holes that are remembered.
    private static let mostHoles = 3
    /// The seconds, a month, by which a reading may be later than all others while nobody knows the time.
    private static let mostUnknown: Int64 = 31 * 86_400

    /// False for a reading of a time that has not come.
    func isPossible(_ time: Int64, at present: Present?) -> Bool {
        guard let present else { return true }
        let latest = present.latest()?.seconds ?? memory.newest.map { $0 + Self.mostUnknown }
        return time <= latest ?? .max
    }

    /// Looks at the present before a reading is booked, and remembers the books before what the clock skipped.
    ///
    /// At the start nobody knows how long the box was off: then only a clock that is not sure may have skipped something.
    mutating func follow(_ time: Int64, _ present: Present?, _ lesson: inout Lesson) {
        guard let present, present.hasCome(time) else { return }
        comeBack(to: present, &lesson)
        defer { distance = present.distance }
        guard let newest = memory.newest, time - newest > Self.leastHole else { return }
        let hasSkipped = distance.map { Self.seconds(from: $0, to: present.distance) > Self.leastHole }
        guard hasSkipped ?? (present.trust < .sure) else { return }
        holes.append(Hole(before: memory, distance: distance, until: time))
        if holes.count > Self.mostHoles { holes.removeFirst() }
    }

    /// Goes on from the books before a hole when the clock is back in it; tells it, and when it went back elsewhere.
    mutating func comeBack(to present: Present, _ lesson: inout Lesson) {
        let now = present.now.seconds
        guard present.trust != .unknown, let newest = memory.newest, !present.hasCome(newest) else {
            if present.trust != .unknown { memory.isAhead = nil }
            return
        }
        if let place = holes.lastIndex(where: { isIn($0, present) }) {
            let told = (memory.eventTimes, memory.unpriced, memory.site)
            let wrong = memory.watch
            memory = holes[place].before
            (memory.eventTimes, memory.unpriced, memory.site) = told
            memory.watch.hear(of: wrong, at: now)
            memory.isAhead = memory.newest.map { present.hasCome($0) } ?? true ? nil : true
            holes.removeSubrange(place...)
            // What was read and not booked meanwhile, as in a file, is in the database.
            for time in [memory.newest ?? now, now] { noteLate(at: time) }
            note([.clockWasAhead(newest - now, at: now)], &lesson)
        } else if memory.isAhead != true {
            memory.isAhead = true
            note([.clockWentBack(newest - now, at: now)], &lesson)
        }
    }

    /// True when the clock goes again as it did before a hole.
    private func isIn(_ hole: Hole, _ present: Present) -> Bool {
        if let distance = hole.distance {
            return abs(Self.seconds(from: distance, to: present.distance)) < Self.leastHole
        }
        let hasCome = hole.before.newest.map { present.hasCome($0) } ?? false
        return present.trust == .sure && hasCome && present.now.seconds < hole.until
    }

    private static func seconds(from distance: Int64, to other: Int64) -> Int64 { (other &- distance) / 1_000_000_000 }

    /// Goes on when the time that was believed until now was corrected: what was heard then was not heard long ago.
    public mutating func timeWasCorrected(by seconds: Int64) {
        memory.watch.move(by: seconds)
        balance.move(by: seconds)
    }
}

extension Present {
    /// True for a time that has come, also by a clock that is a little ahead.
    func hasCome(_ time: Int64) -> Bool { trust != .unknown && time <= now.seconds + Self.ahead.components.seconds }
}

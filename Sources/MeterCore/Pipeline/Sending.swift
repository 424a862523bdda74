/// The state of sending to one server, and the consequences of each of its answers: without time, threads or disk.
struct Sending {
    /// The server's last behaviour.
    enum Standing {
        case takes
        /// Takes nothing, and is asked again then.
        case away(since: Uptime, retryAt: Uptime)
        /// Took all, and gets the next together then.
        case rests(until: Uptime)
    }

    /// A thing to do; several are done in this order.
    enum Action {
        /// Puts last in line again what the server had taken and may have lost.
        case sendAgain([Batch])
        /// Keeps lines that the server will never take; `isNews` when it is said, too.
        case keepAside(Batch, reason: String, isNews: Bool)
        /// Writes a line in the log.
        case say(Uploader.News)
    }

    /// The batches that have to be on disk now.
    enum Storing: Equatable {
        case nothing
        case only(Set<Batch.Destination>)
        case everything

        /// Adds what another one wants.
        mutating func formUnion(_ other: Storing) {
            switch (self, other) {
            case (_, .nothing), (.everything, _): break
            case (.only(let ours), .only(let others)): self = .only(ours.union(others))
            case (.nothing, _), (_, .everything): self = other
            }
        }
    }

    /// A request, and the part of a load that it belongs to.
    private struct Request {
        /// The parts of the load that were left.
        var partsLeft: Int
        var partSince: Uptime
        var since: Uptime
    }

    /// Seconds within which no machine that lost its power is back.
    private static let restart = 3.0
    /// Seconds after which a request hangs for sure.
    private static let longestRequest = 180.0

    /// The counters so far, those of earlier runs included.
    private(set) var counts: Uploader.Counts
    /// The load that has to be delivered first after a pause.
    var left: Outbox.Load?
    private var standing = Standing.takes
    private let sendEvery: Duration?
    /// True until it has rested since the start or an outage, from which many boxes come back together.
    private var mayBeInStep = true
    /// True once the server took something since the last rest.
    private var hasTaken = false
    private var backoff: Backoff
    private var closed = ClosedDestinations()
    private var window = SafetyWindow()
    private var request: Request?
    private var alarm = Alarm()
    private var refusalAlarm = Alarm()
    private var isFinishing = false

    /// Begins with a server of which nothing is known.
    ///
    /// - Parameters:
    ///   - counts: the counters to go on from.
    ///   - longestPause: no pause after failures is longer.
    ///   - sendEvery: the time from one sending to the next; `nil` to send what is due at once.
    init(counts: Uploader.Counts, longestPause: Duration = .seconds(120), sendEvery: Duration? = nil) {
        self.counts = counts
        self.sendEvery = sendEvery
        backoff = Backoff(longest: longestPause)
    }

    // MARK: - When to send

    /// True when the pause after a failure, or between two sendings, is over.
    func mayTry(at now: Uptime) -> Bool {
        switch standing {
        case _ where isFinishing: true
        case .takes: true
        case .away(_, let next), .rests(let next): now >= next
        }
    }

    /// Leaves the server alone until the next sending, now that it took all there is.
    ///
    /// Boxes that a power cut, or the server's own outage, has in step are spread over the whole span by the first rest.
    mutating func rest(at now: Uptime) {
        guard let sendEvery, hasTaken, case .takes = standing else { return }
        standing = .rests(until: now + sendEvery * Double.random(in: mayBeInStep ? 0..<1 : 0.95..<1))
        (mayBeInStep, hasTaken) = (false, false)
    }

    /// The destinations that need not be tried now.
    func shut(at now: Uptime) -> Set<Batch.Destination> { closed.shut(at: now) }

    /// Ends pauses: the rest is tried once more, and a failure is no longer said.
    mutating func finish() { isFinishing = true }

    // MARK: - A request

    /// Begins a request for what is next in a load.
    mutating func begin(_ load: Outbox.Load, at now: Uptime) {
        let partsLeft = load.parts.count
        let partSince = request.flatMap { $0.partsLeft == partsLeft ? $0.partSince : nil } ?? now
        request = Request(partsLeft: partsLeft, partSince: partSince, since: now)
    }

    /// Ends a load: no request is under way.
    mutating func end() { request = nil }

    /// True unless a request has been under way for absurdly long.
    func isAlive(at now: Uptime) -> Bool {
        request.map { now.seconds(since: $0.since) < Self.longestRequest } ?? true
    }

    /// True when the part of the load that is under way takes longer than it should.
    func isLate(at now: Uptime, after limit: Duration) -> Bool {
        request.map { $0.partSince.duration(to: now) > limit } ?? false
    }

    /// The readings, of those that just came in, that have to be on disk at once.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - patience: the time that a request may take.
    ///   - lacksSpool: true when they should be on disk anyway as soon as that is possible.
    /// - Returns: the batches to put there.
    func storing(at now: Uptime, patience: Duration, lacksSpool: Bool) -> Storing {
        switch standing {
        case .away, .rests: return .everything
        case .takes: break
        }
        if lacksSpool || isLate(at: now, after: patience) { return .everything }
        return closed.all.isEmpty ? .nothing : .only(closed.all)
    }

    // MARK: - Its answer

    /// Takes the fate of the piece that was sent.
    ///
    /// - Parameters:
    ///   - outcome: the load's view of the server's answer.
    ///   - piece: the lines that were sent.
    ///   - now: the time, for pauses.
    ///   - time: the date, for people.
    /// - Returns: the things to do about it.
    mutating func note(
        _ outcome: Outbox.Load.Outcome,
        of piece: Batch,
        at now: Uptime,
        _ time: Timestamp
    ) -> [Action] {
        counts.requests += 1
        counts.lastWrite = request?.since.duration(to: now)
        switch outcome {
        case .accepted:
            counts.accepted += piece.points
            counts.lastAccepted = time
            return accepted(piece, at: now)
        case .divided: return []
        case .refused(let reason):
            counts.rejected += piece.points
            counts.noteError(reason, at: time)
            return [.keepAside(piece, reason: reason, isNews: refusalAlarm.raise(reason, at: now) != nil)]
        case .postponed(let reason, let retryAfter):
            counts.failures += 1
            counts.noteError(reason, at: time)
            return postponed(reason, retryAfter, at: now)
        case .misaddressed(let reason):
            counts.failures += 1
            counts.noteError(reason, at: time)
            return waits(reason, closed.close(piece.destination, reason, at: now))
        }
    }

    private mutating func accepted(_ piece: Batch, at now: Uptime) -> [Action] {
        var wasAway = false
        if case .away(let since, _) = standing { wasAway = now.seconds(since: since) >= Self.restart }
        (standing, hasTaken) = (.takes, true)
        backoff.reset()
        let wasClosed = closed.open(piece.destination)
        let isBack = alarm.clear() || wasClosed
        var actions: [Action] = []
        if wasAway || wasClosed, case let taken = window.takeAll(), !taken.isEmpty { actions.append(.sendAgain(taken)) }
        window.note(piece, at: now)
        if isBack { actions.append(.say(.takesAgain)) }
        return actions
    }

    private mutating func postponed(_ reason: String, _ retryAfter: Duration?, at now: Uptime) -> [Action] {
        var since = now
        if case .away(let earlier, _) = standing { since = earlier }
        mayBeInStep = true
        standing = .away(since: since, retryAt: now + max(backoff.next(), retryAfter ?? .zero))
        return isFinishing ? [] : waits(reason, alarm.raise(reason, at: now))
    }

    private func waits(_ reason: String, _ repeats: Int?) -> [Action] {
        repeats.map { [.say(.waits(reason: reason, tries: $0))] } ?? []
    }
}

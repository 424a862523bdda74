// The house as it is now, for its page.
extension Intake {
    /// Begins to watch what passes, or ends that.
    ///
    /// - Parameter tell: hears that something flows differently; must not wait; `nil` to end it.
    public func watch(_ tell: (@Sendable () -> Void)?) {
        with { $0.bookkeeper.lookout = tell.map { Lookout($0) } }
    }

    /// The house as it is now; `nil` while nobody watches.
    public var houseNow: HouseNow? {
        let now = clock()
        return with { $0.bookkeeper.houseNow(at: $0.dating.present(now)) }
    }

    /// The house as it is now, in short; known also while nobody watches.
    public var houseInShort: HouseNow {
        let now = clock()
        return with { $0.bookkeeper.summary(at: $0.dating.present(now)) }
    }

    /// The last 24 hours minute by minute; empty while nobody watches.
    public var lastDay: [DayCurve.Minute] {
        let now = clock()
        return with { $0.bookkeeper.lookout?.curve.minutes(until: $0.dating.present(now).now.seconds) } ?? []
    }

    /// Takes minutes of the last day that the database has.
    public func fillLastDay(_ minutes: [DayCurve.Minute]) { with { $0.bookkeeper.lookout?.fill(minutes) } }

    /// The events since the watch began, the newest last.
    public var events: [EnergyEvent] { with { $0.bookkeeper.lookout?.events } ?? [] }
}

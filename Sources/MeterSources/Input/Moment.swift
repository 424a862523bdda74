import MeterCore

/// An instant by the clock and by one that is never set back.
struct Moment: Sendable {
    /// The clock's time, with which points are dated; it may jump when it is set.
    var time: Timestamp
    /// The time on a clock that is never set back, by which intervals and speeds are judged.
    var uptime: Uptime
    /// The reason to believe the clock.
    var trust = BoxTime.Trust.sure

    /// The present.
    static var now: Moment {
        let present = BoxTime.shared.present
        return Moment(time: present.now, uptime: .now, trust: present.trust)
    }

    /// The clock's time, and the reason to believe it.
    var present: Present { Present(now: time, trust: trust) }
}

/// The moments of a recording: the times of its pieces, and their distances on a clock that is never set back.
struct RecordedClock: Sendable {
    /// The time of the first piece, at which the uptime is 0.
    private var origin: Timestamp?
    /// The time of the last piece.
    private var last: Timestamp?

    /// The moment of a piece; one without a time has that of the piece before, and the first one that of now.
    mutating func moment(of time: Timestamp?) -> Moment {
        let time = time ?? last ?? .now()
        last = time
        let start = origin ?? time
        origin = start
        return Moment(time: time, uptime: Uptime(nanoseconds: time.nanoseconds &- start.nanoseconds))
    }
}

import MeterCore

/// An instant by the clock and by one that is never set.
struct Moment: Sendable {
    var time: Timestamp
    var uptime: Uptime

    static var now: Moment { Moment(time: .now(), uptime: .now) }
}

/// The moments of a recording: those of its pieces, and their distances on a clock that is never set.
struct RecordedClock: Sendable {
    private var origin: Timestamp?
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

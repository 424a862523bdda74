/// Readings that came after the sums of their time were made: only the database has all that is needed for them.
public struct LateReadings: Sendable, Codable, Equatable {
    /// The time of the oldest one, in seconds since 1970.
    public private(set) var from: Int64
    /// The time of the newest one, in seconds since 1970.
    public private(set) var to: Int64
    /// The number of readings and shares of them so far; as long as it grows, more are coming.
    public private(set) var count = 1

    /// Begins with one.
    init(at time: Int64) { (from, to) = (time, time) }

    /// Adds another one.
    mutating func add(at time: Int64) { (from, to, count) = (min(from, time), max(to, time), count + 1) }
}

extension Ledger {
    /// Notes that something of a time cannot be added up here.
    mutating func noteLate(at time: Int64) {
        if memory.late == nil { memory.late = LateReadings(at: time) } else { memory.late?.add(at: time) }
    }
}

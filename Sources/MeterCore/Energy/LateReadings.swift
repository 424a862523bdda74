/// Readings that came after the sums of their time were made: only the database has all that is needed for them.
public struct LateReadings: Sendable, Codable, Equatable {
    /// The time of the oldest one, in seconds since 1970.
    public private(set) var from: Int64
    /// The time of the newest one, in seconds since 1970.
    public private(set) var to: Int64
    /// The number of readings and shares of them so far; as long as it grows, more are coming.
    public private(set) var count = 0
    /// True when energy is missing in the sums; false when it only lies evenly in quarters that are better known now.
    public private(set) var isMissing = false

    /// Begins with none.
    init(at time: Int64) { (from, to) = (time, time) }

    /// Adds a span.
    mutating func add(_ span: ClosedRange<Int64>, isMissing: Bool) {
        (from, to, count) = (min(from, span.lowerBound), max(to, span.upperBound), count + 1)
        if isMissing { self.isMissing = true }
    }
}

extension Ledger {
    /// Notes that something of a time cannot be added up here.
    mutating func noteLate(at time: Int64) { memory.noteLate(in: time...time, isMissing: true) }

    /// Notes that something of a span cannot be added up here.
    mutating func noteLate(in span: ClosedRange<Int64>, isMissing: Bool) {
        memory.noteLate(in: span, isMissing: isMissing)
    }
}

extension Ledger.Memory {
    /// Notes that something of a time cannot be added up from it.
    mutating func noteLate(at time: Int64) { noteLate(in: time...time, isMissing: true) }

    /// Notes that something of a span cannot be added up from it.
    mutating func noteLate(in span: ClosedRange<Int64>, isMissing: Bool) {
        var late = late ?? LateReadings(at: span.lowerBound)
        late.add(span, isMissing: isMissing)
        self.late = late
    }
}

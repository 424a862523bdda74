import MeterNotation

/// The instants at which a simulated past is read: often where single readings are written, else a few times a quarter.
struct PastReadings: Sendable {
    /// The shortest time between two readings that are not written, in seconds: a third of a quarter of an hour.
    private static let coarseStep: Int64 = 300

    /// The past, in seconds since 1970.
    let span: Range<Int64>
    /// The first instant whose reading is written.
    let firstWritten: Int64
    /// Seconds from one written reading to the next.
    let step: Int64

    /// - Parameters:
    ///   - span: the past, in seconds since 1970.
    ///   - days: of how many last days the readings are written.
    ///   - step: seconds from one of these to the next.
    init(_ span: Range<Int64>, written days: Int64, step: Int64) {
        self.span = span
        self.step = step
        firstWritten = max(span.upperBound - days * 86_400, 0) / Self.coarseStep * Self.coarseStep
    }

    private var coarse: Int64 { max(step, Self.coarseStep) }

    /// True for an instant whose reading is written.
    func isWritten(_ time: Int64) -> Bool { time >= firstWritten }

    /// The instant after another one.
    func next(after time: Int64) -> Int64 { time + (isWritten(time) ? step : coarse) }

    /// The steps in which the house gets there, in seconds.
    func pace(at time: Int64) -> Int64 { isWritten(time) && step < 60 ? 1 : 10 }

    /// How many readings there are before an instant.
    func count(before time: Int64) -> Int64 {
        let written = max(0, time - max(firstWritten, span.lowerBound)) / step
        return max(0, min(time, firstWritten) - span.lowerBound) / coarse + written
    }

    /// Cuts the past into so many stretches at most, each of whole months and of about as many readings.
    func chapters(_ count: Int, _ calendar: LocalCalendar) -> [Range<Int64>] {
        let months = calendar.months(of: span).dropFirst().map(\.lowerBound)
        let all = self.count(before: span.upperBound)
        var cuts = [span.lowerBound]
        for part in 1..<Int64(max(count, 2)) where count > 1 {
            let wanted = all * part / Int64(count)
            let nearest = months.min { abs(self.count(before: $0) - wanted) < abs(self.count(before: $1) - wanted) }
            if let nearest, let last = cuts.last, nearest > last { cuts.append(nearest) }
        }
        return zip(cuts, cuts.dropFirst() + [span.upperBound]).map { $0..<$1 }
    }
}

/// Lets through to an output what it has chosen.
struct OutputGate: Sendable {
    private let choice: OutputChoice
    private let nanoseconds: Int64?
    /// The measurements so far, and whether they are chosen.
    private var known: [Measurement: Bool] = [:]
    /// The period of the last reading of each series.
    private var last: [String: Int64] = [:]

    init(_ choice: OutputChoice) {
        self.choice = choice
        nanoseconds = choice.every.map { Int64($0 / .nanoseconds(1)) }
    }

    /// True for a point that the output gets: of readings the first of each series in a period, of sums all.
    mutating func passes(_ point: Point) -> Bool {
        if choice.isAll { return true }
        let series = point.series
        guard isChosen(series.measurement) else { return false }
        guard let nanoseconds, series.kind.map({ $0.measurement.policy == .raw }) ?? true else { return true }
        let period = point.timestamp.nanoseconds / nanoseconds
        return last.updateValue(period, forKey: series.key) != period
    }

    private mutating func isChosen(_ measurement: Measurement) -> Bool {
        if let known = known[measurement] { return known }
        let isChosen = choice.includes("\(measurement.policy.name).\(measurement.name)")
        known[measurement] = isChosen
        return isChosen
    }
}

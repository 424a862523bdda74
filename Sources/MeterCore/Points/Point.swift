/// One reading: the values of a series' fields at one instant.
public struct Point: Sendable {
    public var series: Series
    /// One value for each of the series' field names; `nil` where the meter did not say.
    public var values: [FieldValue?]
    public var timestamp: Timestamp
    /// What it says of the energy of the house, for the ledger; it is not written.
    public var meaning: Meaning?
    /// Whether its date was recorded with it, by whoever read the meter: the box's clock has no part in it, and it may be
    /// from long ago.
    public var isRecord = false

    /// Makes a point.
    ///
    /// - Parameters:
    ///   - series: measurement, tags and field names.
    ///   - timestamp: when the meter was read.
    ///   - values: as many as the series has field names.
    public init(_ series: Series, at timestamp: Timestamp, _ values: [FieldValue?]) {
        precondition(values.count == series.fieldNames.count, "one value for each field of \(series.measurement)")
        self.series = series
        self.values = values
        self.timestamp = timestamp
    }

    /// Whether any field has a value: a point without one cannot be written.
    public var isEmpty: Bool { values.allSatisfy { $0 == nil } }
}

/// Takes points.
///
/// Sources see nothing else of what becomes of a reading.
public protocol PointReceiver: Sendable {
    /// Takes a point over; never waits and never fails.
    func append(_ point: Point)
}

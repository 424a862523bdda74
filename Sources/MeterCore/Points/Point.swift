/// One reading: the values of a series' fields at one instant.
public struct Point: Sendable {
    /// The measurement, tags and field names.
    public var series: Series
    /// One value for each of the series' field names; `nil` where the meter did not say.
    public var values: [FieldValue?]
    /// The instant at which the meter was read.
    public var timestamp: Timestamp
    /// What goes with a point and is not written, in one word: a point of four words is handed on in registers.
    private enum Aside {
        case nothing, record
        case remarks(Remarks), recordWithRemarks(Remarks)

        init(_ remarks: Remarks?, isRecord: Bool) {
            if let remarks {
                self = isRecord ? .recordWithRemarks(remarks) : .remarks(remarks)
            } else {
                self = isRecord ? .record : .nothing
            }
        }
    }
    private var aside = Aside.nothing
    /// The meter's remarks beside its readings, which are not written.
    public var remarks: Remarks? {
        get {
            switch aside {
            case .nothing, .record: nil
            case .remarks(let remarks), .recordWithRemarks(let remarks): remarks
            }
        }
        set { aside = Aside(newValue, isRecord: isRecord) }
    }
    /// True when its date was recorded with it, by whoever read the meter.
    ///
    /// The box's clock has no part in such a date, which may be long past.
    public var isRecord: Bool {
        get {
            switch aside {
            case .nothing, .remarks: false
            case .record, .recordWithRemarks: true
            }
        }
        set { aside = Aside(remarks, isRecord: newValue) }
    }

    /// Makes a point.
    ///
    /// - Parameters:
    ///   - series: measurement, tags and field names.
    ///   - timestamp: the instant at which the meter was read.
    ///   - values: as many as the series has field names.
    public init(_ series: Series, at timestamp: Timestamp, _ values: [FieldValue?]) {
        precondition(values.count == series.fieldNames.count, "one value for each field of \(series.measurement)")
        self.series = series
        self.values = values
        self.timestamp = timestamp
    }

    /// Makes a point of the values of some of the series' fields; the others have none.
    ///
    /// - Parameters:
    ///   - series: has each of the fields.
    ///   - timestamp: the instant at which the meter was read.
    ///   - row: the fields and their values, in any order.
    public init(_ series: Series, at timestamp: Timestamp, row: KeyValuePairs<Field, FieldValue?>) {
        var values = [FieldValue?](repeating: nil, count: series.fieldNames.count)
        for (field, value) in row {
            guard let place = series.place(of: field) else {
                preconditionFailure("\(series.measurement) has no field \(field.rawValue)")
            }
            values[place] = value
        }
        self.init(series, at: timestamp, values)
    }

    /// Makes a point of sums; what the series has no field for is left out.
    ///
    /// - Parameters:
    ///   - series: the sums' measurement, tags and fields.
    ///   - seconds: the start of what was added up, since 1970.
    ///   - sums: the sums by their fields.
    ///   - marks: what is to be said of them, by the fields for it.
    public init(_ series: Series, at seconds: Int64, sums: [Field: Double], marks: [Field: Bool] = [:]) {
        let values = series.fieldNames.map { name in
            Field(rawValue: name).flatMap { field in FieldValue.sum(sums[field]) ?? marks[field].map { .boolean($0) } }
        }
        self.init(series, at: Timestamp(seconds: seconds), values)
    }

    /// Names one of the supplier's registers, from 1; in a point of facts about the place.
    public mutating func name(register number: Int, _ words: String?) {
        guard Field.registerNames.indices.contains(number - 1),
            let place = series.place(of: Field.registerNames[number - 1])
        else { return }
        values[place] = words.map { .string($0) }
    }

    /// True when no field has a value: such a point cannot be written.
    public var isEmpty: Bool { values.allSatisfy { $0 == nil } }

    /// Leaves out the numbers that cannot be true, whatever device tells them.
    ///
    /// - Returns: how many there were.
    mutating func leaveOutImpossible() -> Int {
        var count = 0
        for (place, possible) in series.bounded {
            guard let number = values[place]?.number, !possible.contains(number) else { continue }
            values[place] = nil
            count += 1
        }
        return count
    }

    /// The facts that it tells of the energy of the house; none for a measurement of the user's own.
    public var facts: [Fact] { series.kind?.facts(of: series.subject, in: self) ?? [] }
}

extension FieldValue {
    /// A sum without the dust of its additions: to a millionth.
    public static func sum(_ value: Double?) -> FieldValue? { value.map { .float(($0 * 1e6).rounded() / 1e6) } }
}

extension Point: FieldRow {
    public subscript(field: Field) -> FieldValue? { series.place(of: field).flatMap { values[$0] } }
}

/// Takes points.
///
/// Sources see nothing else of what becomes of a reading.
public protocol PointReceiver: Sendable {
    /// Takes a point over; never waits and never fails.
    func append(_ point: Point)
}

/// The constant part of points: measurement, tags and field names, escaped once into bytes.
public final class Series: @unchecked Sendable {
    // Safe because: everything is written in `init` and only read afterwards.

    /// The measurement that the points go to.
    public let measurement: Measurement
    /// The kind of its points, by which their fields mean something; `nil` for a measurement of the user's own.
    public let kind: Kind?
    /// The meter that its points are of.
    public let subject: Subject
    /// The fields' names, in the order of a point's values.
    public let fieldNames: [String]
    /// The tag of the box that a point comes from, which outputs give to each.
    public static let boxTag = "box"
    /// True when that is among the tags already.
    let namesBox: Bool
    /// The fields of the schema among them.
    private let fields: [Field?]
    /// The places of the fields that have bounds; none in a measurement of the user's own.
    let bounded: [(place: Int, possible: ClosedRange<Double>)]

    /// `measurement,tag=value`, then `,field=` for each field, then room to copy 16 bytes from any place.
    let bytes: UnsafeMutablePointer<UInt8>
    /// Length of `measurement,tag=value`.
    let prefixCount: Int
    /// The offset in `bytes` of the key of field `n`; one more entry marks the end.
    let keyStarts: UnsafeMutablePointer<Int>
    /// The most bytes that a point of this series takes besides its strings.
    let lineCapacity: Int

    /// Prepares a series.
    ///
    /// - Parameters:
    ///   - measurement: the place of the points.
    ///   - kind: the kind of the points; `nil` when they mean nothing to the house's energy.
    ///   - parts: the tags that tell the devices of one source apart.
    ///   - tags: sorted and escaped here; empty keys or values are left out, of equal keys the last one counts.
    ///   - fields: the fields' names. InfluxDB refuses a field or tag named `time`: it gets an underscore.
    ///   - isSigned: true for a meter at the grid that tells both directions by the sign of its power.
    public init(
        _ measurement: Measurement,
        kind: Kind?,
        parts: [String] = Subject.usualParts,
        tags: [(String, String)] = [],
        fields: [String],
        isSigned: Bool = false
    ) {
        self.measurement = measurement
        self.kind = kind
        var subject = Subject(parts: parts) { name in tags.last { $0.0 == name }?.1 }
        subject.isSigned = isSigned
        self.subject = subject
        fieldNames = fields
        let known = fields.map { Field(rawValue: $0) }
        self.fields = known
        bounded =
            kind == nil
            ? [] : known.enumerated().compactMap { place, field in field?.possible.map { (place, $0) } }
        var text: [UInt8] = []
        text.append(escaping: measurement.name, for: .measurement)
        var sorted: [String: String] = [:]
        for (key, value) in tags where !key.isEmpty && !value.isEmpty { sorted[Self.allowed(key)] = value }
        namesBox = sorted[Self.boxTag] != nil
        for (key, value) in sorted.sorted(by: { $0.key < $1.key }) {
            text.append(UInt8(ascii: ","))
            text.append(escaping: key, for: .key)
            text.append(UInt8(ascii: "="))
            text.append(escaping: value, for: .key)
        }
        prefixCount = text.count
        keyStarts = .allocate(capacity: fields.count + 1)
        for (index, name) in fields.enumerated() {
            (keyStarts + index).initialize(to: text.count)
            text.append(UInt8(ascii: ","))
            text.append(escaping: Self.allowed(name), for: .key)
            text.append(UInt8(ascii: "="))
        }
        (keyStarts + fields.count).initialize(to: text.count)
        lineCapacity = text.count + fields.count * 32 + 64
        text.append(contentsOf: [UInt8](repeating: 0, count: 16))
        bytes = .allocate(capacity: text.count)
        bytes.initialize(from: text, count: text.count)
    }

    deinit {
        bytes.deallocate()
        keyStarts.deallocate()
    }

    /// Prepares a series of points of the kind that the measurement's name says.
    public convenience init(
        _ measurement: Measurement,
        parts: [String] = Subject.usualParts,
        tags: [(String, String)] = [],
        fields: [String]
    ) {
        self.init(measurement, kind: Kind(measurement), parts: parts, tags: tags, fields: fields)
    }

    /// Prepares a series of a kind with all its fields, at its usual place.
    public convenience init(_ kind: Kind, tags: [(String, String)]) {
        self.init(kind.measurement, kind: kind, tags: tags, fields: kind.fieldNames)
    }

    /// The index of a field in a point's values; `nil` when the series does not have it.
    func place(of field: Field) -> Int? { fields.firstIndex(of: field) }

    /// The measurement's name with the tags, as line protocol writes them: the identity of a series in the database.
    public var key: String { String(decoding: UnsafeBufferPointer(start: bytes, count: prefixCount), as: UTF8.self) }

    /// `,box=…` with the identity of a box, which stands behind the tags of a line; empty without one.
    public static func boxMark(_ box: String?) -> [UInt8] {
        guard let box else { return [] }
        var mark = [UInt8](",\(boxTag)=".utf8)
        mark.append(escaping: box, for: .key)
        return mark
    }

    /// A key as it will be written, so that keys are sorted and told apart by what the database sees.
    private static func allowed(_ name: String) -> String {
        var bytes: [UInt8] = []
        bytes.append(readable: name)
        let text = String(decoding: bytes, as: UTF8.self)
        return text == "time" ? "time_" : text
    }
}

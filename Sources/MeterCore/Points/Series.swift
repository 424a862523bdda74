/// What does not change from one point to the next: measurement, tags and field names, escaped once into bytes.
public final class Series: @unchecked Sendable {
    // Safe because: everything is written in `init` and only read afterwards.

    /// Where the points go.
    public let measurement: Measurement
    /// The fields' names, in the order of a point's values.
    public let fieldNames: [String]

    /// `measurement,tag=value`, then `,field=` for each field, then room to copy 16 bytes from any place.
    let bytes: UnsafeMutablePointer<UInt8>
    /// Length of `measurement,tag=value`.
    let prefixCount: Int
    /// Where in `bytes` the key of field `n` starts; one more entry marks the end.
    let keyStarts: UnsafeMutablePointer<Int>
    /// The most bytes that a point of this series takes besides its strings.
    let lineCapacity: Int

    /// Prepares a series.
    ///
    /// - Parameters:
    ///   - measurement: where the points go.
    ///   - tags: sorted and escaped here; empty keys or values are left out, of equal keys the last one counts.
    ///   - fields: the fields' names. InfluxDB refuses a field or tag named `time`: it gets an underscore.
    public init(_ measurement: Measurement, tags: [(String, String)] = [], fields: [String]) {
        self.measurement = measurement
        fieldNames = fields
        var text: [UInt8] = []
        text.append(escaping: measurement.name, for: .measurement)
        var sorted: [String: String] = [:]
        for (key, value) in tags where !key.isEmpty && !value.isEmpty { sorted[Self.allowed(key)] = value }
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

    /// The measurement's name with the tags, as line protocol writes them: what makes it another series.
    public var key: String { String(decoding: UnsafeBufferPointer(start: bytes, count: prefixCount), as: UTF8.self) }

    /// A key as it will be written, so that keys are sorted and told apart by what the database sees.
    private static func allowed(_ name: String) -> String {
        var bytes: [UInt8] = []
        bytes.append(readable: name)
        let text = String(decoding: bytes, as: UTF8.self)
        return text == "time" ? "time_" : text
    }
}

/// A place in a line, which decides which characters of a text need a backslash.
enum LineProtocolPlace: UInt8 {
    /// The measurement: comma and space are escaped.
    case measurement = 1
    /// A tag's key or value, or a field's key: comma, space and equals sign are escaped.
    case key = 2
    /// A string field between its quotes: quote and backslash are escaped.
    case stringValue = 4

    /// For each byte, the places in which it needs a backslash.
    static let specials: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 256)
        for byte in [UInt8(ascii: ","), UInt8(ascii: " ")] {
            table[Int(byte)] = measurement.rawValue | key.rawValue
        }
        table[Int(UInt8(ascii: "="))] = key.rawValue
        table[Int(UInt8(ascii: "\""))] = stringValue.rawValue
        table[Int(UInt8(ascii: "\\"))] = stringValue.rawValue
        return table
    }()
}

extension [UInt8] {
    /// Appends a measurement, key or tag value, escaped.
    mutating func append(escaping text: String, for place: LineProtocolPlace) {
        var readable: [UInt8] = []
        readable.append(readable: text)
        for byte in readable {
            if LineProtocolPlace.specials[Int(byte)] & place.rawValue != 0 { append(UInt8(ascii: "\\")) }
            append(byte)
        }
    }

    /// Appends a name with nothing that a line cannot say.
    ///
    /// Control characters become spaces, since a line feed ends the line whatever stands before it. InfluxDB cannot
    /// read a name that ends with a backslash, so that one becomes an underscore.
    mutating func append(readable text: String) {
        append(contentsOf: text.utf8.lazy.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 })
        if text.utf8.last == UInt8(ascii: "\\") { self[count - 1] = UInt8(ascii: "_") }
    }
}

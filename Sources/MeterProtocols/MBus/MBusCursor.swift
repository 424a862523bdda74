/// Reads a frame's data from the front, field by field.
struct MBusCursor {
    private let bytes: [UInt8]
    private var place = 0
    /// True when fields of several bytes come the high byte first (mode 2); they are turned round here.
    private let isHighByteFirst: Bool
    /// The number of the record that is being read, from 0; errors name it.
    var record = 0

    init(_ bytes: [UInt8], isHighByteFirst: Bool) {
        self.bytes = bytes
        self.isHighByteFirst = isHighByteFirst
    }

    /// True when every byte has been read.
    var isAtEnd: Bool { place >= bytes.count }
    /// The bytes not yet read.
    var remaining: ArraySlice<UInt8> { bytes[place...] }

    /// Reads one byte; a premature end names the part and the record.
    mutating func byte(of part: MBusError.Part) throws(MBusError) -> UInt8 {
        guard place < bytes.count else { throw .prematureEnd(part, record: record) }
        defer { place += 1 }
        return bytes[place]
    }

    /// Reads the bytes of one field, the low one first.
    mutating func field(_ count: Int, of part: MBusError.Part) throws(MBusError) -> [UInt8] {
        guard count <= bytes.count - place else { throw .prematureEnd(part, record: record) }
        defer { place += count }
        let field = bytes[place..<(place + count)]
        return isHighByteFirst ? field.reversed() : Array(field)
    }

    /// Reads all that is left.
    mutating func rest() -> [UInt8] {
        defer { place = bytes.count }
        return Array(remaining)
    }
}

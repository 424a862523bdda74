/// A device's identification, the answer to function 43/14.
///
/// Modbus application protocol v1.1b3 §6.21. Its basic category has three texts.
public struct ModbusIdentification: Sendable, Hashable {
    /// The texts by their number: 0 maker, 1 product, 2 revision.
    public var objects: [UInt8: String] = [:]
    /// The object to ask for next, when the device could not say everything at once.
    public var next: UInt8?

    /// An identification in which nothing has been said yet.
    public init() {}

    /// Bytes before the first object: function, 0E, code, conformity, more follows, next object, number of objects.
    private static let headerSize = 7

    /// Reads a whole answer, whose length was found by `length(_:)`.
    init(_ bytes: [UInt8]) {
        if bytes[4] == 0xFF { next = bytes[5] }
        var place = Self.headerSize
        for _ in 0..<bytes[6] {
            let end = place + 2 + Int(bytes[place + 1])
            objects[bytes[place]] = readableText(bytes[(place + 2)..<end])
            place = end
        }
    }

    /// The length of the answer that begins with these bytes; 0 when there are too few to tell, `nil` when it is none.
    static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        for (place, allowed) in [(1, 0x0E...0x0E), (2, 0x01...0x01)] as [(Int, ClosedRange<UInt8>)] {
            guard place < bytes.count else { return 0 }
            guard allowed.contains(bytes[start + place]) else { return nil }
        }
        guard bytes.count >= headerSize else { return 0 }
        var length = headerSize
        for _ in 0..<bytes[start + 6] {
            guard length + 2 <= bytes.count else { return 0 }
            length += 2 + Int(bytes[start + length + 1])
            // A longer one cannot be: the length of a Modbus message is 253 at most.
            guard length <= 253 else { return nil }
        }
        return length
    }

    /// Maker, product and revision in one line.
    public var summary: String { objects.sorted { $0.key < $1.key }.map(\.value).joined(separator: " ") }
}

/// A text of a device's registers, up to the first zero, without spaces around it and without control characters.
///
/// A terminal would obey control characters, and a device can send any.
func readableText(_ bytes: some Collection<UInt8>) -> String {
    let text = bytes.prefix { $0 != 0 }
    let scalars = String(decoding: text, as: UTF8.self).unicodeScalars.filter { scalar in
        scalar.properties.generalCategory != .control
    }
    var result = String(String.UnicodeScalarView(scalars))[...]
    while result.last == " " { result.removeLast() }
    return String(result.drop { $0 == " " })
}

/// A message of the domain name system, as far as it matters for devices that announce themselves in the local network.
///
/// RFC 1035 §4 and RFC 6762; numbers have their high byte first. Whatever came by UDP may be in it: a name ends within 255
/// bytes, points to earlier bytes only, and no more than 200 records are read.
public struct DNSMessage: Sendable, Equatable {
    /// A device that offers a service, by both names in small letters.
    public struct Device: Sendable, Hashable {
        /// The service, such as `_shelly._tcp.local`.
        public var service: String
        /// The name, which ends with that of the service.
        public var name: String
    }

    private static let pointerType: UInt16 = 12
    private static let headerSize = 12
    private static let mostRecords = 200
    private static let longestName = 255

    /// The devices, in their order; other records say nothing here.
    public private(set) var devices: [Device] = []

    /// The bytes of a question for all devices of some services.
    ///
    /// - Parameter services: such as `_shelly._tcp.local`.
    /// - Returns: a message with a question for each.
    public static func question(for services: [String]) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, 0, 0, UInt8(clamping: services.count), 0, 0, 0, 0, 0, 0]
        for service in services {
            for label in service.split(separator: ".") {
                let text = Array(label.utf8.prefix(63))
                bytes += [UInt8(text.count)] + text
            }
            bytes += [0, 0, UInt8(pointerType), 0, 1]
        }
        return bytes
    }

    /// Reads a message; `nil` for what is no answer, or is cut.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerSize, bytes[2] & 0x80 != 0 else { return nil }
        func count(_ place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }
        var place = Self.headerSize
        for _ in 0..<count(4) {
            guard Self.name(bytes, &place) != nil, place + 4 <= bytes.count else { return nil }
            place += 4
        }
        for _ in 0..<min(Self.mostRecords, count(6) + count(8) + count(10)) {
            guard let name = Self.name(bytes, &place),
                let type: UInt16 = bigEndian(bytes[...], at: place),
                let length: UInt16 = bigEndian(bytes[...], at: place + 8)
            else { return nil }
            let data = (place + 10)..<(place + 10 + Int(length))
            guard data.upperBound <= bytes.count else { return nil }
            place = data.upperBound
            var start = data.lowerBound
            if type == Self.pointerType, let device = Self.name(bytes, &start) {
                devices.append(Device(service: name, name: device))
            }
        }
    }

    /// Reads a name in small letters, its labels with points between them.
    ///
    /// - Parameters:
    ///   - bytes: of the whole message.
    ///   - place: at which it begins; afterwards that behind it.
    /// - Returns: `nil` for none.
    private static func name(_ bytes: [UInt8], _ place: inout Int) -> String? {
        var (text, at, end): ([UInt8], Int, Int?) = ([], place, nil)
        while at < bytes.count {
            let length = Int(bytes[at])
            switch length {
            case 0:
                place = end ?? at + 1
                return String(validating: text, as: UTF8.self)?.lowercased()
            case 1..<64:
                guard at + 1 + length <= bytes.count, text.count + length < longestName else { return nil }
                if !text.isEmpty { text.append(UInt8(ascii: ".")) }
                text += bytes[(at + 1)...(at + length)]
                at += 1 + length
            case 0xC0...:
                // A name's rest that stands earlier: so it ends, however often that is said.
                guard let pointer: UInt16 = bigEndian(bytes[...], at: at) else { return nil }
                let target = Int(pointer & 0x3FFF)
                guard target < at else { return nil }
                end = end ?? at + 2
                at = target
            default: return nil
            }
        }
        return nil
    }
}

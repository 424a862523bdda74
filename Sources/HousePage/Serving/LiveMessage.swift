import FoundationEssentials
import MeterCore

/// A message of the stream: the first screen as it is now, whole.
///
/// Its JSON is written by hand: it is made with each reading while somebody looks, and an encoder takes as long for it as
/// all streams together.
struct LiveMessage {
    /// Another one than the page's means that the program was updated.
    let version: String
    let words: LiveWords
    /// The instant of the words: of two messages the page knows how long one came after the other, whoever sets clocks.
    let made: Uptime

    /// The message as an event of the stream; a browser that lost it comes back after three seconds.
    func event(_ number: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4096)
        bytes += "retry: 3000\nid: \(number)\ndata: {\"version\":".utf8
        Self.add(version, to: &bytes)
        bytes += ",\"time\":\(words.time),\"minute\":\(words.minute),\"uptime\":\(made.nanoseconds / 1_000_000)".utf8
        bytes += ",\"shape\":".utf8
        Self.add(words.shape, to: &bytes)
        Self.add("texts", words.texts, to: &bytes)
        Self.add("marks", words.marks, to: &bytes)
        bytes += ",\"lengths\":{".utf8
        bytes += words.lengths.map { "\"\($0)\":\($1)" }.joined(separator: ",").utf8
        bytes += "}}\n\n".utf8
        return bytes
    }

    private static func add(_ name: String, _ values: [String: String], to bytes: inout [UInt8]) {
        bytes += ",\"".utf8
        bytes += name.utf8
        bytes += "\":{".utf8
        var isFirst = true
        for (key, value) in values {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            add(key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            add(value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// A text in quotes; a line break in it would end the event.
    private static func add(_ value: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

/// A value as JSON on one line, its members in the order of their names.
func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Our values have no numbers that JSON has not.
    return (try? encoder.encode(value)).map { [UInt8]($0) } ?? [UInt8]("{}".utf8)
}

import FoundationEssentials

/// A message of the stream: the first screen as it is now, whole.
///
/// Its JSON is written by hand: it is made with each reading while somebody looks, and an encoder takes as long for it as
/// all streams together.
struct LiveMessage {
    /// Another one than the page's means that the program was updated.
    let version: String
    let words: LiveWords

    /// The message as an event of the stream; a browser that lost it comes back after three seconds.
    func event(_ number: Int) -> [UInt8] {
        var text = "retry: 3000\nid: \(number)\ndata: {\"version\":"
        Self.add(version, to: &text)
        text += ",\"time\":\(words.time),\"minute\":\(words.minute),\"shape\":"
        Self.add(words.shape, to: &text)
        Self.add("texts", words.texts, to: &text)
        Self.add("marks", words.marks, to: &text)
        text += ",\"lengths\":{"
        text += words.lengths.map { "\"\($0)\":\($1)" }.joined(separator: ",")
        text += "}}\n\n"
        return [UInt8](text.utf8)
    }

    private static func add(_ name: String, _ values: [String: String], to text: inout String) {
        text += ",\"\(name)\":{"
        var isFirst = true
        for (key, value) in values {
            if !isFirst { text += "," }
            isFirst = false
            add(key, to: &text)
            text += ":"
            add(value, to: &text)
        }
        text += "}"
    }

    /// A text in quotes; a line break in it would end the event.
    private static func add(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{0}"..."\u{1F}", "\u{2028}", "\u{2029}": text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

/// A value as JSON on one line, its members in the order of their names.
func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Our values have no numbers that JSON has not.
    return (try? encoder.encode(value)).map { [UInt8]($0) } ?? [UInt8]("{}".utf8)
}

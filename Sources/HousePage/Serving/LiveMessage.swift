import FoundationEssentials

/// A message of the stream: the first screen as it is now, whole.
struct LiveMessage: Encodable {
    /// Another one than the page's means that the program was updated.
    let version: String
    let words: LiveWords

    private enum Key: String, CodingKey { case version, time, minute, shape, texts, marks, lengths }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(version, forKey: .version)
        try container.encode(words.time, forKey: .time)
        try container.encode(words.minute, forKey: .minute)
        try container.encode(words.shape, forKey: .shape)
        try container.encode(words.texts, forKey: .texts)
        try container.encode(words.marks, forKey: .marks)
        try container.encode(words.lengths, forKey: .lengths)
    }

    /// The message as an event of the stream; a browser that lost it comes back after three seconds.
    func event(_ number: Int) -> [UInt8] {
        var bytes = [UInt8]("retry: 3000\nid: \(number)\ndata: ".utf8)
        bytes += json(self)
        bytes += [10, 10]
        return bytes
    }
}

/// A value as JSON on one line, its members in the order of their names.
func json(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Our values have no numbers that JSON has not.
    return (try? encoder.encode(value)).map { [UInt8]($0) } ?? [UInt8]("{}".utf8)
}

import MeterNotation

/// A line of line protocol, taken apart.
public struct ParsedLine: Sendable {
    /// The measurement's name without escapes.
    public var measurement: String
    /// The tags in the order of the line.
    public var tags: [(String, String)] = []
    /// The fields in the order of the line, at least one.
    public var fields: [(String, FieldValue)] = []
    /// `nil` for a line without a time.
    public var time: Timestamp?
}

/// Reads a line of line protocol as InfluxDB 1.x reads it.
///
/// Its grammar is that of the `line-protocol` specification; whole numbers without a sign (`u`) do not exist in 1.x.
public struct LineProtocolReader {
    /// The most tags of a line, 256: each is compared with those before it.
    private static let mostTags = 256

    private let bytes: [UInt8]
    private var index: Int

    /// Reads one line into a point.
    ///
    /// - Parameters:
    ///   - line: without its line feed, neither empty nor a comment.
    ///   - policy: that of the point.
    ///   - precision: the unit of the line's timestamp.
    ///   - time: that of a line without one.
    ///   - more: tags that it has besides its own; of equal ones these count.
    /// - Returns: the point, in a series of its own; one with a time of its own is a record.
    /// - Throws: `LineProtocolError` with the first problem and its byte.
    public static func read(
        _ line: some Collection<UInt8>,
        policy: RetentionPolicy = .default,
        precision: Precision = .nanoseconds,
        time: Timestamp,
        tags more: [(String, String)] = []
    ) throws(LineProtocolError) -> Point {
        let parsed = try parse(line, precision: precision)
        let measurement = Measurement(parsed.measurement, in: policy)
        let series = Series(measurement, tags: parsed.tags + more, fields: parsed.fields.map(\.0))
        var point = Point(series, at: parsed.time ?? time, parsed.fields.map(\.1))
        point.isRecord = parsed.time != nil
        return point
    }

    /// Takes one line apart.
    ///
    /// - Parameters:
    ///   - line: without its line feed, neither empty nor a comment.
    ///   - precision: the unit of the line's timestamp.
    /// - Returns: its parts.
    /// - Throws: `LineProtocolError` with the first problem and its byte.
    public static func parse(
        _ line: some Collection<UInt8>,
        precision: Precision = .nanoseconds
    ) throws(LineProtocolError) -> ParsedLine {
        var reader = LineProtocolReader(line)
        return try reader.parsed(precision)
    }

    private init(_ line: some Collection<UInt8>) {
        bytes = [UInt8](line)
        index = 0
    }

    private mutating func parsed(_ precision: Precision) throws(LineProtocolError) -> ParsedLine {
        skipSpace()
        let name = try word(until: [.comma, .space], escaping: [.comma, .space])
        guard !name.isEmpty else { throw failure("a measurement is missing") }
        var line = ParsedLine(measurement: name)
        while next == .comma {
            index += 1
            let (key, value) = try pair("tag")
            if line.tags.contains(where: { $0.0 == key }) { throw failure("the tag \(key) stands twice") }
            line.tags.append((key, value))
            guard line.tags.count <= Self.mostTags else { throw failure("there are more than \(Self.mostTags) tags") }
        }
        guard next == .space else { throw failure("the fields are missing") }
        skipSpace()
        repeat {
            if !line.fields.isEmpty { index += 1 }
            line.fields.append((try key("field"), try value()))
        } while next == .comma
        line.time = try timestamp(precision)
        return line
    }

    // MARK: - Parts

    private mutating func key(_ what: String) throws(LineProtocolError) -> String {
        let key = try word(until: [.comma, .space, .equals], escaping: [.comma, .space, .equals])
        guard !key.isEmpty else { throw failure("the name of a \(what) is missing") }
        guard next == .equals else { throw failure("the \(what) \(key) has no value") }
        index += 1
        return key
    }

    private mutating func pair(_ what: String) throws(LineProtocolError) -> (String, String) {
        let key = try key(what)
        let value = try word(until: [.comma, .space, .equals], escaping: [.comma, .space, .equals])
        guard !value.isEmpty else { throw failure("the \(what) \(key) has no value") }
        guard next != .equals else { throw failure("the \(what) \(key) has two equals signs") }
        return (key, value)
    }

    private mutating func value() throws(LineProtocolError) -> FieldValue {
        if next == .quote { return .string(try quoted()) }
        let start = index
        while let byte = next, byte != .comma, byte != .space { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard let value = Self.value(text) else { throw failure("\"\(text)\" is no value", at: start) }
        return value
    }

    private static func value(_ text: String) -> FieldValue? {
        switch text {
        case "t", "T", "true", "True", "TRUE": return .boolean(true)
        case "f", "F", "false", "False", "FALSE": return .boolean(false)
        default: break
        }
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        guard text.utf8.count - digits.count <= 1, let first = digits.first else { return nil }
        if digits.last == UInt8(ascii: "i") {
            return digits.dropLast().allSatisfy(\.isDigit) ? Int64(text.dropLast()).map { .integer($0) } : nil
        }
        // `Double` knows hexadecimal numbers and infinity, too.
        guard first.isDigit || first == UInt8(ascii: "."), digits.contains(where: \.isDigit),
            digits.allSatisfy({ $0.isDigit || ".eE+-".utf8.contains($0) }), let number = Double(padded(text)),
            number.isFinite
        else { return nil }
        return .float(number)
    }

    /// `.5` and `1.` with the zero that they lack.
    private static func padded(_ text: String) -> String {
        var padded: [UInt8] = []
        var last = UInt8(ascii: "-")
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), !last.isDigit { padded.append(UInt8(ascii: "0")) }
            if last == UInt8(ascii: "."), !byte.isDigit { padded.append(UInt8(ascii: "0")) }
            padded.append(byte)
            last = byte
        }
        if last == UInt8(ascii: ".") { padded.append(UInt8(ascii: "0")) }
        return String(decoding: padded, as: UTF8.self)
    }

    private mutating func quoted() throws(LineProtocolError) -> String {
        let start = index
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            if byte == .quote { return String(decoding: text, as: UTF8.self) }
            if byte == .backslash, let following = next, following == .quote || following == .backslash {
                text.append(following)
                index += 1
            } else {
                text.append(byte)
            }
        }
        throw failure("a text has no end", at: start)
    }

    private mutating func timestamp(_ precision: Precision) throws(LineProtocolError) -> Timestamp? {
        guard next == nil || next == .space else { throw failure("something stands behind a value") }
        skipSpace()
        let start = index
        while let byte = next, byte != .space { index += 1 }
        let end = index
        skipSpace()
        guard next == nil else { throw failure("something stands behind the time") }
        guard end > start else { return nil }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        guard bytes[start] != UInt8(ascii: "+"), let number = Int64(text) else {
            throw failure("\"\(text)\" is no time", at: start)
        }
        let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: precision.nanoseconds)
        guard !overflow else { throw failure("the time \(text) is out of range", at: start) }
        return Timestamp(nanoseconds: nanoseconds)
    }

    // MARK: - Bytes

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while next == .space { index += 1 }
    }

    /// A name or a tag's value; a backslash stands for itself but before what would end the word.
    private mutating func word(until ends: [UInt8], escaping specials: [UInt8]) throws(LineProtocolError) -> String {
        let start = index
        var text: [UInt8] = []
        while let byte = next, !ends.contains(byte) {
            index += 1
            if byte == .backslash, let following = next, specials.contains(following) {
                text.append(following)
                index += 1
            } else {
                text.append(byte)
            }
        }
        // InfluxDB 1.x takes such a name and then fails at it, with the whole batch, each time.
        guard let word = String(validating: text, as: UTF8.self) else {
            throw failure("a name is not UTF-8", at: start)
        }
        return word
    }

    private func failure(_ what: String, at place: Int? = nil) -> LineProtocolError {
        LineProtocolError(what, at: place ?? index)
    }
}

/// The reason for which a line could not be read, and the byte at which reading stopped.
public struct LineProtocolError: Error, CustomStringConvertible {
    /// The problem in a few words.
    public var reason: String
    /// The byte in the line, counted from 1.
    public var column: Int

    init(_ reason: String, at index: Int) {
        self.reason = reason
        column = index + 1
    }

    public var description: String { "column \(column): \(reason)" }
}

extension UInt8 {
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let space = UInt8(ascii: " ")
    fileprivate static let equals = UInt8(ascii: "=")
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let backslash = UInt8(ascii: "\\")
}

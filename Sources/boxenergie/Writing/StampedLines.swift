import MeterCore
import MeterNotation

/// Cuts input into lines of line protocol and gives a time to those that have none, and the tag of the box where all
/// points of an output have it.
///
/// The time is that at which a line was read, so that writing it again after a failure changes nothing. A line that is
/// no UTF-8 is left out: InfluxDB takes it, and cannot read its own files afterwards.
struct StampedLines {
    /// Longest line, in bytes: no request may be larger, and no line either.
    static let longest = Batcher.largestBatch

    /// Unit of the times.
    private let precision: Precision
    /// `,box=` and the word for lines that do not say which box they are of; empty for nothing.
    private let mark: [UInt8]
    /// The beginning of a line whose end has not come yet.
    private var rest: [UInt8] = []
    /// Lines of the input so far, empty ones and comments included.
    private var count = 0
    /// The number of the first line that is no UTF-8, from 1, and how many there are; such a line is left out.
    private(set) var refused: (first: Int, count: Int)?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - precision: lines with a time of their own must have it in this unit.
    ///   - box: the identity that lines get as their tag `box`; `nil` for none.
    init(_ precision: Precision, box: String? = nil) {
        self.precision = precision
        mark = Series.boxMark(box)
    }

    /// Whole lines, each with its time and line feed, of the input so far.
    ///
    /// - Parameters:
    ///   - bytes: the next piece of the input; it may end in the middle of a line.
    ///   - now: the time for lines without one.
    /// - Returns: lines that can be sent, without empty ones; nothing while no line is complete.
    /// - Throws: a `CommandError` when a line is too long for any request.
    mutating func add(_ bytes: ArraySlice<UInt8>, at now: Timestamp) throws -> [UInt8] {
        rest += bytes
        guard let last = rest.lastIndex(of: .lineFeed) else {
            if rest.count > Self.longest {
                throw CommandError("a line is longer than \(Self.longest) bytes; is this line protocol?")
            }
            return []
        }
        let whole = rest[...last]
        rest = Array(rest[(last + 1)...])
        return stamped(whole, at: now)
    }

    /// The last line when no more input comes, with a line feed if it has none.
    mutating func finish(at now: Timestamp) -> [UInt8] {
        guard !rest.isEmpty else { return [] }
        defer { rest = [] }
        return stamped((rest + [.lineFeed])[...], at: now)
    }

    /// Lines with a time each; comments stay as they are, and what is no text is left out.
    private mutating func stamped(_ lines: ArraySlice<UInt8>, at now: Timestamp) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(lines.count)
        let isPlain = !lines.contains { $0 >= 0x80 }
        for line in lines.dropLast().split(separator: .lineFeed, omittingEmptySubsequences: false) {
            count += 1
            if line.isEmpty { continue }
            guard isPlain || String(validating: line, as: UTF8.self) != nil else {
                refused = (refused?.first ?? count, (refused?.count ?? 0) + 1)
                continue
            }
            guard !isComment(line) else {
                result += line
                result.append(.lineFeed)
                continue
            }
            append(line, to: &result)
            if !hasTime(line) { result += [UInt8](" \(now.nanoseconds / precision.nanoseconds)".utf8) }
            result.append(.lineFeed)
        }
        return result
    }

    /// Appends a line, with the tag of the box behind its tags unless it names one.
    private func append(_ line: ArraySlice<UInt8>, to result: inout [UInt8]) {
        let tags = mark.isEmpty ? line : tags(of: line)
        guard !tags.isEmpty, tags.endIndex < line.endIndex, !names(box: tags) else {
            result += line
            return
        }
        result += tags
        result += mark
        result += line[tags.endIndex...]
    }

    /// True for tags among which is the one of a box.
    private func names(box tags: ArraySlice<UInt8>) -> Bool {
        let key = mark.prefix { $0 != UInt8(ascii: "=") } + [UInt8(ascii: "=")]
        return tags.indices.contains { place in
            tags[place...].starts(with: key) && (place == tags.startIndex || tags[place - 1] != UInt8(ascii: "\\"))
        }
    }

    /// The measurement and the tags: up to the first space that no backslash stands before.
    private func tags(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var isEscaped = false
        for place in line.indices {
            if line[place] == UInt8(ascii: " "), !isEscaped { return line[..<place] }
            isEscaped = line[place] == UInt8(ascii: "\\") && !isEscaped
        }
        return line
    }

    /// True when a line ends in a time.
    ///
    /// A time is the only last word of digits: a field has an equals sign, a text a quotation mark.
    private func hasTime(_ line: ArraySlice<UInt8>) -> Bool {
        let word = line.reversed().drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }
        return !word.isEmpty && word.allSatisfy { $0.isDigit || $0 == UInt8(ascii: "-") }
    }

    /// True for a line without points: a comment, which begins with `#`, or blanks.
    private func isComment(_ line: ArraySlice<UInt8>) -> Bool {
        let first = line.first { $0 != UInt8(ascii: " ") }
        return first == nil || first == UInt8(ascii: "#")
    }
}

extension UInt8 {
    fileprivate static let lineFeed = UInt8(ascii: "\n")
}

import MeterCore

/// Cuts input into lines of line protocol and gives a time to those that have none.
///
/// The time is that at which a line was read, so that writing it again after a failure changes nothing.
struct StampedLines {
    /// Longest line, in bytes: no request may be larger, and no line either.
    static let longest = Batcher.largestBatch

    /// Unit of the times.
    private let precision: Precision
    /// The beginning of a line whose end has not come yet.
    private var rest: [UInt8] = []

    /// Makes one; lines with a time of their own must have it in this unit.
    init(_ precision: Precision) { self.precision = precision }

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

    /// Lines with a time each; comments stay as they are.
    private func stamped(_ lines: ArraySlice<UInt8>, at now: Timestamp) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(lines.count)
        for line in lines.split(separator: .lineFeed) {
            result += line
            if !isComment(line), !hasTime(line) {
                result += [UInt8](" \(now.nanoseconds / precision.nanoseconds)".utf8)
            }
            result.append(.lineFeed)
        }
        return result
    }

    /// True when a line ends in a time.
    ///
    /// A time is the only last word of digits: a field has an equals sign, a text a quotation mark.
    private func hasTime(_ line: ArraySlice<UInt8>) -> Bool {
        let word = line.reversed().drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }
        return !word.isEmpty && word.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
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

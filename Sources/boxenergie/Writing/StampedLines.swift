import MeterCore

/// Cuts what comes in into lines of line protocol, and gives a time to those that have none.
///
/// The time is that at which a line was read, so that writing it again after a failure changes nothing.
struct StampedLines {
    /// No request may be larger, and no line either.
    static let longest = Batcher.largestBatch

    private let precision: Precision
    private var rest: [UInt8] = []

    init(_ precision: Precision) { self.precision = precision }

    /// Whole lines, each with its time and line feed, of what has come in so far.
    ///
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

    /// What is left when no more comes.
    mutating func finish(at now: Timestamp) -> [UInt8] {
        guard !rest.isEmpty else { return [] }
        defer { rest = [] }
        return stamped((rest + [.lineFeed])[...], at: now)
    }

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

    /// A time is the only last word of digits: a field has an equals sign, a text a quotation mark.
    private func hasTime(_ line: ArraySlice<UInt8>) -> Bool {
        let word = line.reversed().drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }
        return !word.isEmpty && word.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    private func isComment(_ line: ArraySlice<UInt8>) -> Bool {
        let first = line.first { $0 != UInt8(ascii: " ") }
        return first == nil || first == UInt8(ascii: "#")
    }
}

extension UInt8 {
    fileprivate static let lineFeed = UInt8(ascii: "\n")
}

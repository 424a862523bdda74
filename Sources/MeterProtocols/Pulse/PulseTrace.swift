import MeterNotation

/// A recorded line as a text: an edge in each line, its time in seconds and the new level.
///
/// `1718000000.123456789 1`. The level is `1`, `active` or `rising`, or `0`, `inactive` or `falling`; 1 is the closed
/// contact. More words are left aside, so that gpiomon's output is a trace as well. A `#` begins a comment.
public enum PulseTrace {
    /// The content of a line of text.
    public enum Line: Sendable, Hashable {
        /// An edge, without a number.
        case edge(PulseEdge)
        /// A comment, or nothing at all.
        case nothing
        /// A line that is none: no time, or an unknown level.
        case malformed
    }

    /// Reads a line of text, with or without its line end.
    public static func read(_ line: Substring) -> Line {
        let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let first = words.first else { return .nothing }
        guard words.count >= 2, let time = nanoseconds(first) else { return .malformed }
        switch words[1] {
        case "1", "active", "rising": return .edge(PulseEdge(at: time, isActive: true))
        case "0", "inactive", "falling": return .edge(PulseEdge(at: time, isActive: false))
        default: return .malformed
        }
    }

    /// The line of text of an edge, with nine decimals and without its line end.
    public static func write(_ edge: PulseEdge) -> String {
        let fraction = (edge.time % 1_000_000_000).digits(9)
        return "\(edge.time / 1_000_000_000).\(fraction) \(edge.isActive ? 1 : 0)"
    }

    /// The nanoseconds of a time in seconds with decimals, before the year 2255; `nil` when it is none.
    ///
    /// A `Double` would know the time since 1970 to a quarter of a microsecond only.
    private static func nanoseconds(_ text: Substring) -> UInt64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : "0"
        guard let seconds = UInt64(parts[0]), seconds < 9_000_000_000,
            decimals.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        let digits = decimals.prefix(9)
        let fraction = digits.utf8.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 48) }
        let scale = (digits.utf8.count..<9).reduce(UInt64(1)) { scale, _ in scale * 10 }
        return seconds * 1_000_000_000 + fraction * scale
    }
}

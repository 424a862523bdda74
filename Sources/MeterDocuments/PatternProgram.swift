/// The steps of a pattern, as a machine takes them that reads a text once and never goes back.
struct PatternProgram: Sendable {
    /// A condition on the place between two bytes.
    enum Edge: Sendable { case lineStart, lineEnd, textStart, textEnd, wordEdge, withinWord, wordStart, wordEnd }

    /// One step; places are counted from it, so that pieces can be put together and repeated.
    enum Step: Sendable {
        /// A byte of the set of this number.
        case byte(Int)
        /// Two ways, of which the first one is preferred.
        case fork(Int, Int)
        /// The step so far behind this one.
        case jump(Int)
        /// The beginning, or the end, of the first group.
        case mark(isEnd: Bool)
        /// A condition, without a byte.
        case edge(Edge)
        /// The end of a match.
        case end
    }

    /// The steps; the last one is `end`.
    var steps: [Step] = []
    /// The sets of bytes that the steps name.
    var sets: [ByteSet] = []
    /// True when there is a group, whose text is then what is wanted.
    var hasGroup = false
    /// The bytes with which a match begins; `nil` when one may be empty.
    private(set) var first: ByteSet?

    /// Adds the end, and finds out with which bytes a match begins.
    mutating func close() {
        steps.append(.end)
        var first = ByteSet()
        var seen = [Bool](repeating: false, count: steps.count)
        var open = [0]
        while let place = open.popLast() {
            guard !seen[place] else { continue }
            seen[place] = true
            switch steps[place] {
            case .byte(let set): first.formUnion(sets[set])
            case .fork(let one, let other): open += [place + one, place + other]
            case .jump(let distance): open.append(place + distance)
            case .mark, .edge: open.append(place + 1)
            case .end: return
            }
        }
        self.first = first
    }
}

/// A set of bytes.
struct ByteSet: Sendable, Hashable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// The empty set, or one of some bytes.
    init(_ bytes: some Sequence<UInt8> = []) { for byte in bytes { insert(byte) } }

    /// True for a byte of the set.
    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }

    /// Adds a byte.
    mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    /// Adds the bytes of another set.
    mutating func formUnion(_ other: ByteSet) {
        words.0 |= other.words.0
        words.1 |= other.words.1
        words.2 |= other.words.2
        words.3 |= other.words.3
    }

    /// All bytes but those of the set and a line feed.
    var othersOfLine: ByteSet {
        ByteSet((UInt8.min...UInt8.max).filter { !contains($0) && $0 != UInt8(ascii: "\n") })
    }

    static func == (one: ByteSet, other: ByteSet) -> Bool { one.words == other.words }

    func hash(into hasher: inout Hasher) {
        for word in [words.0, words.1, words.2, words.3] { hasher.combine(word) }
    }
}

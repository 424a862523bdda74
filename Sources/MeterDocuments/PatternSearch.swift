/// A search for a pattern in a text, in one pass over it: all ways to match are followed at once, and none is tried again.
///
/// The first match counts, and of those that begin there the longest, as POSIX has it. The work grows with the text
/// times the pattern, never with the square of the text, whatever the text is.
struct PatternSearch {
    /// The result of a search.
    enum Outcome: Hashable {
        /// The bytes of the first group, or of the match when the pattern has none.
        case found(Range<Int>)
        /// No match, or one without its first group.
        case nothing
        /// The pattern and the text are too large together: more than `mostWork` steps.
        case tooMuch
    }

    /// The steps of a search, 200 million: some seconds of a Raspberry Pi 3.
    static let mostWork = 200_000_000

    /// A way to match that is followed.
    private struct Way {
        var step: Int
        /// The places at which the match and the first group begin, and at which the group ends; -1 for not yet.
        var start: Int
        var from: Int
        var to: Int
    }

    private let program: PatternProgram
    private let bytes: [UInt8]
    /// The ways before the next byte, those that are preferred first.
    private var ways: [Way] = []
    /// The place at which each step was last reached.
    private var reached: [Int]
    /// Ways whose steps without a byte are still to be taken.
    private var open: [Way] = []
    private var best: (start: Int, end: Int, from: Int, to: Int)?
    private var work = 0

    /// Looks for the first and longest match.
    static func first(_ program: PatternProgram, in bytes: [UInt8], mostWork: Int = mostWork) -> Outcome {
        var search = PatternSearch(program, bytes)
        return search.run(mostWork)
    }

    private init(_ program: PatternProgram, _ bytes: [UInt8]) {
        (self.program, self.bytes) = (program, bytes)
        reached = Array(repeating: -1, count: program.steps.count)
    }

    private mutating func run(_ mostWork: Int) -> Outcome {
        var place = 0
        var coming: [Way] = []
        while place <= bytes.count {
            if ways.isEmpty, best == nil, let first = program.first {
                while place < bytes.count, !first.contains(bytes[place]) { place += 1 }
                guard place < bytes.count else { break }
            }
            // The ways that came over the last byte, and behind them one that begins here.
            coming.removeAll(keepingCapacity: true)
            swap(&coming, &ways)
            for way in coming { follow(way, at: place) }
            if best == nil { follow(Way(step: 0, start: place, from: -1, to: -1), at: place) }
            guard place < bytes.count else { break }
            let byte = bytes[place]
            work += coming.count + ways.count + 1
            guard work <= mostWork else { return .tooMuch }
            var kept = 0
            for index in ways.indices {
                var way = ways[index]
                // A match that begins earlier is there: what begins later is of no use.
                if let best, way.start > best.start { continue }
                guard case .byte(let set) = program.steps[way.step], program.sets[set].contains(byte) else { continue }
                way.step += 1
                ways[kept] = way
                kept += 1
            }
            ways.removeSubrange(kept...)
            if ways.isEmpty, best != nil { break }
            place += 1
        }
        guard let best else { return .nothing }
        guard program.hasGroup else { return .found(best.start..<best.end) }
        return best.from >= 0 && best.to >= best.from ? .found(best.from..<best.to) : .nothing
    }

    /// Takes all steps of a way that need no byte, the preferred ones first; a step that was reached already is not
    /// taken again.
    private mutating func follow(_ way: Way, at place: Int) {
        open.append(way)
        while var way = open.popLast() {
            guard reached[way.step] != place else { continue }
            reached[way.step] = place
            work += 1
            switch program.steps[way.step] {
            case .byte: ways.append(way)
            case .jump(let distance):
                way.step += distance
                open.append(way)
            case .fork(let one, let other):
                var second = way
                second.step += other
                way.step += one
                open.append(second)
                open.append(way)
            case .mark(let isEnd):
                way.step += 1
                if isEnd { way.to = place } else { (way.from, way.to) = (place, -1) }
                open.append(way)
            case .edge(let edge):
                guard holds(edge, at: place) else { continue }
                way.step += 1
                open.append(way)
            case .end:
                if let best, best.start < way.start || best.start == way.start && best.end >= place { continue }
                best = (way.start, place, way.from, way.to)
            }
        }
    }

    private func holds(_ edge: PatternProgram.Edge, at place: Int) -> Bool {
        let isWordBefore = place > 0 && PatternReader.word.contains(bytes[place - 1])
        let isWordBehind = place < bytes.count && PatternReader.word.contains(bytes[place])
        return switch edge {
        case .lineStart: place == 0 || bytes[place - 1] == UInt8(ascii: "\n")
        case .lineEnd: place == bytes.count || bytes[place] == UInt8(ascii: "\n")
        case .textStart: place == 0
        case .textEnd: place == bytes.count
        case .wordEdge: isWordBefore != isWordBehind
        case .withinWord: isWordBefore == isWordBehind
        case .wordStart: !isWordBefore && isWordBehind
        case .wordEnd: isWordBefore && !isWordBehind
        }
    }
}

/// Reads a regular expression (POSIX extended as the C library of Linux reads it, and `\d` for a digit).
struct PatternReader {
    /// The reason for which a text is no pattern; nobody is told more.
    struct NoPattern: Error {}

    /// The longest program, in steps: repetitions of repetitions grow fast.
    private static let mostSteps = 4000
    /// The deepest nesting of groups.
    private static let deepest = 50
    /// The largest number in braces, that of the C library.
    private static let mostTimes = 32_767

    private typealias Step = PatternProgram.Step

    private var program = PatternProgram()
    private let text: [Unicode.Scalar]
    private var place = 0
    private var groups = 0

    /// The program of a pattern.
    ///
    /// - Throws: `NoPattern` for an empty text, a zero byte, a back-reference, a mistake, or too large a program.
    static func program(_ text: String) throws(NoPattern) -> PatternProgram {
        guard !text.isEmpty, !text.utf8.contains(0) else { throw NoPattern() }
        var reader = PatternReader(text: Array(text.unicodeScalars))
        reader.program.steps = try reader.choice(depth: 0)
        reader.program.hasGroup = reader.groups > 0
        reader.program.close()
        return reader.program
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    private var next: Unicode.Scalar? { place < text.count ? text[place] : nil }

    private func isNext(_ word: String) -> Bool { text[place...].starts(with: word.unicodeScalars) }

    // MARK: - Structure

    /// Branches with bars between them.
    private mutating func choice(depth: Int) throws(NoPattern) -> [Step] {
        guard depth <= Self.deepest else { throw NoPattern() }
        let first = try branch(depth)
        guard next == "|" else { return first }
        place += 1
        let others = try choice(depth: depth, after: first)
        return others
    }

    /// One branch and those behind it.
    private mutating func choice(depth: Int, after first: [Step]) throws(NoPattern) -> [Step] {
        var branches = [first]
        while true {
            branches.append(try branch(depth))
            guard next == "|" else { break }
            place += 1
        }
        var steps = branches.removeLast()
        for branch in branches.reversed() {
            steps = [.fork(1, branch.count + 2)] + branch + [.jump(steps.count + 1)] + steps
            guard steps.count <= Self.mostSteps else { throw NoPattern() }
        }
        return steps
    }

    /// Pieces one behind the other, up to a bar, or to the end of the group.
    private mutating func branch(_ depth: Int) throws(NoPattern) -> [Step] {
        var steps: [Step] = []
        while let scalar = next, scalar != "|", scalar != ")" || depth == 0 {
            var (piece, isRepeatable) = try self.piece(depth)
            while let times = try self.times() {
                guard isRepeatable else { throw NoPattern() }
                piece = try Self.repeated(piece, times)
            }
            isRepeatable = true
            steps += piece
            guard steps.count <= Self.mostSteps else { throw NoPattern() }
        }
        return steps
    }

    /// A byte, a set, a group or a condition; conditions are not repeated.
    private mutating func piece(_ depth: Int) throws(NoPattern) -> (steps: [Step], isRepeatable: Bool) {
        guard let scalar = next else { throw NoPattern() }
        place += 1
        switch scalar {
        case "(":
            groups += 1
            let isFirst = groups == 1
            let inner = try choice(depth: depth + 1)
            guard next == ")" else { throw NoPattern() }
            place += 1
            return (isFirst ? [.mark(isEnd: false)] + inner + [.mark(isEnd: true)] : inner, true)
        case "[": return ([set(try bracket())], true)
        case ".": return ([set(ByteSet().othersOfLine)], true)
        case "^": return ([.edge(.lineStart)], false)
        case "$": return ([.edge(.lineEnd)], false)
        case "*", "+", "?", "{": throw NoPattern()
        case "\\": return try escaped()
        default: return (String(scalar).utf8.map { set(ByteSet([$0])) }, true)
        }
    }

    private mutating func escaped() throws(NoPattern) -> (steps: [Step], isRepeatable: Bool) {
        guard let scalar = next else { throw NoPattern() }
        place += 1
        switch scalar {
        case "1"..."9": throw NoPattern()
        case "d": return ([set(Self.digits)], true)
        case "s": return ([set(Self.spaces)], true)
        case "S": return ([set(Self.spaces.othersOfLine)], true)
        case "w": return ([set(Self.word)], true)
        case "W": return ([set(Self.word.othersOfLine)], true)
        case "b": return ([.edge(.wordEdge)], false)
        case "B": return ([.edge(.withinWord)], false)
        case "<": return ([.edge(.wordStart)], false)
        case ">": return ([.edge(.wordEnd)], false)
        case "`": return ([.edge(.textStart)], false)
        case "'": return ([.edge(.textEnd)], false)
        default: return (String(scalar).utf8.map { set(ByteSet([$0])) }, true)
        }
    }

    /// How often a piece comes, if something behind it says so; without a largest number as often as there is text.
    private mutating func times() throws(NoPattern) -> (least: Int, most: Int?)? {
        switch next {
        case "*":
            place += 1
            return (0, nil)
        case "+":
            place += 1
            return (1, nil)
        case "?":
            place += 1
            return (0, 1)
        case "{":
            place += 1
            let least = number()
            var most = least
            var isRange = false
            if next == "," {
                isRange = true
                place += 1
                most = number()
            }
            guard next == "}", least != nil || isRange else { throw NoPattern() }
            place += 1
            guard least ?? 0 <= Self.mostTimes, most ?? 0 <= Self.mostTimes, least ?? 0 <= most ?? Self.mostTimes
            else { throw NoPattern() }
            return (least ?? 0, isRange && most == nil ? nil : most)
        default: return nil
        }
    }

    /// The number that comes next, `nil` for none; one of more than six digits is too large in any case.
    private mutating func number() -> Int? {
        var digits = ""
        while let scalar = next, ("0"..."9").contains(scalar) {
            if digits.count < 6 { digits.unicodeScalars.append(scalar) }
            place += 1
        }
        return Int(digits)
    }

    /// A piece so many times; a longer text is preferred.
    private static func repeated(
        _ piece: [Step],
        _ times: (least: Int, most: Int?)
    ) throws(NoPattern) -> [Step] {
        let copies = max(times.most ?? times.least + 1, 1)
        guard copies * (piece.count + 1) <= mostSteps else { throw NoPattern() }
        var steps: [Step] = []
        for _ in 0..<times.least { steps += piece }
        guard let most = times.most else {
            return steps + [.fork(1, piece.count + 2)] + piece + [.jump(-piece.count - 1)]
        }
        var optional: [Step] = []
        for _ in times.least..<most { optional = [.fork(1, piece.count + optional.count + 1)] + piece + optional }
        return steps + optional
    }

    // MARK: - Sets

    private static let digits = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    private static let spaces = ByteSet([0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D])
    /// The bytes of words, as `\w` and `\b` know them.
    static let word = ByteSet((UInt8.min...0x7F).filter { isLetter($0) || digits.contains($0) || $0 == 0x5F })

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    private mutating func set(_ bytes: ByteSet) -> Step {
        if let known = program.sets.firstIndex(of: bytes) { return .byte(known) }
        program.sets.append(bytes)
        return .byte(program.sets.count - 1)
    }

    /// The set in brackets, whose first one has been read.
    private mutating func bracket() throws(NoPattern) -> ByteSet {
        let isInverse = next == "^"
        if isInverse { place += 1 }
        var bytes = ByteSet()
        var isFirst = true
        while next != "]" || isFirst {
            guard let scalar = next else { throw NoPattern() }
            isFirst = false
            if isNext("[:") {
                bytes.formUnion(try named())
                continue
            }
            // A digit, white space and a word's byte are meant here, too, though POSIX takes a backslash for itself.
            if scalar == "\\", place + 1 < text.count, let known = Self.short(text[place + 1]) {
                bytes.formUnion(known)
                place += 2
                continue
            }
            let from = try bracketElement()
            if next == "-", place + 1 < text.count, text[place + 1] != "]" {
                place += 1
                let to = try bracketElement()
                guard from.count == 1, to.count == 1, from[0] <= to[0] else { throw NoPattern() }
                bytes.formUnion(ByteSet(from[0]...to[0]))
            } else {
                bytes.formUnion(ByteSet(from))
            }
        }
        place += 1
        return isInverse ? bytes.othersOfLine : bytes
    }

    private static func short(_ scalar: Unicode.Scalar) -> ByteSet? {
        switch scalar {
        case "d": digits
        case "s": spaces
        case "w": word
        default: nil
        }
    }

    /// The bytes of one character, also as `[.-.]` and `[=e=]`.
    private mutating func bracketElement() throws(NoPattern) -> [UInt8] {
        for mark in [".", "="] where isNext("[" + mark) {
            guard place + 4 < text.count, text[place + 3] == Unicode.Scalar(mark), text[place + 4] == "]" else {
                throw NoPattern()
            }
            defer { place += 5 }
            return Array(String(text[place + 2]).utf8)
        }
        guard let scalar = next, !isNext("[:") else { throw NoPattern() }
        place += 1
        return Array(String(scalar).utf8)
    }

    /// A class such as `[:digit:]`.
    private mutating func named() throws(NoPattern) -> ByteSet {
        var name = ""
        place += 2
        while let scalar = next, scalar != ":" {
            name.unicodeScalars.append(scalar)
            place += 1
        }
        guard isNext(":]") else { throw NoPattern() }
        place += 2
        let isOf: (UInt8) -> Bool
        switch name {
        case "digit": return Self.digits
        case "space": return Self.spaces
        case "alpha": isOf = Self.isLetter
        case "alnum": isOf = { Self.isLetter($0) || Self.digits.contains($0) }
        case "upper": isOf = { $0 &- 0x41 < 26 }
        case "lower": isOf = { $0 &- 0x61 < 26 }
        case "xdigit": isOf = { Self.digits.contains($0) || ($0 | 0x20) &- 0x61 < 6 }
        case "blank": isOf = { $0 == 0x20 || $0 == 0x09 }
        case "cntrl": isOf = { $0 < 0x20 || $0 == 0x7F }
        case "print": isOf = { $0 >= 0x20 && $0 < 0x7F }
        case "graph": isOf = { $0 > 0x20 && $0 < 0x7F }
        case "punct": isOf = { $0 > 0x20 && $0 < 0x7F && !Self.isLetter($0) && !Self.digits.contains($0) }
        default: throw NoPattern()
        }
        return ByteSet((UInt8.min...UInt8.max).filter(isOf))
    }
}

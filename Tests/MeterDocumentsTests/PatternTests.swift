import Glibc
import Testing

@testable import MeterDocuments

/// The search for patterns beside the C library's, whose answers it must give.
@Suite struct PatternTests {
    /// The answer of the C library.
    private enum Theirs: Equatable { case noPattern, nothing, found(whole: Range<Int>, group: Range<Int>?) }

    private static func theirs(_ pattern: String, _ text: String) -> Theirs {
        var expression = regex_t()
        guard regcomp(&expression, pattern, REG_EXTENDED | REG_NEWLINE) == 0 else { return .noPattern }
        defer { regfree(&expression) }
        var matches = [regmatch_t](repeating: regmatch_t(rm_so: -1, rm_eo: -1), count: 2)
        guard regexec(&expression, text, 2, &matches, 0) == 0 else { return .nothing }
        let ranges = matches.map { $0.rm_so < 0 ? nil : Int($0.rm_so)..<Int($0.rm_eo) }
        guard let whole = ranges[0] else { return .nothing }
        return .found(whole: whole, group: ranges[1])
    }

    /// Our whole match, without regard to groups.
    private static func whole(_ program: PatternProgram, _ text: String) -> PatternSearch.Outcome {
        var program = program
        program.hasGroup = false
        return PatternSearch.first(program, in: [UInt8](text.utf8))
    }

    private struct Chance: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) ^ (state << 31)
        }
    }

    @Test("what the C library takes for a pattern is one, and its first match is ours", arguments: 0..<8)
    func random(_ seed: Int) {
        let pieces = [
            "a", "b", "ab", ".", "[ab]", "[^a]", "(a|b)", "(a|ab)", "(b*)", "a*", "b+", "a?", "x{2}", "(ab){1,2}", "^",
            "$",
            "|", "(", ")", "*", "+", "{1,}", "{,2}", "[[:digit:]]", "[0-9]+", "\\.", "\\s", "\\w+", "\\b", "()", "1",
            "\n",
        ]
        var chance = Chance(state: UInt64(seed) + 7)
        var (patterns, matches, groups) = (0, 0, 0)
        for _ in 0..<4000 {
            let pattern = (0...Int.random(in: 0...4, using: &chance)).compactMap { _ in
                pieces.randomElement(using: &chance)
            }.joined()
            let text = (0...Int.random(in: 0...14, using: &chance)).compactMap { _ in
                ["a", "b", "x", "1", "2", ".", " ", "\n", "ab"].randomElement(using: &chance)
            }.joined()
            let theirs = Self.theirs(pattern, text)
            guard let program = try? PatternReader.program(pattern) else {
                #expect(theirs == .noPattern, "\(pattern.debugDescription) is none for us")
                continue
            }
            patterns += 1
            switch theirs {
            case .noPattern: Issue.record("\(pattern.debugDescription) is none for the C library")
            case .nothing: #expect(Self.whole(program, text) == .nothing, "\(pattern.debugDescription) in \(text)")
            case .found(let whole, let group):
                matches += 1
                #expect(
                    Self.whole(program, text) == .found(whole),
                    "\(pattern.debugDescription) in \(text.debugDescription)"
                )
                guard program.hasGroup, let group else { continue }
                groups += 1
                let ours = PatternSearch.first(program, in: [UInt8](text.utf8))
                // Of a group that is repeated and may be empty the C library has an empty text, and we have none.
                if !group.isEmpty { #expect(ours == .found(group), "\(pattern.debugDescription) in \(text)") }
            }
        }
        #expect(patterns > 1000 && matches > 500 && groups > 100)
    }

    @Test(
        "a value is found as before",
        arguments: [
            (#"Power: ([0-9]+)"#, "Power: 640 W", "640"), (#"T=\s*(-?[0-9.]+)"#, "x\nT=\n -2.5 C", "-2.5"),
            (#"\d+"#, "a 12 34", "12"), (#"[\d.]+"#, "a 1.5 V", "1.5"), (#"[]x]+"#, "a]x", "]x"),
            (#"[a\-]+"#, "b-a", "-a"),
            (#"(°C|W)"#, "21 °C", "°C"), (#"^b=(.*)$"#, "a=1\nb=2 3\nc", "2 3"), (#"[[:alpha:]_]+="#, "1 ab_=", "ab_="),
            (#"(\w+)\(kWh\)"#, "1 total(kWh)", "total"), (#"[[.-.]0-9]+"#, "x-5", "-5"), (#"W{"#, "", nil),
        ]
    )
    func value(_ pattern: String, _ text: String, _ value: String?) throws {
        guard let value else {
            #expect(TextPattern(pattern) == nil)
            return
        }
        #expect(try #require(TextPattern(pattern)).value(in: [UInt8](text.utf8)) == .text(value))
    }

    @Test(
        "no pattern: a mistake, a back-reference, or too large a program",
        arguments: [
            "", "(", "a{2", "a{3,2}", "*a", "a|*", "[a", "[[:nothing:]]", "[z-a]", "\\", "(a)\\1", "^*",
            "((a{200}){200}){200}",
        ]
    )
    func noPattern(_ text: String) { #expect(TextPattern(text) == nil) }

    @Test(
        "the work grows with the text, never with its square",
        arguments: [
            ("[0-9]+ W", "1"), ("(1*)*2", "1"), ("(.*)=(.*);", "a="), ("(a|b|ab)*c", "ab"), ("a.*b.*c", "ab"),
            ("\\s*x", " "),
        ]
    )
    func linear(_ pattern: String, _ piece: String) throws {
        let program = try PatternReader.program(pattern)
        let text = [UInt8](String(repeating: piece, count: 20_000).utf8)
        #expect(PatternSearch.first(program, in: text, mostWork: 40 * text.count) == .nothing)
        #expect(PatternSearch.first(program, in: text, mostWork: text.count / 2) == .tooMuch)
    }
}

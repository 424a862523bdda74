import Foundation
import MeterCore
import Testing

/// What Tests/register/verify.py finds, which knows no more than influx/REGISTER.md, beside what the program finds.
@Suite(.mayBlock, .timeLimit(.minutes(10)), .enabled(if: PythonPeer.isThere, "Tests/peers/setup makes the peers"))
struct RegisterAgreementTests {
    /// Some files, and the key that is expected.
    private struct Case {
        var name: String
        var files: [[UInt8]]
        var key: String?

        /// What the program finds, in the words of agree.py.
        func found() throws -> String {
            var audit = RegisterAudit(key: key.flatMap { CheckingKey($0.utf8) }, checksAll: true)
            for file in files {
                var rest = file[...]
                while let end = rest.firstIndex(of: 0x0A) {
                    try audit.read([UInt8](rest[..<end]))
                    rest = rest[(end + 1)...]
                }
                audit.endFile([UInt8](rest))
            }
            let faults = audit.faults.map {
                "\($0.kind.rawValue) \($0.number)\($0.last == $0.number && $0.kind != .missing ? "" : " \($0.last)")"
            }
            return faults.joined(separator: ", ") + "; \(audit.count)"
        }

        /// The line for agree.py.
        var line: String {
            ([key ?? "-"] + files.map { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() })
                .joined(separator: " ")
        }
    }

    private func compare(_ cases: [Case]) throws {
        let script = Installation.root + "/Tests/register/agree.py"
        let answer = try Peer.run([PythonPeer.python, script], input: cases.map { $0.line + "\n" }.joined())
        let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
        try #require(answer.code == 0 && lines.count == cases.count + 1, "\(answer.output.suffix(2000))")
        for (one, line) in zip(cases, lines) {
            let own = try one.found()
            #expect(own == line, "\(one.name)")
        }
    }

    @Test("a good register, and one with each byte changed or cut there")
    func bytes() throws {
        let bytes = [UInt8](try WrittenYear(quarters: 2, meters: ["linky", "toit sud"]).text.utf8)
        var cases = [Case(name: "good", files: [bytes])]
        for place in bytes.indices {
            var spoilt = bytes
            spoilt[place] = spoilt[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            cases.append(Case(name: "changed at \(place)", files: [spoilt]))
            cases.append(Case(name: "cut at \(place)", files: [[UInt8](bytes[..<place])]))
        }
        try compare(cases)
    }

    @Test("breaks of all kinds, side by side with what a backup did not have, by each key")
    func breaks() throws {
        let broken = try BrokenRegister()
        let keys = [nil, try WrittenYear(quarters: 2).key] + broken.keys.map(Optional.some)
        var cases: [Case] = []
        func add(_ name: String, _ lines: [String]) {
            let bytes = [UInt8](lines.joined().utf8)
            cases += keys.map { Case(name: "\(name), \($0 ?? "no key")", files: [bytes], key: $0) }
        }
        add("before", broken.before)
        add("after", broken.after)
        add("all", broken.all)
        for place in broken.all.indices {
            var lines = broken.all
            let line = lines.remove(at: place)
            add("missing \(place)", lines)
            add("twice \(place)", lines[..<place] + [line, line] + lines[place...])
            let changed = line.replacing("=k7", with: "=k8").replacing("import=", with: "import=9")
            add("changed \(place)", lines[..<place] + [changed] + lines[place...])
            add("rubbish \(place)", lines[..<place] + ["rubbish\n", line] + lines[place...])
            add("from \(place)", [String](broken.all[place...]))
        }
        try compare(cases)
        let good = try cases.filter { try $0.found() == "; \(broken.all.count)" }.map(\.name)
        #expect(good == ["all", "from 0"].map { "\($0), \(broken.keys[2])" })
    }

    @Test("missing, doubled, exchanged, foreign and forked records, breaks and years")
    func records() throws {
        let written = try WrittenYear(quarters: 8)
        let other = try WrittenYear(quarters: 8)
        let lines = written.text.split(separator: "\n").map { [UInt8]($0.utf8) + [0x0A] }
        let others = other.text.split(separator: "\n").map { [UInt8]($0.utf8) + [0x0A] }
        var cases: [Case] = []
        func add(_ name: String, key: String? = nil, _ change: (inout [[UInt8]]) -> Void) {
            var changed = lines
            change(&changed)
            cases.append(Case(name: name, files: [changed.flatMap(\.self)], key: key))
        }
        add("key", key: written.key) { _ in }
        add("another key", key: other.key) { _ in }
        for place in lines.indices {
            add("missing \(place)") { $0.remove(at: place) }
            add("missing \(place), with the key", key: written.key) { $0.remove(at: place) }
            add("twice \(place)") { $0.insert(lines[place], at: place) }
            add("foreign \(place)") { $0[place] = others[place] }
            add("empty line \(place)") { $0.insert([0x0A], at: place) }
            add("rubbish \(place)") { $0.insert([UInt8]("rubbish\n".utf8), at: place) }
            for with in lines.indices { add("exchanged \(place) \(with)") { $0.swapAt(place, with) } }
        }
        add("empty lines") { $0.append([UInt8](repeating: 0x0A, count: 99)) }
        cases.append(Case(name: "two files", files: [lines[..<4].flatMap(\.self), lines[4...].flatMap(\.self)]))
        cases.append(
            Case(
                name: "the first cut",
                files: [lines[..<4].flatMap(\.self).dropLast(), lines[4...].flatMap(\.self)].map { [UInt8]($0) }
            )
        )
        cases.append(Case(name: "nothing", files: [[]]))
        try compare(cases)
    }
}

import FoundationEssentials
import MeterCore

/// What was found, for people or for programs.
struct ExaminationReport: Encodable {
    private struct Entry: Encodable {
        var group: Finding.Group
        var finding: Finding

        private enum Key: CodingKey { case group, grade, subject, sentence, advice }

        func encode(to encoder: any Encoder) throws {
            var entry = encoder.container(keyedBy: Key.self)
            try entry.encode(group, forKey: .group)
            try entry.encode(finding.grade, forKey: .grade)
            try entry.encode(finding.subject, forKey: .subject)
            try entry.encode(finding.sentence, forKey: .sentence)
            try entry.encode(finding.advice, forKey: .advice)
        }
    }

    private let findings: [Entry]
    let ok: Int
    let notes: Int
    let wrong: Int

    init(_ results: [Examination.Result]) {
        findings = results.flatMap { group, findings in findings.map { Entry(group: group, finding: $0) } }
        func count(_ grade: Finding.Grade, _ entries: [Entry]) -> Int { entries.count { $0.finding.grade == grade } }
        ok = count(.ok, findings)
        notes = count(.note, findings)
        wrong = count(.wrong, findings)
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// A line for each thing, what to do below it, and a summary.
    func text(isColored: Bool) -> String {
        var text = ""
        for group in Finding.Group.allCases {
            let entries = findings.filter { $0.group == group }
            guard !entries.isEmpty else { continue }
            text += "\(group.rawValue)\n"
            for finding in entries.map(\.finding) {
                let found = onOneLine("\(finding.subject): \(finding.sentence)")
                text += "  \(Self.word(finding.grade, isColored))  \(found)\n"
                for step in finding.advice { text += "           \(onOneLine(step))\n" }
            }
        }
        return text + "\n" + summary
    }

    private static func word(_ grade: Finding.Grade, _ isColored: Bool) -> String {
        let word = grade.rawValue + String(repeating: " ", count: 5 - grade.rawValue.count)
        let color = ["ok": 32, "note": 33, "wrong": 31][grade.rawValue] ?? 0
        return isColored ? "\u{1B}[\(color)m\(word)\u{1B}[0m" : word
    }

    private var summary: String {
        let all = "\(ok + notes + wrong) things looked at"
        if wrong > 0 { return "\(all): \(wrong) wrong, \(notes) to note. Begin with the first that is wrong." }
        return notes > 0 ? "\(all): all is well, \(notes) to note." : "\(all): all is well."
    }
}

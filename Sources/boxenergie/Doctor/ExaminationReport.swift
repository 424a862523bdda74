import FoundationEssentials
import MeterCore
import MeterNotation

/// The findings of an examination, for people or for programs.
struct ExaminationReport: Encodable {
    /// A finding with its heading, on one level in JSON.
    private struct Entry: Encodable {
        /// The heading.
        var group: Finding.Group
        /// The finding.
        var finding: Finding

        /// Names of the members, which scripts read.
        private enum Key: CodingKey { case group, grade, subject, sentence, advice }

        /// Writes the members of the finding beside its heading.
        func encode(to encoder: any Encoder) throws {
            var entry = encoder.container(keyedBy: Key.self)
            try entry.encode(group, forKey: .group)
            try entry.encode(finding.grade, forKey: .grade)
            try entry.encode(finding.subject, forKey: .subject)
            try entry.encode(finding.sentence, forKey: .sentence)
            try entry.encode(finding.advice, forKey: .advice)
        }
    }

    /// All findings, in the order of the checks.
    private let findings: [Entry]
    /// Number of findings that are well.
    let ok: Int
    /// Number of notes.
    let notes: Int
    /// Number of findings that are wrong; more than none gives exit code 1.
    let wrong: Int

    /// Counts the grades.
    init(_ results: [Examination.Result]) {
        findings = results.flatMap { group, findings in findings.map { Entry(group: group, finding: $0) } }
        func count(_ grade: Finding.Grade, _ entries: [Entry]) -> Int { entries.count { $0.finding.grade == grade } }
        ok = count(.ok, findings)
        notes = count(.note, findings)
        wrong = count(.wrong, findings)
    }

    /// The report as one line of JSON, its members sorted by their names.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The report for a person: a line for each thing, the advice below it, and a summary.
    ///
    /// Every text is kept to one line, since a server's answer may have line feeds.
    ///
    /// - Parameter isColored: true for a terminal.
    /// - Returns: lines with headings, without those that have no findings.
    func text(isColored: Bool) -> String {
        var text = ""
        for group in Finding.Group.allCases {
            let entries = findings.filter { $0.group == group }
            guard !entries.isEmpty else { continue }
            text += "\(group.heading)\n"
            for finding in entries.map(\.finding) {
                let found = onOneLine(said("\(finding.subject): \(finding.sentence)"))
                text += "  \(Self.word(finding.grade, isColored))  \(found)\n"
                for step in finding.advice { text += Self.margin + "\(onOneLine(step))\n" }
            }
        }
        return text + "\n" + summary
    }

    /// The columns of a grade: those of its longest word.
    private static let width = [Finding.Grade.ok, .note, .wrong].map { said($0.word).count }.max() ?? 0
    /// What stands before a line of advice.
    private static let margin = String(repeating: " ", count: width + 6)

    /// The grade in its columns, in green, yellow or red on a terminal.
    private static func word(_ grade: Finding.Grade, _ isColored: Bool) -> String {
        let text = said(grade.word)
        let word = text + String(repeating: " ", count: max(0, width - text.count))
        let color = ["ok": 32, "note": 33, "wrong": 31][grade.rawValue] ?? 0
        return isColored ? "\u{1B}[\(color)m\(word)\u{1B}[0m" : word
    }

    /// The last line: counts, and the point at which to begin.
    private var summary: String {
        let all = ok + notes + wrong
        if wrong > 0 {
            return said(
                "\(all) things looked at: \(wrong) wrong, \(notes) to note. Begin with the first that is wrong."
            )
        }
        return notes > 0
            ? said("\(all) things looked at: all is well, \(notes) to note.")
            : said("\(all) things looked at: all is well.")
    }
}

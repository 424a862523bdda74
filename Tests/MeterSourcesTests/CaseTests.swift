import Foundation
import MeterCore
import MeterSources
import SourceCases
import Testing

/// Every source with what it hears, as data: without the program, the network, or waiting.
@Suite struct CaseTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("cases")
    static let cases = (try? SourceCase.all(in: folder)) ?? []
    /// Whether what a new case makes is written beside it, for a person to judge.
    static let writes = ProcessInfo.processInfo.environment["BOXENERGIE_WRITE_CASES"] != nil

    @Test(
        "a source makes of its input the points of its case, or says what is wrong with its settings",
        arguments: cases
    )
    func plays(_ example: SourceCase) async throws {
        if Self.writes { try await example.writeExpectations() }
        let (sources, mistakes, isUsable) = example.sources()
        if let expected = example.text("expected.error") {
            let found = mistakes.map { $0 + "\n" }.joined()
            #expect(found == expected, "\(example) has these mistakes:\n\(found)")
        } else {
            #expect(mistakes.isEmpty, "\(example): \(mistakes.joined(separator: "\n"))")
        }
        guard isUsable else {
            #expect(example.text("expected.lines") == nil, "\(example) cannot be played")
            return
        }
        #expect(sources.contains { Swift.type(of: $0.source).type == example.type }, "\(example) has another source")
        let lines = try await example.lines()
        #expect(lines == example.text("expected.lines") ?? "", "\(example) makes:\n\(lines)")
    }

    @Test(
        "each source has a case for each role, or one that refuses it, and two with bad input",
        arguments: SourceRegistry.builtIn.all.map { $0.type }
    )
    func everyRole(_ type: String) {
        let cases = Self.cases.filter { $0.type == type }
        let names = Set(cases.map(\.name))
        #expect(names.filter { $0.hasPrefix("bad-") }.count >= 2, "\(type) needs two cases of bad input")
        guard !names.contains("refuses-role") else { return }
        for role in MeterRole.allCases {
            #expect(
                names.contains("role-\(role)") || names.contains("refuses-\(role)"),
                "\(type) has neither role-\(role) nor refuses-\(role)"
            )
        }
    }
}

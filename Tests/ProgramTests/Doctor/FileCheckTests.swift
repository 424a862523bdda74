import Foundation
import MeterCore
import MeterIO
import Testing

@testable import boxenergie

/// Each check of files on a box that is well and on one that is not.
@Suite struct FileCheckTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var check: any FileCheck
        var expected: (Finding.Grade, String)
        var files: [String: String] = [:]
        var configuration: String?
        var change: @Sendable (inout Patient) -> Void = { _ in }

        init(
            _ name: String,
            _ check: any FileCheck,
            _ grade: Finding.Grade,
            _ text: String,
            _ files: [String: String] = [:],
            _ configuration: String? = nil,
            _ change: @escaping @Sendable (inout Patient) -> Void = { _ in }
        ) {
            (self.name, self.check, expected) = (name, check, (grade, text))
            (self.files, self.configuration, self.change) = (files, configuration, change)
        }

        var testDescription: String { "\(type(of: check)): \(name)" }
    }

    @Test("a check says how it is and, where it is not well, what to do", arguments: cases)
    func judges(_ example: Case) throws {
        let box = try SickBox()
        for (path, text) in example.files { try box.write(path, text) }
        var patient = try box.patient(example.configuration)
        example.change(&patient)
        let findings = example.check.look(at: patient)
        let (grade, text) = example.expected
        #expect(
            findings.contains { $0.grade == grade && "\($0.subject): \($0.sentence)".contains(text) },
            "\(findings)"
        )
        // What is well hides nothing that is not.
        let worst = findings.contains { $0.grade == .wrong } ? Finding.Grade.wrong : grade
        #expect(worst == grade, "\(findings)")
        for finding in findings { #expect(finding.advice.isEmpty == (finding.grade == .ok), "\(finding)") }
    }

    @Test("a machine that does not tell something is not called ill for it")
    func silent() throws {
        let patient = try SickBox().patient()
        let checks: [any FileCheck] = [
            PasswordFileCheck(), SourceCheck(), CardFaultCheck(), CardWriteCheck(), JournalCheck(), TemperatureCheck(),
            MemoryCheck(), SpoolCheck(),
        ]
        for check in checks { #expect(check.look(at: patient).isEmpty, "\(check)") }
    }

    @Test("files with passwords are for their owners")
    func passwords() throws {
        let box = try SickBox()
        try box.write("/etc/boxenergie/a.password", "x", mode: 0o600)
        let patient = try box.patient()
        #expect(PasswordFileCheck().look(at: patient).map(\.grade) == [.ok])
        try box.write("/etc/boxenergie/b.password", "x", mode: 0o640)
        #expect(PasswordFileCheck().look(at: patient).map(\.grade) == [.note])
        try box.write("/etc/boxenergie/c.password", "x", mode: 0o604)
        let findings = PasswordFileCheck().look(at: patient)
        #expect(findings.map(\.grade) == [.note, .wrong])
        #expect(findings.last?.advice == ["Close it: sudo chmod o= /etc/boxenergie/c.password"])
        try box.write("/etc/boxenergie/grafana-influx.pass", "x", mode: 0o640)
        #expect(PasswordFileCheck().look(at: patient).count == 2, "Grafana may read its own by its group")
        try box.write("/etc/boxenergie/grafana-influx.pass", "x", mode: 0o644)
        #expect(PasswordFileCheck().look(at: patient).map(\.grade) == [.note, .wrong, .wrong])
    }

    @Test("a full disk is wrong, a filling one is to note, and room for names counts, too")
    func space() {
        func judge(_ free: Int64, _ size: Int64, _ freeFiles: Int64 = 0, _ files: Int64 = 0) -> [Finding.Grade] {
            let space = DiskSpace(size: size, free: free, used: size - free, files: files, freeFiles: freeFiles)
            return DiskSpaceCheck.judge("/", space).map(\.grade)
        }
        #expect(judge(20_000_000_000, 32_000_000_000) == [.ok])
        #expect(judge(2_000_000_000, 32_000_000_000) == [.note])
        #expect(judge(190_000_000, 1_000_000_000) == [.wrong])
        #expect(judge(20_000_000_000, 32_000_000_000, 90_000, 2_000_000) == [.ok, .note])
        #expect(judge(20_000_000_000, 32_000_000_000, 900, 2_000_000) == [.ok, .wrong])
    }

    @Test("a check that hangs is named and hides no other")
    func hangs() async throws {
        struct Hanging: FileCheck {
            let group = Finding.Group.card
            let end: DispatchSemaphore
            func look(at patient: Patient) -> [Finding] {
                end.wait()
                return []
            }
        }
        MainLoop.start()
        let end = DispatchSemaphore(value: 0)
        defer { end.signal() }
        let checks: [any HealthCheck] = [Hanging(end: end), BackupCheck()]
        let results = await Examination(checks: checks, limit: .milliseconds(500)).run(on: try SickBox().patient())
        #expect(results.map(\.group) == [.card, .backup])
        #expect(results[0].findings.map(\.grade) == [.wrong])
        #expect(results[0].findings[0].sentence.contains("Hanging"))
        #expect(results[1].findings.map(\.subject) == ["backup"])
    }

    static let cases = configuration + readings + sources + ports + clocks + cards + journals + machines + backups
}

import Foundation
import MeterCore
import Testing

@testable import MeterSources

@Suite struct RefusedLinesTests {
    private let path = "/tmp/boxenergie-refused-\(UUID().uuidString)"

    @Test("what the disk does not take is said, and is there once it does")
    func sickDisk() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        var lines = RefusedLines(path)
        lines.add([UInt8]("a;b".utf8), at: "f.csv:1", "no number")
        #expect(throws: DiskError.self) { try lines.flush() }
        try FileManager.default.removeItem(atPath: path)
        lines.add([UInt8]("c;d".utf8), at: "f.csv:2", "no date")
        try lines.flush()
        let text = "# f.csv:1: no number\na;b\n# f.csv:2: no date\nc;d\n"
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        try lines.flush()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("without a file nothing is kept, and nothing fails")
    func nowhere() throws {
        var lines = RefusedLines(nil)
        lines.add([1], at: "f:1", "r")
        try lines.flush()
        #expect(lines.path == nil)
    }
}

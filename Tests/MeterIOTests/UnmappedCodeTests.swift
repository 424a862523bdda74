import CLinux
import Glibc
import MeterCore
import Testing

@testable import MeterIO

/// Code that is unmapped is mapped again by its next use.
struct UnmappedCodeTests {
    /// The resident kB of what is mapped from files, by proc(5).
    private func residentOfFiles() throws -> Int {
        let status = try #require(readText("/proc/self/status"))
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssFile:") })
        return try #require(Int(line.split(separator: " ").dropFirst().first ?? ""))
    }

    /// The text of a small file.
    private func readText(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    @Test("what is mapped falls by megabytes, and the program goes on")
    func unmaps() throws {
        let before = try residentOfFiles()
        clinux_unmap_code()
        let after = try residentOfFiles()
        #expect(after < before - 4096, "\(before) kB before, \(after) kB after")
        #expect([3, 1, 2].sorted().map { "\($0)" }.joined() == "123")
    }
}

import Foundation
import Testing

@testable import MeterCore

@Suite struct StateFileTests {
    private let path = "/tmp/boxenergie-state-\(UUID().uuidString)"

    private func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }
    private func damage(_ change: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        change(&data)
        try data.write(to: URL(fileURLWithPath: path))
    }

    @Test("the last text saved is there after a restart, however many were saved")
    func saves() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(StateFile(path).text == nil)
        for number in 1...9 { try StateFile(path).save(bytes("number \(number)")) }
        let file = StateFile(path)
        #expect(file.text == bytes("number 9"))
        try file.save(bytes("a"))
        try file.save(bytes(""))
        #expect(StateFile(path).text == bytes(""))
        var random = SplitMix(seed: 1)
        let noise = (0..<40_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for text in [noise, [UInt8](repeating: 65, count: 1 << 20 + 1)] {
            #expect(throws: DiskError.self) { try file.save(text) }
            #expect(StateFile(path).text == bytes(""))
        }
    }

    @Test("a long text that repeats itself is saved, in the room of a short one", arguments: [32_640, 32_641, 200_000])
    func long(count: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = bytes(String((0..<count).map { "\($0 / 100)," }.joined().prefix(count)))
        try StateFile(path).save(text)
        #expect(StateFile(path).text == text)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 65_536)
        try damage { $0[32_868] ^= 1 }
        #expect(StateFile(path).text == nil)
    }

    @Test("a save cut at any byte leaves the one before it")
    func torn() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let old = bytes("the one before")
        let new = bytes("this one is longer than that one")
        let file = StateFile(path)
        try file.save(bytes("first"))
        try file.save(old)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        try file.save(new)
        let after = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(before.count == after.count, "a save must not make the file longer")
        let changed = before.indices.filter { before[$0] != after[$0] }
        for cut in try #require(changed.first)...(try #require(changed.last)) {
            try (after[..<cut] + before[cut...]).write(to: URL(fileURLWithPath: path))
            #expect(StateFile(path).text == old)
        }
        try after.write(to: URL(fileURLWithPath: path))
        #expect(StateFile(path).text == new)
    }

    @Test("a damaged file is begun anew")
    func damaged() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try StateFile(path).save(bytes("one"))
        try damage { $0 = Data(repeating: 0xFF, count: 100) }
        let file = StateFile(path)
        #expect(file.text == nil)
        try file.save(bytes("two"))
        #expect(StateFile(path).text == bytes("two"))
    }
}

import Foundation
import Logging
import MeterCore
import Testing

@Suite struct SourceMemoryTests {
    private let folder = "/tmp/boxenergie-memory-\(UUID().uuidString)"
    private var memory: SourceMemory {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return SourceMemory(folder: folder, logger: logger)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// How often the file was saved, which it says itself.
    private func saves() -> Int {
        guard let bytes = FileManager.default.contents(atPath: folder + "/registers") else { return 0 }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.matches(of: /save=(\d+)/).compactMap { Int($0.1) }.max() ?? 0
    }

    @Test("what sources remember is there after a restart, that of a source which is away as well")
    func remembers() throws {
        defer { remove() }
        do {
            let memory = memory
            #expect(memory.isOurs && memory.text(of: "a") == nil)
            memory.remember("count=1 of many", of: "a")
            memory.remember("2", of: "b")
            #expect(memory.text(of: "a") == "count=1 of many")
            try memory.save()
        }
        do {
            let memory = memory
            memory.remember("3", of: "b")
            try memory.save()
        }
        #expect(memory.text(of: "a") == "count=1 of many")
        #expect(memory.text(of: "b") == "3")
    }

    @Test("what was forgotten stays so after a restart, and forgetting nothing saves nothing")
    func forgets() throws {
        defer { remove() }
        do {
            let memory = memory
            memory.remember("1", of: "a")
            memory.remember("2", of: "a:note")
            try memory.save()
        }
        do {
            let memory = memory
            memory.forget("a:note")
            memory.forget("b")
            #expect(memory.text(of: "a:note") == nil)
            try memory.save()
            let before = saves()
            memory.forget("a:note")
            try memory.save()
            #expect(saves() == before)
        }
        #expect(memory.text(of: "a") == "1" && memory.text(of: "a:note") == nil)
    }

    @Test("however many meters change however often, the file is saved once a minute, and not when nothing changed")
    func onceAMinute() {
        defer { remove() }
        let memory = memory
        for second in 0..<600 {
            for meter in 0..<20 where second < 300 { memory.remember("\(second)", of: "meter\(meter)") }
            if second % 10 == 0 { memory.saveIfDue(at: Uptime(nanoseconds: Int64(second) * 1_000_000_000)) }
        }
        // At 0, 60, 120, 180, 240 and once more at 300 for what had changed by then.
        #expect(saves() == 6)
    }

    @Test("one process has the file: another one reads it and saves nothing")
    func exclusive() throws {
        defer { remove() }
        let first = memory
        first.remember("1", of: "a")
        try first.save()
        let second = memory
        #expect(!second.isOurs && second.text(of: "a") == "1")
        second.remember("2", of: "a")
        second.saveIfDue()
        #expect(throws: DiskError.self) { try second.save() }
        #expect(saves() == 1)
    }

    @Test("a folder that cannot be written is said by save and survived by saveIfDue")
    func unwritable() {
        defer { remove() }
        #expect(FileManager.default.createFile(atPath: folder, contents: nil))
        let memory = memory
        memory.remember("1", of: "a")
        memory.saveIfDue()
        #expect(throws: DiskError.self) { try memory.save() }
        #expect(memory.text(of: "a") == "1")
    }
}

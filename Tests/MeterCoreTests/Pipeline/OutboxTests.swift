import Testing

@testable import MeterCore

@Suite struct OutboxTests {
    private func batch(_ number: Int, bytes: Int) -> Batch {
        let line = "m f=\(number)i 7\n"
        let lines = [UInt8](String(repeating: line, count: bytes / line.utf8.count).utf8)
        return Batch(database: "d", policy: .default, precision: .seconds, lines: lines, points: 10)
    }

    @Test("without a disk the memory is bounded: the oldest goes, and is counted")
    func bounded() {
        let outbox = Outbox(memoryLimit: 100_000, spool: nil)
        for number in 0..<50 {
            outbox.append(batch(number, bytes: 9000))
            #expect(outbox.backlog.bytesInMemory <= 100_000)
        }
        let backlog = outbox.backlog
        #expect(backlog.dropped == 10 * (50 - backlog.batchesInMemory))
        #expect(outbox.memory.last == batch(49, bytes: 9000) && outbox.memory.first == batch(39, bytes: 9000))
    }

    @Test("a batch that is larger than the memory is kept as long as it is the only one")
    func large() {
        let outbox = Outbox(memoryLimit: 1000, spool: nil)
        outbox.append(batch(0, bytes: 5000))
        #expect(outbox.backlog.batchesInMemory == 1 && outbox.backlog.dropped == 0)
    }
}

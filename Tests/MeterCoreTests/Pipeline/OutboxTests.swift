import Glibc
import Logging
import Testing

@testable import MeterCore

@Suite struct OutboxTests {
    private func batch(_ number: Int, bytes: Int) -> Batch {
        let line = "m f=\(number)i 7\n"
        let count = bytes / line.utf8.count
        let lines = [UInt8](String(repeating: line, count: count).utf8)
        return Batch(database: "d", policy: .default, precision: .seconds, lines: lines, points: count)
    }

    @Test("without a disk the memory is bounded: the oldest goes, and is counted")
    func bounded() {
        let outbox = Outbox(memoryLimit: 100_000, spool: nil)
        for number in 0..<50 {
            outbox.append(batch(number, bytes: 9000))
            #expect(outbox.backlog.bytesInMemory <= 100_000)
        }
        let backlog = outbox.backlog
        let all = (0..<50).reduce(0) { $0 + batch($1, bytes: 9000).points }
        #expect(backlog.lost.total + backlog.pointsInMemory == all && backlog.bytesInMemory > 80_000)
        #expect(outbox.memory == (50 - backlog.batchesInMemory..<50).map { batch($0, bytes: 9000) })
    }

    @Test("a batch that is larger than the memory is kept as long as it is the only one")
    func large() {
        let outbox = Outbox(memoryLimit: 1000, spool: nil)
        outbox.append(batch(0, bytes: 5000))
        #expect(outbox.backlog.batchesInMemory == 1 && outbox.backlog.lost.total == 0)
    }

    @Test("what was taken from the spool and not delivered is read again, although nothing more was there meanwhile")
    func readAgain() async throws {
        let folder = "/tmp/boxenergie-outbox-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: Logger(label: "test"))
        let policy = RetentionPolicy("m15")
        let lines = [UInt8]("m f=1i 1\n".utf8)
        try spool.append(Batch(database: "d", policy: policy, precision: .seconds, lines: lines, points: 1), as: 0)
        let outbox = Outbox { spool }
        await outbox.persist(only: [])
        /// The next load, once what is read for it was read: the thread does one thing after the other.
        func next(after load: Outbox.Load? = nil) async -> Outbox.Load? {
            while true {
                let next = outbox.next(after: load)
                guard case .isRead = next else { return next.load }
                await outbox.persist(only: [])
            }
        }
        let first = try #require(await next())
        await outbox.persist(only: [])
        #expect(await next(after: first) == nil)
        // The server had no such policy: the load is given up, the batch stays.
        #expect(await next()?.numbers == first.numbers)
        await outbox.close()
    }
}

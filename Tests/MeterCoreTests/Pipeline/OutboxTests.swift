import Glibc
import Logging
import Synchronization
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

    /// One batch of an earlier run.
    private var old: Batch {
        let lines = [UInt8]("m f=1i 1\n".utf8)
        return Batch(database: "d", policy: RetentionPolicy("m15"), precision: .seconds, lines: lines, points: 1)
    }

    /// The next load, once what is read for it was read: the thread does one thing after the other.
    private func next(
        of outbox: Outbox,
        after load: Outbox.Load? = nil,
        at now: Uptime = Uptime(nanoseconds: 0)
    ) async -> Outbox.Load? {
        while true {
            let next = outbox.next(after: load, at: now)
            guard case .isRead = next else { return next.load }
            await outbox.persist(only: [])
        }
    }

    @Test("a spool that could not be opened at first gives what it holds when it can, although nothing is put there")
    func lateSpool() async throws {
        let isWell = Mutex(false)
        let store = ShelfStore(isApart: false)
        try store.append(old, as: -1)
        let outbox = Outbox { () throws(DiskError) in
            guard isWell.withLock({ $0 }) else { throw DiskError("/spool", .open, EROFS) }
            return store
        }
        // Reading comes between the two tries.
        #expect(outbox.next().load == nil)
        #expect(await outbox.persist(only: []) != nil)
        #expect(await next(of: outbox) == nil)
        isWell.withLock { $0 = true }
        #expect(await outbox.persist(only: []) == nil)
        #expect(await next(of: outbox)?.numbers == [-1])
        await outbox.close()
    }

    @Test("what the disk cannot read for a while is tried again a minute later, although nothing else is put there")
    func unreadable() async throws {
        let store = ShelfStore(isApart: false)
        try store.append(old, as: -1)
        store.cannotRead.withLock { $0 = true }
        let outbox = Outbox { store }
        await outbox.persist(only: [])
        #expect(await next(of: outbox) == nil)
        store.cannotRead.withLock { $0 = false }
        #expect(await next(of: outbox, at: Uptime(nanoseconds: 59_000_000_000)) == nil)
        #expect(await next(of: outbox, at: Uptime(nanoseconds: 61_000_000_000))?.numbers == [-1])
        await outbox.close()
    }

    @Test("what was taken from the spool and not delivered is read again, although nothing more was there meanwhile")
    func readAgain() async throws {
        let folder = "/tmp/boxenergie-outbox-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let spool = try Spool(directory: folder, limit: 2 << 20, logger: Logger(label: "test"))
        try spool.append(old, as: 0)
        let outbox = Outbox { spool }
        await outbox.persist(only: [])
        let first = try #require(await next(of: outbox))
        await outbox.persist(only: [])
        #expect(await next(of: outbox, after: first) == nil)
        // The server had no such policy: the load is given up, the batch stays.
        #expect(await next(of: outbox)?.numbers == first.numbers)
        await outbox.close()
    }
}

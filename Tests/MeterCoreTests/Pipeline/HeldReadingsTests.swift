import Logging
import Synchronization
import Testing

@testable import MeterCore

/// Remembers what it took, request by request.
private final class NotingSink: Sink {
    let name = "the test's server"
    let taken = Mutex<[String]>([])

    func write(_ batch: Batch) async -> Delivery {
        taken.withLock { $0.append(String(decoding: batch.lines, as: UTF8.self)) }
        return .accepted
    }
}

/// Readings that are held for a minute while nobody looks are on the disk soon, where that costs the card nothing.
@Suite(.timeLimit(.minutes(1))) struct HeldReadingsTests {
    private let sink = NotingSink()
    private let batcher = Batcher(database: "d")

    private func uploader(_ store: ShelfStore) -> Uploader {
        Uploader(
            batcher: batcher,
            outbox: Outbox { store },
            sink: sink,
            deadLetters: nil,
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func append(_ line: String) {
        let text = Array((line + "\n").utf8)
        text.withUnsafeBytes { batcher.append(encoded: $0, lines: 1, policy: .default) }
    }

    @Test("what is held goes to a disk of its own at each step, and to the server in one request when it is due")
    func apart() async throws {
        let store = ShelfStore(isApart: true)
        let uploader = uploader(store)
        let running = Task { await uploader.run() }
        while !uploader.outbox.hasSpoolApart { await Task.yield() }
        // It looks for what an earlier run left.
        try await Task.sleep(for: .milliseconds(50))
        for step in 1...3 {
            append("m f=\(step)i \(step)")
            uploader.storeWhatIsHeld()
            while store.points < step { await Task.yield() }
            #expect(batcher.waiting == 0)
        }
        #expect(sink.taken.withLock { $0.isEmpty })
        append("m f=4i 4")
        batcher.flush()
        while store.count > 0 || uploader.counts.accepted < 4 { await Task.yield() }
        #expect(sink.taken.withLock { $0 } == ["m f=1i 1\nm f=2i 2\nm f=3i 3\nm f=4i 4\n"])
        batcher.finish()
        await running.value
    }

    @Test("on the system's own disk it stays in memory: each writing there costs as much as a sending")
    func together() async throws {
        let store = ShelfStore(isApart: false)
        let uploader = uploader(store)
        let running = Task { await uploader.run() }
        await uploader.outbox.persist()
        append("m f=1i 1")
        uploader.storeWhatIsHeld()
        #expect(batcher.waiting == 1)
        batcher.finish()
        await running.value
        #expect(store.count == 0 && sink.taken.withLock { $0 } == ["m f=1i 1\n"])
    }

    @Test("a partition is a part of its disk; what is no disk, or is lost with the power, is none")
    func disks() throws {
        #expect(BlockDevice(of: "/usr") == BlockDevice(of: "/"))
        #expect(BlockDevice(of: "/proc") == nil && BlockDevice(of: "/dev/shm") == nil)
        #expect(BlockDevice(of: "/there/is/no/such") == nil)
    }
}

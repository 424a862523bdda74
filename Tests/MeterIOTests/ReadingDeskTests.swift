import Glibc
import MeterCore
import MeterIO
import Synchronization
import Testing

/// Documents that are read beside the event loop, and given up when they take too long.
@Suite(.timeLimit(.minutes(2))) struct ReadingDeskTests {
    /// A document whose reading ends when it is told to.
    private final class Sick: Sendable {
        private let isReleased = Atomic(false)
        private let threads = Atomic(0)

        var begun: Int { threads.load(ordering: .acquiring) }

        func release() { isReleased.store(true, ordering: .releasing) }

        @Sendable func read() -> Int {
            threads.add(1, ordering: .acquiringAndReleasing)
            while !isReleased.load(ordering: .acquiring) { usleep(1000) }
            return 7
        }
    }

    private static let large = ReadingDesk.smallDocument + 1

    private func reason(_ desk: ReadingDesk, _ work: @escaping @Sendable () throws -> Int) async -> ReadingError? {
        do {
            _ = try await desk.read(Self.large, work)
            return nil
        } catch {
            return error as? ReadingError
        }
    }

    @Test("a document that takes too long is given up, the next waits for its thread, and others are read meanwhile")
    func givenUp() throws {
        try EventLoop.main.run {
            let sick = Sick()
            let (its, others) = (ReadingDesk(patience: .milliseconds(30)), ReadingDesk())
            #expect(await reason(its, sick.read) == .tooLong(.milliseconds(30)))
            #expect(await reason(its) { 1 } == .stillReading)
            // A small one needs no thread.
            #expect(try await its.read(10) { 2 } == 2)
            #expect(try await others.read(Self.large) { 3 } == 3)
            sick.release()
            while await reason(its, { 4 }) == .stillReading { try await EventLoop.main.sleep(for: .milliseconds(1)) }
            #expect(sick.begun == 1)
        }
    }

    @Test("the event loop goes on while a document is read, and what the reading threw is thrown")
    func beside() throws {
        try EventLoop.main.run {
            let sick = Sick()
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask { try await ReadingDesk(patience: .seconds(60)).read(Self.large, sick.read) }
                while sick.begun == 0 { try await EventLoop.main.sleep(for: .milliseconds(1)) }
                // Others have the loop while it reads.
                sick.release()
                #expect(try await group.next() == 7)
            }
            struct Wrong: Error {}
            await #expect(throws: Wrong.self) { try await ReadingDesk().read(Self.large) { throw Wrong() } }
        }
    }

    @Test("a thread that may wait does so, for a time")
    func waiting() throws {
        let sick = Sick()
        let desk = ReadingDesk(patience: .milliseconds(30))
        #expect(throws: ReadingError.tooLong(.milliseconds(30))) { try desk.readWaiting(Self.large, sick.read) }
        #expect(throws: ReadingError.stillReading) { try desk.readWaiting(Self.large) { 1 } }
        #expect(try ReadingDesk().readWaiting(Self.large) { 5 } == 5)
        sick.release()
    }

    @Test("a source that is stopped does not wait for its document")
    func stopped() throws {
        try EventLoop.main.run {
            let sick = Sick()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await ReadingDesk(patience: .seconds(60)).read(Self.large, sick.read)
                    }
                }
                while sick.begun == 0 { try? await EventLoop.main.sleep(for: .milliseconds(1)) }
                group.cancelAll()
            }
            sick.release()
        }
    }
}

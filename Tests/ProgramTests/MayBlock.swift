import Foundation
import Testing

/// Threads as many as there are steps at once.
///
/// The runtime's own pool has as many as the machine has cores. On two cores, two tests that waited for a program held
/// up all the others, among them those that play a meter in its time. No thread ends: a program of `Program` would be
/// ended with the one that started it.
private final class GrowingPool: TaskExecutor, @unchecked Sendable {
    static let shared = GrowingPool()

    // Safe because: all of it is only touched under `condition`.
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var idle = 0

    func enqueue(_ job: consuming ExecutorJob) {
        condition.lock()
        defer { condition.unlock() }
        jobs.append(UnownedJob(job))
        if idle < jobs.count { Thread.detachNewThread { [self] in work() } } else { condition.signal() }
    }

    private func next() -> UnownedJob {
        condition.lock()
        defer { condition.unlock() }
        idle += 1
        while jobs.isEmpty { condition.wait() }
        idle -= 1
        return jobs.removeFirst()
    }

    private func work() {
        while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
    }
}

/// The tests of a suite may wait for programs: no other test waits with them.
struct MayBlockTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(GrowingPool.shared) { try await function() }
    }
}

extension Trait where Self == MayBlockTrait {
    static var mayBlock: Self { Self() }
}

import Glibc
import MeterCore
import MeterIO
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct EventLoopTests {
    @Test("tasks, and the children of tasks, run on the loop's thread")
    func oneThread() async throws {
        let threads = try await onLoop { _ in
            await withTaskGroup(of: pthread_t.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        await Task.yield()
                        return pthread_self()
                    }
                }
                return await group.reduce(into: Set([pthread_self()])) { $0.insert($1) }
            }
        }
        #expect(threads.count == 1)
    }

    @Test("sleepers wake in the order of their times, none too early")
    func sleeps() async throws {
        let (order, early) = try await onLoop { loop in
            await withTaskGroup(of: (Int, Bool).self) { group in
                let start = loop.now
                for number in [3, 1, 2, 0] {
                    group.addTask {
                        let due = start + .milliseconds(200 * number)
                        try? await loop.sleep(until: due)
                        return (number, loop.now < due)
                    }
                }
                return await group.reduce(into: ([Int](), false)) { result, woken in
                    result.0.append(woken.0)
                    if woken.1 { result.1 = true }
                }
            }
        }
        #expect(order == [0, 1, 2, 3])
        #expect(!early)
    }

    @Test("a cancelled sleeper wakes at once, also when it was cancelled before it slept")
    func cancels() async throws {
        let ended = try await onLoop { loop in
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        do { try await loop.sleep(for: .seconds(3600)) } catch { return error is CancellationError }
                        return false
                    }
                }
                await Task.yield()
                group.cancelAll()
                group.addTask {
                    do { try await loop.sleep(for: .seconds(3600)) } catch { return error is CancellationError }
                    return false
                }
                return await group.reduce(true) { $0 && $1 }
            }
        }
        #expect(ended)
    }

    @Test("a descriptor wakes who waits for it, and what another thread does wakes the loop")
    func descriptors() async throws {
        let text = try await onLoop { loop in
            var ends: [CInt] = [0, 0]
            #expect(pipe(&ends) == 0)
            let (input, output) = (ends[0], ends[1])
            defer { close(input) }
            return try await withThrowingTaskGroup(of: Void.self) { group in
                let writer = try Writer()
                defer { writer.executor.stop() }
                group.addTask {
                    try await loop.sleep(for: .milliseconds(20))
                    await writer.write("meter", to: output)
                }
                try await loop.waitUntilReadable(input)
                var bytes = [UInt8](repeating: 0, count: 16)
                let count = read(input, &bytes, bytes.count)
                try await group.waitForAll()
                return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
            }
        }
        #expect(text == "meter")
    }

    @Test("what the body throws is thrown")
    func fails() async {
        await #expect(throws: SystemError.self) {
            try await onLoop { _ in throw SystemError("try", on: "the test", code: EPERM) }
        }
    }
}

/// Writes from a thread of its own.
private actor Writer {
    let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init() throws { executor = try ThreadExecutor(name: "writer") }

    func write(_ text: String, to descriptor: CInt) {
        _ = [UInt8](text.utf8).withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }
}

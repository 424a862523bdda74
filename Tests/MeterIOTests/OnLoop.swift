import MeterCore
import MeterIO

/// A loop on a thread of its own while a body runs on it.
func onLoop<Value: Sendable>(
    _ body: @escaping @Sendable (EventLoop) async throws -> Value
) async throws -> Value {
    let thread = try Looper()
    defer { thread.executor.stop() }
    return try await thread.run(body)
}

/// Blocks its thread with a loop.
private actor Looper {
    let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init() throws { executor = try ThreadExecutor(name: "loop") }

    func run<Value: Sendable>(_ body: @escaping @Sendable (EventLoop) async throws -> Value) throws -> Value {
        let loop = EventLoop()
        return try loop.run { try await body(loop) }
    }
}

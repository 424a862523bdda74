import MeterIO

/// A loop on a thread of its own while a body runs on it.
func onLoop<Value: Sendable>(
    _ body: @escaping @Sendable (EventLoop) async throws -> Value
) async throws -> Value {
    let thread = Looper()
    defer { thread.executor.stop() }
    return try await thread.run(body)
}

/// Blocks its thread with a loop.
private actor Looper {
    let executor = ThreadExecutor(name: "loop")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func run<Value: Sendable>(_ body: @escaping @Sendable (EventLoop) async throws -> Value) throws -> Value {
        let loop = EventLoop()
        return try loop.run { try await body(loop) }
    }
}

/// A part of a task group that can be cancelled by itself.
public struct Cancellable: Sendable {
    private let body: @Sendable () async -> Void
    private let signal: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    /// Makes a part that does not run yet.
    public init(_ body: @escaping @Sendable () async -> Void) {
        self.body = body
        (signal, continuation) = AsyncStream.makeStream()
    }

    /// Runs the body; ends when it has ended.
    public func run() async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await body()
                return true
            }
            group.addTask {
                for await _ in signal {}
                return false
            }
            _ = await group.next()
            group.cancelAll()
        }
    }

    /// Cancels the body, now or as soon as it runs.
    public func cancel() { continuation.finish() }
}

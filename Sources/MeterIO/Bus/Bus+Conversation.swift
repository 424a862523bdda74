extension Bus {
    /// Several exchanges that none of the other callers of this comes between.
    ///
    /// For a protocol in which one request prepares another, such as M-Bus's selection of a meter. Devices that need no
    /// such thing go on having their turns.
    ///
    /// - Throws: what the body threw, `CancellationError` when the task is cancelled while it waits.
    public nonisolated(nonsending) func conversation<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> Value {
        try await conversations.take()
        defer { conversations.end() }
        return try await body()
    }
}

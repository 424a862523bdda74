extension Bus {
    /// Several exchanges that none of the other callers of this comes between.
    ///
    /// For a protocol in which one request prepares another, such as M-Bus's selection of a meter. Devices that need no
    /// such thing go on having their turns.
    public nonisolated(nonsending) func conversation<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> Value {
        try await conversations.take()
        defer { conversations.end() }
        return try await body()
    }
}

/// A meter whose line can be recorded byte for byte.
public protocol CapturableSource: MeterSource {
    /// Hands over what goes over the line until the task is cancelled or `onBytes` throws.
    func capture(
        _ context: SourceContext,
        onBytes: @escaping @Sendable (UnsafeRawBufferPointer, Timestamp) throws -> Void
    ) async throws
}

extension CapturableSource {
    public var capturable: (any CapturableSource)? { self }
}

/// A meter whose line can be recorded byte for byte.
public protocol CapturableSource: MeterSource {
    /// Hands over the bytes of the line, as they come, until the task is cancelled or `onBytes` throws.
    ///
    /// - Parameters:
    ///   - context: the name, the log and the status of the source.
    ///   - onBytes: called with each stretch of bytes and the time at which it came; the bytes are gone afterwards.
    /// - Throws: the error of the line, or that of `onBytes`.
    func capture(
        _ context: SourceContext,
        onBytes: @escaping @Sendable (UnsafeRawBufferPointer, Timestamp) throws -> Void
    ) async throws
}

extension CapturableSource {
    public var capturable: (any CapturableSource)? { self }
}

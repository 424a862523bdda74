public import MeterCore

/// A meter that is asked over a line, with the same questions whether it is read or its line is recorded.
public protocol AskingSource: CapturableSource {
    /// Reads the meter until the task is cancelled.
    ///
    /// - Parameters:
    ///   - context: the name, log and status of the source.
    ///   - recorder: hears what goes over the line.
    ///   - onPoint: takes the points.
    /// - Throws: an error when the line cannot be opened or is lost, or the error of `recorder`.
    func read(
        _ context: SourceContext,
        recorder: (@Sendable ([UInt8], Timestamp) throws -> Void)?,
        onPoint: (Point) -> Void
    ) async throws
}

extension AskingSource {
    /// Reads the meter, and hands its points over.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        try await read(context, recorder: nil) { receiver.append($0) }
    }

    /// Reads the meter, and hands over the bytes of both directions in place of the points.
    public func capture(
        _ context: SourceContext,
        onBytes: @escaping @Sendable (UnsafeRawBufferPointer, Timestamp) throws -> Void
    ) async throws {
        try await read(context) { bytes, time in
            try bytes.withUnsafeBytes { try onBytes($0, time) }
        } onPoint: { _ in
        }
    }
}

import MeterCore
import MeterIO
import MeterProtocols

/// The thread on which a line is listened to: its device blocks, and one sick meter must not delay another.
actor TeleinfoLine {
    private let thread: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(name: String) throws {
        thread = try ThreadExecutor(name: "tic-\(name)")
    }

    /// Ends the thread.
    nonisolated func stop() { thread.stop() }

    /// Listens until the task is cancelled or the device goes away.
    ///
    /// - Throws: `SerialError` when the device cannot be opened or was pulled, or what `onBytes` threw.
    func listen(
        _ settings: TeleinfoSettings,
        _ context: SourceContext,
        onFrame: (TICFrame, Timestamp) -> Void,
        onBytes: (UnsafeRawBufferPointer, Timestamp) throws -> Void
    ) throws {
        var listener = try TeleinfoListener.open(settings, context)
        while !Task.isCancelled { try listener.turn(onFrame, onBytes) }
    }
}

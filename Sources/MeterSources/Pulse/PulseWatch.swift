import Glibc
import MeterCore
import MeterIO
import MeterProtocols

/// The thread that waits for a line's edges.
///
/// libgpiod before 2 has room for 16 of them. So nothing else runs here: a save to a slow SD card, which may take a
/// second, must not cost pulses.
actor PulseWatch {
    private let thread: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(name: String) { thread = ThreadExecutor(name: "pulse-\(name)") }

    /// Ends the thread.
    nonisolated func stop() { thread.stop() }

    /// Watches the line until the task is cancelled and the bell rung, or the chip goes away.
    ///
    /// - Parameters:
    ///   - settings: which line.
    ///   - bell: wakes it.
    ///   - onOpen: hears what the line is called and whether it is active, and at what time.
    ///   - onEdges: gets the edges that came, whether some may have been lost unnoticed, and until when there are no
    ///     others. Answers whether it wants to look at the time soon.
    /// - Throws: `PulseLineError` when the line cannot be opened or is gone.
    func watch(
        _ settings: PulseLine.Settings,
        bell: Bell,
        onOpen: (String, Bool, UInt64) -> Void,
        onEdges: ([PulseEdge], Bool, UInt64) -> Bool
    ) throws {
        let line = try PulseLine(settings)
        onOpen(line.place, line.isActive, PulseLine.clock)
        var isUndecided = false
        while !Task.isCancelled {
            line.wait(orFor: bell.fileDescriptor, isUndecided ? 100 : 20_000)
            // Taken first: what comes while the edges are read is not older.
            let now = PulseLine.clock
            var edges: [PulseEdge] = []
            var wasFull = false
            while true {
                let (count, isFull) = try line.read { edge in
                    edges.append(PulseEdge(at: edge.time, isActive: edge.isActive, sequence: edge.sequence))
                }
                wasFull = wasFull || isFull
                if count == 0 || edges.count > 1000 { break }
            }
            isUndecided = onEdges(edges, wasFull, now - PulseMeter.delay)
        }
    }
}

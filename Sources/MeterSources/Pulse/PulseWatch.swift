import MeterCore
import MeterIO
import MeterProtocols

/// The thread that waits for a line's edges.
///
/// The kernel has room for 1024 of them, before 5.10 only for 16. So nothing else runs here: a save to a slow SD
/// card, which may take a second, must not cost pulses.
actor PulseWatch {
    /// The thread, on which all of the actor's calls run.
    private let thread: ThreadExecutor
    /// Runs the actor on its own thread.
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Starts the thread.
    ///
    /// - Throws: an error when no thread can be made.
    init(name: String) throws { thread = try ThreadExecutor(name: "pulse-\(name)") }

    /// Ends the thread, after the call that it is in.
    nonisolated func stop() { thread.stop() }

    /// Watches the line until the task is cancelled and the bell rung, or the chip goes away.
    ///
    /// - Parameters:
    ///   - settings: of the line.
    ///   - bell: wakes it.
    ///   - onOpen: hears what the line is called, whether it was active when it was opened, and when that was.
    ///   - onEdges: gets edges that came, whether there was no room for others after them, and, with the last ones that
    ///     wait, until when there are no more. Answers whether it wants to look at the time soon.
    /// - Throws: `PulseLineError` when the line cannot be opened or is gone.
    func watch(
        _ settings: PulseLine.Settings,
        bell: Bell,
        onOpen: (String, Bool, UInt64) -> Void,
        onEdges: ([PulseEdge], Bool, UInt64?) -> Bool
    ) throws {
        let openedAt = PulseLine.clock
        let line = try PulseLine(settings)
        let level = line.isActive
        var next = try Self.read(line)
        // An edge that came before the level was looked at knows better what the line was.
        let first = next.edges.first.flatMap { ($0.sequence ?? 1) == 1 ? $0 : nil }
        onOpen(line.place, first.map { !$0.isActive } ?? level, openedAt)
        // The kernel's debounce hands an edge over when it is sure of it.
        let delay = PulseMeter.delay + UInt64(max(0, settings.debounce / .nanoseconds(1)))
        var now = openedAt
        while true {
            while !next.edges.isEmpty {
                _ = onEdges(next.edges, next.wasFull, nil)
                if Task.isCancelled { return }
                // Looked at before the read: what comes during it is not older.
                now = PulseLine.clock
                next = try Self.read(line)
            }
            let isUndecided = onEdges([], false, max(now, delay) - delay)
            if Task.isCancelled { return }
            line.wait(orFor: bell.fileDescriptor, isUndecided ? 100 : 20_000)
            now = PulseLine.clock
            next = try Self.read(line)
        }
    }

    /// The edges that wait in the kernel; `wasFull` is true when others may have been dropped.
    private static func read(_ line: borrowing PulseLine) throws -> (edges: [PulseEdge], wasFull: Bool) {
        var edges: [PulseEdge] = []
        let (_, wasFull) = try line.read { edge in
            edges.append(PulseEdge(at: edge.time, isActive: edge.isActive, sequence: edge.sequence))
        }
        return (edges, wasFull)
    }
}

import MeterCore
import MeterNotation
import Synchronization

/// A capture as a source plays it, at a pace.
///
/// An actor, since each stretch moves the place in the file on.
actor CaptureRecording: Recording {
    /// The capture, read to the stretch handed over last.
    private var file: CaptureFile
    /// Time of the first stretch, from which the others are counted.
    private let start: Timestamp?
    /// Called before each stretch; see `init`.
    private let pace: @Sendable (Duration?) async throws -> Void

    /// Opens a capture; `-` is standard input.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - source: the declaration of the source that plays it.
    ///   - pace: called before each stretch is handed over with its time since the first one, if it has one; may wait.
    /// - Throws: a `CommandError` when it cannot be read, or has no times, and neither has what it recorded.
    init(
        _ path: String,
        of source: Declaration,
        pace: @escaping @Sendable (Duration?) async throws -> Void = { _ in }
    ) throws {
        let file = try CaptureFile(path)
        guard file.start != nil || source.readsTIC else {
            throw CommandError("\(path) is no capture with times; boxenergie capture NAME FILE makes one")
        }
        start = file.start
        self.file = file
        self.pace = pace
    }

    /// Hands over the next stretch once the pace allows it; `nil` at the end.
    func next() async throws -> RecordedInput? {
        guard let input = try file.next() else { return nil }
        try await pace(input.time.flatMap { time in start.map { .nanoseconds(time.nanoseconds &- $0.nanoseconds) } })
        return input
    }
}

/// Counts points on their way to another receiver, so that a command can say how many there were.
final class PointCounter: PointReceiver {
    /// Gets every point.
    private let receiver: any PointReceiver
    /// Number of points so far.
    private let number = Atomic(0)

    /// Begins at zero.
    init(_ receiver: any PointReceiver) { self.receiver = receiver }

    /// Number of points so far, from any thread.
    var count: Int { number.load(ordering: .relaxed) }

    /// Counts a point and passes it on.
    func append(_ point: Point) {
        number.wrappingAdd(1, ordering: .relaxed)
        receiver.append(point)
    }
}

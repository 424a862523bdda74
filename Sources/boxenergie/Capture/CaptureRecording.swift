import MeterCore
import Synchronization

/// A capture as a source plays it, at a pace.
actor CaptureRecording: Recording {
    private var file: CaptureFile
    private let start: Timestamp?
    private let pace: @Sendable (Duration?) async throws -> Void

    /// Opens a capture; `-` is standard input.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - source: what the source that plays it says of itself.
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

    func next() async throws -> RecordedInput? {
        guard let input = try file.next() else { return nil }
        try await pace(input.time.flatMap { time in start.map { .nanoseconds(time.nanoseconds &- $0.nanoseconds) } })
        return input
    }
}

/// Counts points on their way.
final class PointCounter: PointReceiver {
    private let receiver: any PointReceiver
    private let number = Atomic(0)

    init(_ receiver: any PointReceiver) { self.receiver = receiver }

    var count: Int { number.load(ordering: .relaxed) }

    func append(_ point: Point) {
        number.wrappingAdd(1, ordering: .relaxed)
        receiver.append(point)
    }
}

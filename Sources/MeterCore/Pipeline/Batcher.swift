import Synchronization

/// Collects points as lines, by retention policy.
///
/// Sources append, the uploader takes; neither waits for the other.
public final class Batcher: PointReceiver {
    /// The database that every batch is for.
    public let database: String
    /// The unit of the timestamps.
    public let precision: Precision
    /// Yields when it is time to take; finishes after `finish()`.
    public let due: AsyncStream<Void>
    /// Yields after each `take()`: for a writer that would rather wait than overflow.
    public let room: AsyncStream<Void>

    /// No request is larger: from 1 MiB on libcurl waits for a `100 Continue` that old servers never send.
    public static let largestBatch = 1 << 20
    private let limit: Int
    private let state: Mutex<State>
    private let wake: AsyncStream<Void>.Continuation
    private let madeRoom: AsyncStream<Void>.Continuation

    private struct State: ~Copyable {
        /// A few at most: looking through them is faster than a dictionary.
        var open: [Lines] = []
        var sealed: [Batch] = []
        var bytes = 0
        var dropped = 0
    }

    /// A box for the encoder, which cannot be copied and so cannot stand in an array itself.
    private final class Lines {
        let policy: RetentionPolicy
        var encoder: LineProtocolEncoder

        init(_ policy: RetentionPolicy, _ precision: Precision) {
            self.policy = policy
            encoder = LineProtocolEncoder(precision: precision)
        }
    }

    /// Makes an empty batcher.
    ///
    /// - Parameters:
    ///   - database: the database that every batch is for.
    ///   - precision: the unit of the timestamps.
    ///   - limit: bytes held when nobody takes; beyond it the oldest full batch is dropped and counted.
    public init(database: String, precision: Precision = .seconds, limit: Int = 16 << 20) {
        self.database = database
        self.precision = precision
        self.limit = limit
        state = Mutex(State())
        (due, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (room, madeRoom) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    public func append(_ point: Point) {
        add(to: point.series.measurement.policy) { $0.append(point) }
    }

    /// Takes lines that are already encoded in this batcher's precision.
    public func append(encoded text: UnsafeRawBufferPointer, lines: Int, policy: RetentionPolicy) {
        add(to: policy, bytes: text.count) { $0.append(encoded: text, lines: lines) }
    }

    private func add(to policy: RetentionPolicy, bytes: Int = 0, _ write: (inout LineProtocolEncoder) -> Void) {
        let isFull = state.withLock { state -> Bool in
            let lines = lines(of: policy, in: &state)
            if lines.encoder.lines > 0, lines.encoder.count + bytes > Self.largestBatch {
                seal(lines, in: &state)
            }
            let before = lines.encoder.count
            write(&lines.encoder)
            state.bytes += lines.encoder.count - before
            guard lines.encoder.count >= Self.largestBatch - (64 << 10) else { return false }
            seal(lines, in: &state)
            while state.bytes > limit, state.sealed.count > 1 {
                let oldest = state.sealed.removeFirst()
                state.bytes -= oldest.lines.count
                state.dropped += oldest.points
            }
            return true
        }
        if isFull { flush() }
    }

    /// All lines so far, oldest first, one batch or more for each policy.
    public func take() -> [Batch] {
        let batches = state.withLock { state in
            for lines in state.open where lines.encoder.lines > 0 { seal(lines, in: &state) }
            defer {
                state.sealed.removeAll()
                state.bytes = 0
            }
            return state.sealed
        }
        madeRoom.yield()
        return batches
    }

    /// Whether so much waits that a writer who can wait should.
    public var isFull: Bool { state.withLock { $0.bytes >= 2 * Self.largestBatch } }

    /// Points dropped so far because nobody took them in time.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// Points held now.
    public var waiting: Int {
        state.withLock { state in
            state.sealed.reduce(0) { $0 + $1.points } + state.open.reduce(0) { $0 + $1.encoder.lines }
        }
    }

    /// Says that it is time to take.
    public func flush() { wake.yield() }

    /// Ends `due`.
    ///
    /// What was appended is still there to take.
    public func finish() { wake.finish() }

    private func lines(of policy: RetentionPolicy, in state: inout State) -> Lines {
        if let lines = state.open.first(where: { $0.policy == policy }) { return lines }
        let lines = Lines(policy, precision)
        state.open.append(lines)
        return lines
    }

    private func seal(_ lines: Lines, in state: inout State) {
        let points = lines.encoder.lines
        state.sealed.append(
            Batch(
                database: database,
                policy: lines.policy,
                precision: precision,
                lines: lines.encoder.take(),
                points: points
            )
        )
    }
}

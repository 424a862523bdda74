import Synchronization

/// Collects points for one output until its uploader takes them.
///
/// The intake appends, the uploader takes; neither waits for the other.
public final class Batcher: PointReceiver {
    /// The database that every batch is for.
    public let database: String
    /// The unit of the timestamps.
    public let precision: Precision
    /// Yields when it is time to take; finishes after `finish()`.
    public let due: AsyncStream<Void>

    /// No request is larger: from 1 MiB on libcurl waits for a `100 Continue` that old servers never send.
    public static let largestBatch = 1 << 20
    private let batches: Mutex<Batches>
    private let wake: AsyncStream<Void>.Continuation

    /// Makes an empty batcher.
    ///
    /// - Parameters:
    ///   - database: the database that every batch is for.
    ///   - precision: the unit of the timestamps.
    ///   - limit: bytes held when nobody takes; beyond it the sources that have most lose their oldest points.
    ///   - choice: the points that are collected; all by default.
    ///   - box: the tag `box` of each point; `nil` for none.
    public init(
        database: String,
        precision: Precision = .seconds,
        limit: Int = 16 << 20,
        choice: OutputChoice = OutputChoice(),
        box: String? = nil
    ) {
        self.database = database
        self.precision = precision
        batches = Mutex(Batches(database: database, precision: precision, limit: limit, choice: choice, box: box))
        (due, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes a point if it is chosen, and says that it is time to take when a batch is full.
    public func append(_ point: Point) {
        if collect(point) { flush() }
    }

    /// Takes lines that are already encoded in this batcher's precision.
    public func append(encoded text: UnsafeRawBufferPointer, lines: Int, policy: RetentionPolicy) {
        if batches.withLock({ $0.append(encoded: text, lines: lines, policy: policy) }) { flush() }
    }

    /// Takes a point if it is chosen.
    ///
    /// - Returns: true when a batch is full by that: then it is time for `flush()`.
    func collect(_ point: Point) -> Bool { batches.withLock { $0.append(point) } }

    /// All lines so far, oldest first, one batch or more for each policy.
    public func take() -> [Batch] { batches.withLock { $0.take() } }

    /// True when a writer who can wait should: two full requests are held.
    public var isFull: Bool { batches.withLock { $0.bytes >= 2 * Self.largestBatch } }

    /// Points lost so far because nobody took them in time.
    public var lost: LostPoints { batches.withLock { $0.lost } }

    /// Points held now.
    public var waiting: Int { batches.withLock { $0.waiting } }

    /// Says that it is time to take.
    public func flush() { wake.yield() }

    /// Ends `due`.
    ///
    /// Points that were appended are still there to take.
    public func finish() { wake.finish() }
}

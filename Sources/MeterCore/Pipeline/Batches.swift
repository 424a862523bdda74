/// Points as lines, by retention policy, in batches that are no larger than a request may be.
struct Batches: ~Copyable {
    private let database: String
    private let precision: Precision
    private let limit: Int
    private let box: String?
    private var gate: OutputGate
    /// A few at most: looking through them is faster than a dictionary.
    private var open: [Lines] = []
    private var sealed: [Batch] = []
    /// Bytes held.
    private(set) var bytes = 0
    /// Points lost so far because nobody took them in time.
    private(set) var lost = LostPoints()

    /// A box for the encoder, which cannot be copied and so cannot stand in an array itself.
    private final class Lines {
        let policy: RetentionPolicy
        var encoder: LineProtocolEncoder

        init(_ policy: RetentionPolicy, _ precision: Precision, _ box: String?) {
            self.policy = policy
            encoder = LineProtocolEncoder(precision: precision, box: box)
        }
    }

    /// Begins without points.
    ///
    /// - Parameters:
    ///   - database: the database that every batch is for.
    ///   - precision: the unit of the timestamps.
    ///   - limit: bytes held when nobody takes; beyond it the sources that have most lose their oldest points.
    ///   - choice: the points that are added.
    ///   - box: the tag `box` of each point; `nil` for none.
    init(
        database: String,
        precision: Precision,
        limit: Int,
        choice: OutputChoice = OutputChoice(),
        box: String? = nil
    ) {
        self.box = box
        self.database = database
        self.precision = precision
        self.limit = limit
        gate = OutputGate(choice)
    }

    /// Adds a point if it is chosen.
    ///
    /// - Returns: true when a batch is full by that.
    mutating func append(_ point: Point) -> Bool {
        guard gate.passes(point) else { return false }
        let lines = lines(of: point.series.measurement.policy, roomFor: 0)
        let before = lines.encoder.count
        lines.encoder.append(point)
        return note(lines, since: before)
    }

    /// Adds lines that are already encoded in this precision.
    ///
    /// - Returns: true when a batch is full by that.
    mutating func append(encoded text: UnsafeRawBufferPointer, lines count: Int, policy: RetentionPolicy) -> Bool {
        let lines = lines(of: policy, roomFor: text.count)
        let before = lines.encoder.count
        lines.encoder.append(encoded: text, lines: count)
        return note(lines, since: before)
    }

    /// All lines so far, oldest first, one batch or more for each policy.
    mutating func take() -> [Batch] {
        for lines in open where lines.encoder.lines > 0 { seal(lines) }
        defer {
            sealed.removeAll()
            bytes = 0
        }
        return sealed
    }

    /// Points held now.
    var waiting: Int { sealed.reduce(0) { $0 + $1.points } + open.reduce(0) { $0 + $1.encoder.lines } }

    /// The open batch of a policy, with room for a number of bytes.
    private mutating func lines(of policy: RetentionPolicy, roomFor bytes: Int) -> Lines {
        guard let lines = open.first(where: { $0.policy == policy }) else {
            let lines = Lines(policy, precision, box)
            open.append(lines)
            return lines
        }
        if lines.encoder.lines > 0, lines.encoder.count + bytes > Batcher.largestBatch { seal(lines) }
        return lines
    }

    /// Counts what was added, seals a batch that is full, and gives up the oldest for want of room.
    private mutating func note(_ lines: Lines, since before: Int) -> Bool {
        bytes += lines.encoder.count - before
        guard lines.encoder.count >= Batcher.largestBatch - (64 << 10) else { return false }
        seal(lines)
        if bytes > limit {
            let before = sealed.reduce(0) { $0 + $1.lines.count }
            lost.add(sealed.giveUp(bytes - limit, from: \.self))
            bytes -= before - sealed.reduce(0) { $0 + $1.lines.count }
        }
        return true
    }

    /// Closes an open batch, which is complete then.
    private mutating func seal(_ lines: Lines) {
        let points = lines.encoder.lines
        sealed.append(
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

// Safe because it cannot be copied and alone owns its `Lines`.
extension Batches: @unchecked Sendable {}

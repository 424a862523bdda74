import Synchronization

/// The most lines that a server takes in one request in time: half as many after one that took too long, a quarter more
/// after each that did not.
public final class LargestPiece: Sendable {
    private let least: Int
    private let most: Int
    private let now: Mutex<Int>

    /// Begins with the most.
    ///
    /// - Parameters:
    ///   - least: so many lines are always worth a try; at least 1.
    ///   - most: never more than these.
    public init(least: Int = 1, most: Int = .max) {
        (self.least, self.most) = (least, most)
        now = Mutex(most)
    }

    /// True for lines that may go in one request; others are to be sent in halves.
    public func takes(_ batch: Batch) -> Bool { batch.points <= 1 || batch.points <= now.withLock { $0 } }

    /// Notes that the server did not take these lines in time.
    public func tookTooLong(_ batch: Batch) { now.withLock { $0 = min($0, max(least, batch.points / 2)) } }

    /// Notes that the server took lines in time.
    public func wasInTime() {
        now.withLock { lines in
            let (more, isTooMany) = lines.addingReportingOverflow(lines / 4 + 1)
            lines = isTooMany ? most : min(most, more)
        }
    }
}

/// Batches that survive the process, each under a number, which only grows.
///
/// Those of an earlier process have numbers below zero, so that the place can be opened late. The outbox calls it on
/// one thread.
public protocol BatchStore: Sendable {
    /// Stores a batch durably.
    ///
    /// - Throws: `DiskError` of the disk; with the code `EMSGSIZE`, this very batch can never be stored.
    func append(_ batch: Batch, as number: Int) throws(DiskError)
    /// The oldest batches in a number of bytes, but at least one when there is one.
    ///
    /// - Parameters:
    ///   - bytes: the most that they have together.
    ///   - besides: numbers of batches to be left out.
    ///   - closed: destinations whose batches are left out.
    /// - Returns: batches with their numbers, the oldest first.
    func oldest(
        upTo bytes: Int,
        besides: Set<Int>,
        _ closed: Set<Batch.Destination>
    ) -> [(number: Int, batch: Batch)]
    /// Forgets batches; unknown numbers are passed over.
    func remove(_ numbers: Set<Int>)
    /// Lets another store have the place on disk.
    func close()
    /// Batches that wait.
    var count: Int { get }
    /// Bytes on the disk.
    var bytes: Int { get }
    /// Points in the batches.
    var points: Int { get }
    /// Points lost for want of room, or because they could no longer be read.
    var lost: LostPoints { get }
    /// True where it is on another disk than the system: writing there costs the system's card nothing.
    var isApart: Bool { get }
}

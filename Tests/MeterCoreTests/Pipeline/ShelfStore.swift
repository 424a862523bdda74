import Synchronization

@testable import MeterCore

/// A store on a disk that there is not, which is another one than the system's or is it.
final class ShelfStore: BatchStore {
    private let entries = Mutex<[(number: Int, batch: Batch)]>([])
    let isApart: Bool
    /// True while the disk has errors.
    let cannotRead = Mutex(false)

    init(isApart: Bool) { self.isApart = isApart }

    func append(_ batch: Batch, as number: Int) throws(DiskError) { entries.withLock { $0.append((number, batch)) } }

    func oldest(
        upTo bytes: Int,
        besides: Set<Int>,
        _ closed: Set<Batch.Destination>
    ) -> [(number: Int, batch: Batch)] {
        if cannotRead.withLock({ $0 }) { return [] }
        return entries.withLock {
            $0.filter { !besides.contains($0.number) && !closed.contains($0.batch.destination) }
        }
    }

    func remove(_ numbers: Set<Int>) { entries.withLock { $0.removeAll { numbers.contains($0.number) } } }

    func close() {}

    var count: Int { entries.withLock { $0.count } }
    var bytes: Int { entries.withLock { $0.reduce(0) { $0 + $1.batch.lines.count } } }
    var points: Int { entries.withLock { $0.reduce(0) { $0 + $1.batch.points } } }
    var lost: LostPoints { LostPoints() }
}

/// The records that were read, by which a break finds the one that it goes on from.
///
/// A year has 35 000 of them: their digests stand one behind the other, 32 bytes each, in pieces that need not move.
struct ReadRecords: Sendable {
    /// Records with numbers that follow each other.
    private struct Run {
        /// The chain of all of them; `nil` before any beginning.
        var chain: Int?
        /// The number of the first one.
        var first: Int
        var digests: [Digest] = []
    }

    /// The most records of a run.
    private static let longest = 1024

    private var runs: [Run] = []

    /// Takes the next record.
    mutating func append(_ digest: Digest, _ number: Int, of chain: Int?) {
        let isNext = runs.last.map {
            $0.chain == chain && $0.first + $0.digests.count == number && $0.digests.count < Self.longest
        }
        if isNext != true { runs.append(Run(chain: chain, first: number)) }
        runs[runs.count - 1].digests.append(digest)
    }

    /// The place of a record; `nil` where no such record was read.
    ///
    /// - Parameters:
    ///   - digest: of its line.
    ///   - number: its number.
    /// - Returns: its chain, which is `nil` before any beginning.
    func place(of digest: Digest, _ number: Int) -> (chain: Int?, number: Int)? {
        let run = runs.last { run in
            run.digests.indices.contains(number - run.first) && run.digests[number - run.first] == digest
        }
        return run.map { ($0.chain, number) }
    }
}

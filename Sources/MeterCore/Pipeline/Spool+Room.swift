import Glibc
import Logging

// Room in a spool that is full.
extension Spool {
    /// Bytes up to which a file that lost lines is joined with the one behind it, so that they stay few.
    private static let small = 64 << 10

    /// Makes room: damage that was set aside goes first, then the oldest lines of the sources that have most.
    ///
    /// A file is written anew without them before the old one goes; for a moment there is one more.
    ///
    /// - Throws: `DiskError` when that cannot be written for another reason than a full disk; then nothing is lost.
    func giveUp(in state: inout State) throws(DiskError) {
        if let bad = state.setAside.first {
            try? DiskFile.remove(bad.path)
            state.setAside.removeFirst()
        } else if let unread = state.unread.first, unread.number < state.segments.first?.number ?? .max {
            try? DiskFile.remove(unread.path)
            state.unread.removeFirst()
            logger.error(
                "A file that could not be read is given up for want of room",
                metadata: ["file": "\(unread.path)"]
            )
        } else {
            try giveUpLines(&state)
        }
    }

    /// Gives up lines of the oldest file in which the sources that have most have at least half of their usual part.
    ///
    /// In others there is little to gain, and much would be written.
    private func giveUpLines(_ state: inout State) throws(DiskError) {
        let all = state.segments.reduce(into: Shares()) { $0.add($1.shares) }
        let most = all.most
        let usual = Double(all.total(of: most)) / Double(max(1, all.total))
        let place = state.segments.firstIndex { segment in
            let part = segment.shares.total(of: most)
            return part > 0 && Double(part) * 2 >= Double(segment.shares.total) * usual
        }
        guard let place, let (kept, lost) = rest(of: state.segments[place], without: most) else {
            return remove(place ?? 0, from: &state)
        }
        do throws(DiskError) {
            try replace(place, with: kept, in: &state)
            state.lost.add(lost)
        } catch {
            guard error.code == ENOSPC || error.code == EDQUOT else { throw error }
            remove(place, from: &state)
        }
    }

    /// Gives up a file with all that is in it.
    private func remove(_ place: Int, from state: inout State) {
        let segment = state.segments.remove(at: place)
        try? DiskFile.remove(segment.path)
        state.lost.add(segment.points)
    }

    /// The batches of a file without the lines of some sources, and what is lost by that; `nil` when it cannot be read.
    private func rest(
        of segment: SpoolSegment,
        without sources: Set<String>
    ) -> (kept: [(number: Int, batch: Batch)], lost: LostPoints)? {
        guard let found = try? segment.read(segment.records) else { return nil }
        var lost = LostPoints()
        var kept: [(number: Int, batch: Batch)] = []
        for (record, batch) in found {
            guard var batch else {
                // It rotted since it was written.
                lost.add(record.points)
                continue
            }
            lost.add(batch.giveUp(sources))
            if !batch.lines.isEmpty { kept.append((record.number, batch)) }
        }
        return (kept, lost)
    }

    /// Puts a file with these batches in the place of another one, together with those of a small one before it.
    private func replace(
        _ place: Int,
        with batches: [(number: Int, batch: Batch)],
        in state: inout State
    ) throws(DiskError) {
        let segment = state.segments[place]
        guard !batches.isEmpty else {
            try? DiskFile.remove(segment.path)
            state.segments.remove(at: place)
            return
        }
        let isJoined = place > 0 && state.segments[place - 1].size <= Self.small
        guard isJoined, let (before, lost) = rest(of: state.segments[place - 1], without: []) else {
            state.segments[place] = try SpoolSegment(replacing: segment, with: batches)
            return
        }
        state.segments[place] = try SpoolSegment(replacing: segment, with: before + batches)
        state.lost.add(lost)
        try? DiskFile.remove(state.segments.remove(at: place - 1).path)
    }
}

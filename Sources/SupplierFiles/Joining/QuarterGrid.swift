import MeterNotation

/// Puts load curves of any step on quarters of an hour, of one direction.
///
/// Where curves overlap the finer step counts, then the one that is not in doubt, then the file that was named last.
struct QuarterGrid {
    /// What divides every step that meters keep, in seconds.
    private static let part: Int64 = 300

    /// A quarter that is being filled: three parts of five minutes.
    private struct Parts {
        var values = SIMD3<Double>(repeating: 0)
        var isKnown = SIMDMask<SIMD3<Int64>>(repeating: false)
        var isShare = false
        var isDoubtful = false
    }

    private var parts: [Int64: Parts] = [:]
    /// The intervals that do not lie on five minutes, and belong to no curve.
    private(set) var odd = 0

    /// Fills with intervals of several files, the file that was named last first within a step.
    init(_ intervals: [SupplierFile.Interval]) {
        let order = intervals.enumerated().sorted { one, other in
            let (left, right) = (one.element, other.element)
            let (a, b) = (left.end - left.start, right.end - right.start)
            if a != b { return a < b }
            if left.isDoubtful != right.isDoubtful { return right.isDoubtful }
            return one.offset > other.offset
        }
        for (_, interval) in order { fill(interval) }
    }

    private mutating func fill(_ interval: SupplierFile.Interval) {
        let length = interval.end - interval.start
        guard length > 0, length <= 86_400, interval.start % Self.part == 0, length % Self.part == 0 else {
            odd += 1
            return
        }
        let share = interval.wattHours * Double(Self.part) / Double(length)
        for start in stride(from: interval.start, to: interval.end, by: Int(Self.part)) {
            let quarter = start - floorModulo(start, 900)
            let place = Int((start - quarter) / Self.part)
            var found = parts[quarter] ?? Parts()
            guard !found.isKnown[place] else { continue }
            found.values[place] = share
            found.isKnown[place] = true
            if length != 900 { found.isShare = true }
            if interval.isDoubtful { found.isDoubtful = true }
            parts[quarter] = found
        }
    }

    /// The quarters that are known whole, by their starts.
    var quarters: [Int64: JoinedFiles.Quarter] {
        parts.compactMapValues { parts in
            guard all(parts.isKnown) else { return nil }
            return JoinedFiles.Quarter(
                wattHours: parts.values.sum(),
                isShare: parts.isShare,
                isDoubtful: parts.isDoubtful
            )
        }
    }
}

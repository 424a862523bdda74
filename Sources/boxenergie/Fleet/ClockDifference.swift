import MeterNotation

/// The box's clock beside that of its centre.
struct ClockDifference {
    /// Seconds by which they may differ: an answer takes a while, and nobody reads a meter to the second.
    private static let tolerance: Int64 = 60

    /// What is wrong, in a sentence without a period.
    let sentence: Phrase

    /// Compares them; `nil` when they agree.
    ///
    /// - Parameters:
    ///   - box: the box's time, in seconds since 1970.
    ///   - centre: the centre's.
    init?(box: Int64, centre: Int64) {
        let late = box - centre
        guard abs(late) > Self.tolerance else { return nil }
        let difference = inWords(seconds: abs(late))
        sentence =
            late > 0
            ? "the box's clock is \(difference) ahead of the centre's: one of the two is wrong"
            : "the box's clock is \(difference) behind the centre's: one of the two is wrong"
    }
}

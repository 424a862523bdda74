import MeterNotation

/// Numbers with a fixed count of digits behind the point, as neighbours read them: no exponent, no `nan`.
enum FixedPoint {
    /// The text of a number, such as `231.4`.
    ///
    /// - Parameters:
    ///   - value: beyond 1e15 it is cut there; not a number is 0.
    ///   - digits: behind the point, 0 to 3.
    ///   - isFloor: true to cut what is behind them, so that a total is never told before it is reached.
    /// - Returns: digits, a minus where it is below 0, and a point.
    static func text(_ value: Double, digits: Int, isFloor: Bool = false) -> String {
        guard value.isFinite else { return plainNumber(0, decimals: digits) }
        let factor = [1.0, 10, 100, 1000][min(max(digits, 0), 3)]
        // 0.1 + 0.2 in thousandths is 0.3, and its dust is below it as often as above.
        return plainNumber(isFloor ? (value * factor + 1e-6).rounded(.down) / factor : value, decimals: digits)
    }
}

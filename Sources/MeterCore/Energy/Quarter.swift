import MeterNotation

/// A quarter of an hour: what was booked in it so far, and what is final.
public struct Quarter: Sendable, Codable {
    /// The seconds of a quarter.
    public static let length: Int64 = 900

    /// The instant at which it begins, in seconds since 1970.
    let start: Int64
    /// The growth that is booked so far, by account: Wh, or the unit of the meter's quantity.
    var sums: [Account: Double] = [:]
    /// Accounts that every meter of theirs has passed: they were added to the totals and are never added again.
    var settled: Set<Account> = []
    /// True when a part of it is a share of a gap that is longer than a quarter.
    var isEstimated = false
    /// The number of the supplier's register that counted last.
    var register: Int?

    init(start: Int64) { self.start = start }

    /// The instant at which it ends, in seconds since 1970.
    var end: Int64 { start + Self.length }

    /// The beginning of the quarter that an instant belongs to.
    ///
    /// An instant on the boundary ends the quarter before, and begins this one.
    static func start(of seconds: Int64) -> Int64 { floorDivision(seconds, length) * length }

    /// The end of the quarter that an instant belongs to; a boundary begins one.
    public static func end(after seconds: Int64) -> Int64 { start(of: seconds) + length }

    /// The sum of an account when it is final, else `nil`.
    func final(_ account: Account) -> Double? { settled.contains(account) ? sums[account] : nil }
}

/// A register's growth, cut at the boundaries of the quarters in proportion to time.
///
/// The shares add up to the growth exactly: each is a difference of two places on one line.
struct Spread: Sequence, IteratorProtocol {
    private let growth: Double
    private let from: Int64
    private let to: Int64
    private var place: Int64
    private var booked = 0.0

    /// - Parameters:
    ///   - growth: between the two readings.
    ///   - from: the time of the earlier one, in seconds since 1970.
    ///   - to: the time of the later one, after it.
    init(_ growth: Double, from: Int64, to: Int64) {
        self.growth = growth
        self.from = from
        self.to = to
        place = from
    }

    /// The next quarter and its share; `nil` behind the last one.
    mutating func next() -> (quarter: Int64, share: Double)? {
        guard place < to else { return nil }
        let quarter = Quarter.start(of: place)
        place = Swift.min(quarter + Quarter.length, to)
        let upToHere = place == to ? growth : growth * Double(place - from) / Double(to - from)
        defer { booked = upToHere }
        return (quarter, upToHere - booked)
    }
}

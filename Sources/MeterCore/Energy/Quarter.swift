import MeterNotation

/// A quarter of an hour: what was booked in it so far, and what is final.
struct Quarter: Sendable, Codable {
    static let length: Int64 = 900

    let start: Int64
    var sums: [Account: Double] = [:]
    /// Accounts that every meter of theirs has passed: they were added to the totals and are never added again.
    var settled: Set<Account> = []
    /// Whether a part of it is a share of a longer gap.
    var isEstimated = false
    /// The number of the supplier's register that counted last.
    var register: Int?

    init(start: Int64) { self.start = start }

    var end: Int64 { start + Self.length }

    /// When the quarter that an instant belongs to begins.
    ///
    /// An instant on the boundary ends the quarter before, and begins this one.
    static func start(of seconds: Int64) -> Int64 { floorDivision(seconds, length) * length }

    /// What is final of an account.
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
    ///   - from: when the earlier one was made.
    ///   - to: when the later one was made, after it.
    init(_ growth: Double, from: Int64, to: Int64) {
        self.growth = growth
        self.from = from
        self.to = to
        place = from
    }

    mutating func next() -> (quarter: Int64, share: Double)? {
        guard place < to else { return nil }
        let quarter = Quarter.start(of: place)
        place = Swift.min(quarter + Quarter.length, to)
        let upToHere = place == to ? growth : growth * Double(place - from) / Double(to - from)
        defer { booked = upToHere }
        return (quarter, upToHere - booked)
    }
}

import Synchronization

/// The looks at the readings that the box itself serves, such as those of its page.
public final class Audience: Sendable {
    private let count = Atomic(0)

    /// Nobody has looked yet.
    public init() {}

    /// Notes that somebody looks.
    public func look() { count.add(1, ordering: .relaxed) }

    /// The number of looks so far.
    var looks: Int { count.load(ordering: .relaxed) }
}

/// Decides at each step of ten seconds whether it is time to send, by the signs of those who look.
///
/// A minute's readings are sent at once while nobody looks. The first look sends what is held, and for two minutes after
/// each look every step does: a dashboard that renews itself each minute counts as open.
struct Attention {
    /// The steps between two sendings while nobody looks, 6.
    private static let seldom = 6
    /// The steps after a look for which it counts, 12.
    private static let memory = 12
    /// The steps after which a server that did not tell its queries is asked again, 30.
    private static let pause = 30

    private var queries: Int?
    private var looks = 0
    private var sinceLook = 0
    private var sinceSending = 0
    private var untilQuestion = 0

    /// True when the server is to be asked for the number of its queries in this step.
    mutating func asksServer() -> Bool {
        untilQuestion = max(0, untilQuestion - 1)
        return untilQuestion == 0
    }

    /// Notes the signs of a step, and decides whether to send in it.
    ///
    /// - Parameters:
    ///   - queries: the number of questions that others have asked the server so far; `nil` when it does not tell, which
    ///     counts as a look.
    ///   - looks: those at what the box itself serves, so far.
    /// - Returns: false while what has come is held back.
    mutating func isTimeToSend(queries: Int?, looks: Int) -> Bool {
        if queries == nil, untilQuestion == 0 { untilQuestion = Self.pause }
        let isLookedAt = queries == nil || queries != self.queries || looks != self.looks
        (self.queries, self.looks) = (queries, looks)
        sinceLook = isLookedAt ? 0 : sinceLook + 1
        sinceSending += 1
        guard sinceLook < Self.memory || sinceSending >= Self.seldom else { return false }
        sinceSending = 0
        return true
    }
}

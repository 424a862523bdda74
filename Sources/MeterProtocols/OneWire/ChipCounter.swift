/// Goes on counting where a counter of 32 bits starts again.
///
/// A DS2423 counts by itself, so nothing is lost while nobody reads it. It starts again at 0 when its battery is empty,
/// when it is replaced, and after 4 294 967 295. A value that cannot follow the last one is believed when the next
/// reading follows it.
public struct ChipCounter: Sendable, Hashable {
    /// What became of a reading.
    public enum Step: Sendable, Equatable {
        case counted
        case held
        /// It started again at 0; what came between the last reading and that is lost.
        case restarted
    }

    /// More pulses than this between two readings are not believed at once.
    private static let largestStep: UInt32 = 1_000_000

    /// All pulses since the chip was first seen, and those that it had counted before.
    public private(set) var total: UInt64
    /// What the chip said last.
    public private(set) var last: UInt32?
    private var doubtful: UInt32?
    private let isNew: Bool

    /// A counter of which nothing is known: what the chip has counted by itself is its total.
    public init() {
        total = 0
        isNew = true
    }

    /// A counter that goes on from what was remembered.
    ///
    /// - Parameters:
    ///   - total: all pulses so far.
    ///   - last: what the chip said last; `nil` when another chip is there now, whose count has nothing to do with that.
    public init(total: UInt64, last: UInt32?) {
        self.total = total
        self.last = last
        isNew = false
    }

    /// Takes a reading.
    public mutating func take(_ value: UInt32) -> Step {
        guard let last else {
            if isNew { total = UInt64(value) }
            self.last = value
            return .counted
        }
        let step = value &- last
        if step <= Self.largestStep {
            total &+= UInt64(step)
            self.last = value
            doubtful = nil
            return .counted
        }
        guard let seen = doubtful, value &- seen <= Self.largestStep else {
            doubtful = value
            return .held
        }
        doubtful = nil
        self.last = value
        guard value < last else {
            total &+= UInt64(step)
            return .counted
        }
        total &+= UInt64(value)
        return .restarted
    }
}

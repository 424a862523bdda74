/// A pulse count that goes on when a counter of 32 bits starts again.
///
/// A DS2423 counts by itself, so nothing is lost while nobody reads it. It starts again at 0 when its battery is empty,
/// when it is replaced, and after 4 294 967 295. A value that cannot follow the last one is believed when the next
/// reading follows it.
public struct ChipCounter: Sendable, Hashable {
    /// The fate of a reading.
    public enum Step: Sendable, Equatable {
        /// The pulses since the last reading were added.
        case counted
        /// The value cannot follow the last one, and waits for the next reading.
        case held
        /// The chip started again at 0; the pulses between the last reading and that are lost.
        case restarted
    }

    /// The most pulses between two readings that are believed at once.
    private static let largestStep: UInt32 = 1_000_000

    /// All pulses since the chip was first seen, and those that it had counted before.
    public private(set) var total: UInt64
    /// The chip's last count that was believed; `nil` before the first.
    public private(set) var last: UInt32?
    /// The count that waits for one that follows it.
    private var doubtful: UInt32?
    /// True when the first count is the total.
    private let isNew: Bool

    /// A counter of which nothing is known: the chip's own count becomes its total.
    public init() {
        total = 0
        isNew = true
    }

    /// A counter that goes on from what was remembered.
    ///
    /// - Parameters:
    ///   - total: all pulses so far.
    ///   - last: the chip's last count; `nil` when another chip is there now, whose count has nothing to do with that.
    public init(total: UInt64, last: UInt32?) {
        self.total = total
        self.last = last
        isNew = false
    }

    /// Takes a count of the chip; a difference of up to 1 000 000 is believed at once, also over the end of the 32
    /// bits.
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

import MeterNotation

/// An instant in nanoseconds since 1970 in UTC, as InfluxDB counts.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Nanoseconds since 1970 in UTC, which last until 2262.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// An instant at a whole second.
    public init(seconds: Int64) { nanoseconds = seconds * 1_000_000_000 }

    /// Whole seconds, rounded down.
    public var seconds: Int64 { floorDivision(nanoseconds, 1_000_000_000) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}

/// The unit of the timestamps in a request: its `precision=`.
///
/// Seconds make the database nearly four times smaller than nanoseconds with jitter.
public enum Precision: String, Sendable, CaseIterable {
    /// The default of a batcher.
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    case nanoseconds = "ns"

    /// Nanoseconds in one unit.
    public var nanoseconds: Int64 {
        switch self {
        case .seconds: 1_000_000_000
        case .milliseconds: 1_000_000
        case .microseconds: 1000
        case .nanoseconds: 1
        }
    }

    /// The name in `/write?precision=`.
    ///
    /// InfluxDB 1.x silently takes an unknown name for nanoseconds.
    public var parameter: String { self == .microseconds ? "u" : rawValue }
}

/// A retention policy: the time that InfluxDB keeps points, and the `rp=` of a write, one a request.
public struct RetentionPolicy: Sendable, Hashable, CustomStringConvertible {
    /// The policy's name in the database; empty for the database's own default.
    public var name: String

    /// Names a policy; the database must have it.
    public init(_ name: String) {
        self.name = name
    }

    /// Whichever policy the database calls its default.
    public static let `default` = RetentionPolicy("")
    /// Every reading, for sixty days.
    public static let raw = RetentionPolicy("raw")
    /// Quarters of an hour, for ever.
    public static let m15 = RetentionPolicy("m15")
    /// Local days, months, events and facts about the site, for ever.
    public static let day = RetentionPolicy("day")

    /// The name for messages.
    public var description: String { name.isEmpty ? "the default policy" : name }
}

/// How long InfluxDB keeps what is written: the `rp=` of a write, one a request.
public struct RetentionPolicy: Sendable, Hashable, CustomStringConvertible {
    /// The policy's name in the database; empty for the database's own default.
    public var name: String

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

    public var description: String { name.isEmpty ? "the default policy" : name }
}

import MeterCore
import MeterNotation

/// A retention policy: the time for which it keeps its points, and the span of each of its files.
///
/// The table is code and not a file that is read: the program is whole by itself, and no edited or half-copied file can
/// make `provision` shorten a policy, which would delete readings. `influx/provision.influxql` is the same for
/// people and other tools; a test compares the two.
public struct RetentionSchema: Sendable, Hashable {
    /// The policy's name, such as `raw`.
    public var name: String
    /// The age at which points are deleted; `nil` keeps them for ever.
    public var keeps: Duration?
    /// The span of one file (shard); points expire a whole file at a time.
    public var shard: Duration
    /// True for the policy of writes and queries that name none.
    public var isDefault = false

    /// The policies of every box: every reading for 60 days, quarters of an hour and days for ever.
    public static let standard = [
        RetentionSchema(name: RetentionPolicy.raw.name, keeps: days(60), shard: days(7), isDefault: true),
        RetentionSchema(name: RetentionPolicy.m15.name, keeps: nil, shard: days(26 * 7)),
        RetentionSchema(name: RetentionPolicy.day.name, keeps: nil, shard: days(520 * 7)),
    ]

    private static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }

    /// The statement that creates it in a database.
    func creation(in database: String) -> String {
        "CREATE RETENTION POLICY \(quotedIdentifier(name)) ON \(quotedIdentifier(database)) "
            + "DURATION \(Self.influxQL(keeps)) REPLICATION 1 SHARD DURATION \(Self.influxQL(shard))"
            + (isDefault ? " DEFAULT" : "")
    }

    /// A duration as InfluxQL writes it, in whole days or weeks: `60d`, `26w`, `INF`.
    static func influxQL(_ duration: Duration?) -> String {
        guard let duration else { return "INF" }
        let days = duration.components.seconds / 86_400
        // 7d is how people say it, 26w is how the longer shards are said.
        return days >= 70 && days % 7 == 0 ? "\(days / 7)w" : "\(days)d"
    }

    /// A duration in words, such as `60d`; `for ever` for `nil`.
    static func words(_ duration: Duration?) -> String { duration.map(DurationText.format) ?? said("for ever") }
}

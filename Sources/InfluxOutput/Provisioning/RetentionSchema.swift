import MeterCore
import MeterNotation

/// How long a policy keeps its points.
///
/// The table is code and not a file that is read: the program is whole by itself, and no edited or half-copied file can
/// make `provision` shorten a policy, which would delete readings. `influx/provision.influxql` is the same for
/// people and other tools; a test compares the two.
public struct RetentionSchema: Sendable, Hashable {
    public var name: String
    /// Nothing: for ever.
    public var keeps: Duration?
    public var shard: Duration
    public var isDefault = false

    /// The policies of every box: every reading, quarters of an hour, days.
    public static let standard = [
        RetentionSchema(name: RetentionPolicy.raw.name, keeps: days(60), shard: days(7), isDefault: true),
        RetentionSchema(name: RetentionPolicy.m15.name, keeps: nil, shard: days(26 * 7)),
        RetentionSchema(name: RetentionPolicy.day.name, keeps: nil, shard: days(520 * 7)),
    ]

    private static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }

    /// What makes it in a database.
    func creation(in database: String) -> String {
        "CREATE RETENTION POLICY \(quotedIdentifier(name)) ON \(quotedIdentifier(database)) "
            + "DURATION \(Self.influxQL(keeps)) REPLICATION 1 SHARD DURATION \(Self.influxQL(shard))"
            + (isDefault ? " DEFAULT" : "")
    }

    /// A duration as InfluxQL writes it.
    static func influxQL(_ duration: Duration?) -> String {
        guard let duration else { return "INF" }
        let days = duration.components.seconds / 86_400
        // 7d is how people say it, 26w is how the longer shards are said.
        return days >= 70 && days % 7 == 0 ? "\(days / 7)w" : "\(days)d"
    }

    /// A duration in words.
    static func words(_ duration: Duration?) -> String { duration.map(DurationText.format) ?? "for ever" }
}

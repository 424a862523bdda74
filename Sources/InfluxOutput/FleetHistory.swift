public import MeterCore

/// The boxes of a fleet, as far as its database has heard of them.
public struct FleetHistory: Sendable {
    /// A box, by what it sent.
    public struct Box: Sendable, Equatable {
        /// Its identity, the tag `box`.
        public var identity: String
        /// The name of the last file by which it joined; `nil` where it wrote none.
        public var name: String?
        /// The time at which it joined by that, in seconds since 1970, by its own clock.
        public var joinedAt: Int64?
        /// The time of its last health, or the end of its last quarter where that is later, in seconds since 1970 and by its
        /// own clock; `nil` without any.
        public var lastHeard: Int64?
        /// What confirmed its clock then: 2 the network, a meter or a battery, 1 nothing, 0 nothing, and somebody set it.
        public var clock: Int64?
        /// The names that it had in the last month, the tag `site`, the one of now first.
        public var sites: [String] = []
        /// The machines that went on under this identity in the last hours; two of them: a copied card.
        public var machines = 0
    }

    /// Seconds in which two machines of one identity count as at work at the same time: eight healths of each.
    private static let span: Int64 = 7200
    /// Seconds for which another name is news: a month.
    private static let month: Int64 = 30 * 86_400

    private let client: InfluxClient

    /// Makes a history; the client speaks as a user who may read.
    public init(_ client: InfluxClient) { self.client = client }

    /// All boxes, by their identities in their order.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func boxes() async throws -> [Box] {
        var found: [String: Box] = [:]
        func note(
            _ select: String,
            _ order: String = "",
            _ take: (inout Box, [String: InfluxValue]) -> Void
        ) async throws {
            let question = "\(select) GROUP BY \(boxTag)\(order)"
            let answer = try await client.query(question, database: client.settings.database)
            for table in answer.flatMap({ $0.series ?? [] }) {
                guard let word = table.tags?[Series.boxTag], !word.isEmpty, let row = table.rows.first else { continue }
                take(&found[word, default: Box(identity: word)], row)
            }
        }
        let title = "\(name(.title)) = \(quotedString(EnergyEvent.joinedTitle))"
        try await note("SELECT last(\(name(.text))) FROM \(Kind.event.measurement) WHERE \(title)") { box, row in
            // Whoever writes there can write anything: a name is only what a centre could have given.
            box.name = (row["last"]?.description).flatMap { BoxUsers.isName($0) ? $0 : nil }
            if case .integer(let time)? = row["time"] { box.joinedAt = time }
        }
        // A box that sends no health is in the sums all the same.
        for (kind, length) in [(Kind.box, 0), (.quarterEnergy, Quarter.length)] {
            try await note("SELECT * FROM \(kind.measurement)", " ORDER BY time DESC LIMIT 1") { box, row in
                if case .integer(let time)? = row["time"] { box.lastHeard = max(box.lastHeard ?? .min, time + length) }
            }
        }
        try await note("SELECT last(\(name(.clock))) FROM \(Kind.box.measurement)") { box, row in
            if case .integer(let clock)? = row["last"] { box.clock = clock }
        }
        let recently = "time > \(Timestamp.now().seconds - Self.span)s"
        try await note("SELECT count(distinct(\(name(.machine)))) FROM \(Kind.box.measurement) WHERE \(recently)") {
            box,
            row in
            if case .integer(let machines)? = row["count"] { box.machines = Int(machines) }
        }
        let lately = "time > \(Timestamp.now().seconds - Self.month)s"
        var sites: [String: [(name: String, time: Int64)]] = [:]
        let heard = "SELECT last(\(name(.uptimeS))) FROM \(Kind.box.measurement) WHERE \(lately)"
        try await client.rows(of: "\(heard) GROUP BY \(boxTag), \"site\"", database: client.settings.database) { row in
            sites[row.tags[Series.boxTag] ?? "", default: []].append((row.tags["site"] ?? "", row.time))
        }
        for (word, names) in sites { found[word]?.sites = names.sorted { $0.time > $1.time }.map(\.name) }
        return found.values.sorted { $0.identity < $1.identity }
    }

    private var boxTag: String { quotedIdentifier(Series.boxTag) }

    private func name(_ field: Field) -> String { quotedIdentifier(field.rawValue) }
}

extension EnergyEvent {
    /// The title of the event that a box writes at the centre that it joins.
    public static let joinedTitle = "Box rattachée au centre"

    /// The box joined the centre that calls it so.
    ///
    /// - Parameters:
    ///   - name: the name in the file of the centre, by which it lists its boxes.
    ///   - time: seconds since 1970.
    /// - Returns: the event, which goes to that centre only.
    public static func joined(as name: String, at time: Int64) -> EnergyEvent {
        EnergyEvent(.box, of: "join", at: time, joinedTitle, name)
    }
}

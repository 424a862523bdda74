import InfluxOutput
import MeterCore
import MeterNotation

/// Check of the last day's powers against each other: a house cannot use less than nothing, nor a battery that gives
/// fill up.
struct BalanceCheck: AskingCheck {
    /// Shown under `Meters and readings`.
    let group = Finding.Group.readings
    /// Seconds that are looked back.
    private static let day: Int64 = 86_400
    /// Watts below which the house is below nothing, and those below which a battery is idle.
    private static let least = 50.0
    /// Slots of ten seconds below nothing, and their share in percent, that a cloud between two readings may make.
    private static let clouds = (slots: 30.0, percent: 1.0)
    /// The setting of a value that the household describes itself.
    private static let ownSign = "scale = -1"
    /// Percent of charge in half an hour that are no noise.
    private static let charge = 2.0

    /// Asks for the slots below nothing and for each half hour of each battery; nothing when the server does not answer.
    func ask(_ patient: Patient) async -> [Finding] {
        guard let configuration = patient.configuration, let settings = patient.influx,
            let client = try? InfluxClient(settings)
        else { return [] }
        let span = client.condition(ofSite: configuration.energy.ledger.site, ["time >= \(patient.now - Self.day)s"])
        var findings = await house(client, span)
        // What turns each battery's power round, by its measurement and its source.
        var turnings: [Measurement: [String: String]] = [:]
        for (name, source) in configuration.sources.map({ ($0.name, $0.source) }) {
            for store in source.declaration.stores where store.kind == .battery {
                turnings[store.measurement, default: [:]][name] = store.turning ?? Self.ownSign
            }
        }
        for (measurement, turning) in turnings { findings += await batteries(client, measurement, turning, span) }
        return findings
    }

    /// Judges how often the house seemed to use less than nothing; nothing where its use is not known.
    private func house(_ client: InfluxClient, _ span: String) async -> [Finding] {
        let field = quotedIdentifier(Field.consumptionW.rawValue)
        let select = "SELECT count(\(field)) FROM \(Kind.flow.measurement) WHERE \(span)"
        guard let all = await rows(client, select).first.flatMap({ $0["count"]?.number }), all > 0 else { return [] }
        let below =
            await rows(client, "\(select) AND \(field) < \(-Self.least)").first.flatMap { $0["count"]?.number } ?? 0
        guard below > max(Self.clouds.slots, all * Self.clouds.percent / 100) else {
            return [.ok("balance", "what is drawn, produced and stored fits together")]
        }
        let share = Int64((below / all * 100).rounded())
        return [
            .wrong(
                "balance",
                "the house seemed to use less than nothing in \(share) % of the last day",
                "Something produces or discharges that is not measured, such as a plug-in battery: add it.",
                "Or a power has the wrong sign: a battery's is positive while it gives, a grid meter's while the house draws."
            )
        ]
    }

    /// Judges the sign of each battery's power in a measurement; nothing of those that tell no charge.
    ///
    /// - Parameters:
    ///   - client: asks the database.
    ///   - measurement: of the batteries.
    ///   - turnings: what turns the power of each source round.
    ///   - span: the condition on the time.
    /// - Returns: a finding for each battery.
    private func batteries(
        _ client: InfluxClient,
        _ measurement: Measurement,
        _ turnings: [String: String],
        _ span: String
    ) async -> [Finding] {
        let (watts, percent) = (quotedIdentifier(Field.w.rawValue), quotedIdentifier(Field.socPercent.rawValue))
        let select =
            "SELECT min(\(watts)) AS least, max(\(watts)) AS most, first(\(percent)) AS before, last(\(percent)) AS after"
            + " FROM \(measurement) WHERE \(span) GROUP BY time(30m), \"source\", \"device\" fill(none)"
        var halves: [String: (right: Int, wrong: Int)] = [:]
        var sources: [String: String] = [:]
        let results = (try? await client.query(select, database: client.settings.database)) ?? []
        for table in results.flatMap({ $0.series ?? [] }) {
            let tags = table.tags ?? [:]
            let meter = Subject { tags[$0] }.meter
            sources[meter] = tags["source"]
            for row in table.rows {
                guard let least = row["least"]?.number, let most = row["most"]?.number,
                    let before = row["before"]?.number, let after = row["after"]?.number,
                    abs(after - before) >= Self.charge,
                    least > Self.least || most < -Self.least
                else { continue }
                let isRight = (after < before) == (least > 0)
                halves[meter, default: (0, 0)].right += isRight ? 1 : 0
                halves[meter, default: (0, 0)].wrong += isRight ? 0 : 1
            }
        }
        return halves.sorted { $0.key < $1.key }.map { meter, count in
            guard count.wrong > count.right else {
                return .ok("battery \(meter)", "its charge goes the way of its power")
            }
            let source = sources[meter] ?? meter
            return .wrong(
                "battery \(meter)",
                "its charge rises while its power says that it gives, or falls while it takes",
                "Turn the sign of its power round: \(turnings[source] ?? Self.ownSign) in [source.\(source)]."
            )
        }
    }

    /// The rows of an answer; none when the server does not answer, which its own check says.
    private func rows(_ client: InfluxClient, _ select: String) async -> [[String: InfluxValue]] {
        (try? await client.query(select, database: client.settings.database))?.flatMap(\.rows) ?? []
    }
}

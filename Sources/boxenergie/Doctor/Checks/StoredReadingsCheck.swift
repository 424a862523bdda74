import InfluxOutput
import MeterCore
import MeterNotation

/// Check of the newest readings and sums in the database.
///
/// Only the database can tell whether what was sent can be found again.
struct StoredReadingsCheck: AskingCheck {
    /// A measurement, and the greatest age of its newest point.
    private struct Expectation {
        /// The measurement's name for a person.
        var what: String
        /// The measurement.
        var measurement: Measurement
        /// The greatest age of its newest point, in seconds.
        var patience: Int64
        /// True when a point comes at the end of each quarter of an hour.
        var isOfQuarters = false
    }

    /// Shown under `Database`.
    let group = Finding.Group.database

    /// Asks for the newest point of each measurement; nothing when the server does not answer.
    func ask(_ patient: Patient) async -> [Finding] {
        guard let configuration = patient.configuration, let settings = patient.influx,
            let client = try? InfluxClient(settings)
        else { return [] }
        let site = configuration.energy.ledger.site
        var findings: [Finding] = []
        for wish in Self.expectations(configuration, at: patient.now) {
            do {
                let newest = try await client.newestPoint(of: wish.measurement, site: site)
                findings.append(judge(wish, newest, patient))
            } catch let error as InfluxError where error.isForbidden {
                let advice: Phrase =
                    "Only who may read sees it: boxenergie provision --help shows how to make such a user"
                return findings + [.note("stored readings", "the configured user may not look at them", advice)]
            } catch let error as InfluxError {
                let advice: Phrase = "Create what is missing: boxenergie provision --config \(patient.file)"
                findings.append(.wrong("\(wish.what)", "\(error.description)", advice))
            } catch {
                // The server does not answer, which its own check says.
                return findings
            }
        }
        return findings
    }

    /// The measurements that must have new points now.
    ///
    /// A Linky's may be 300 s old, live power 900 s, quarter hours 3600 s, each plus the usual silence of a meter.
    ///
    /// - Parameters:
    ///   - configuration: has the sources.
    ///   - now: seconds since 1970; at night nothing is expected of a house with only an inverter.
    /// - Returns: the Linky's, and the sums where a meter counts for the house now.
    private static func expectations(_ configuration: Configuration, at now: Int64) -> [Expectation] {
        let pauses = configuration.energy.ledger.pauses
        var wishes: [Expectation] = []
        for source in configuration.sources {
            for store in source.source.declaration.stores where store.kind == .linky {
                let patience = (pauses[source.name] ?? 0) + 300
                wishes.append(Expectation(what: "Linky", measurement: store.measurement, patience: patience))
            }
        }
        let counts = configuration.sources.compactMap(\.source.declaration.counts)
        let isDark = configuration.energy.ledger.isTooDimToWork(at: now)
        // Nothing flows at night in a house with nothing but an inverter.
        guard counts.contains(where: { isDark ? !$0.subtracting([.production]).isEmpty : !$0.isEmpty }) else {
            return wishes
        }
        let (flow, energy) = (Kind.flow.measurement, Kind.quarterEnergy.measurement)
        let pause = pauses.values.min() ?? 0
        wishes.append(Expectation(what: said("live power"), measurement: flow, patience: 900 + pause))
        // A quarter is told when it is over, and some minutes later when a meter is late.
        wishes.append(
            Expectation(what: said("quarter hours"), measurement: energy, patience: 3600 + pause, isOfQuarters: true)
        )
        return wishes
    }

    /// Judges the age of the newest point; just after the daemon's start it is only noted.
    private func judge(_ wish: Expectation, _ newest: Int64?, _ patient: Patient) -> Finding {
        let subject: Phrase = "\(wish.what) (\(wish.measurement))"
        if let newest, patient.now - newest < wish.patience {
            return .ok(subject, "the newest is \(inWords(seconds: max(0, patient.now - newest))) old")
        }
        let sentence: Phrase =
            newest.map { "the newest is \(inWords(seconds: patient.now - $0)) old" as Phrase } ?? "there is nothing yet"
        if let report = patient.report, patient.now - report.startedAt < wish.patience {
            // A quarter is told when it is over; the others come by themselves.
            let wait = inWords(
                seconds: wish.isOfQuarters ? 900 - patient.now % 900 : wish.patience - (patient.now - report.startedAt)
            )
            return .note(subject, "\(sentence); boxenergie was started only just", "Look again in \(wait).")
        }
        return .wrong(
            subject,
            sentence,
            "Does the meter speak, and does boxenergie send? See above; boxenergie status shows more."
        )
    }
}

import InfluxOutput
import MeterCore
import MeterNotation

/// Check of the centres that the box joined: each answers, still knows the box, and has the same time.
struct CentreCheck: AskingCheck {
    /// Shown under `Database`.
    let group = Finding.Group.database

    /// Asks each for its time, then tries to write; nothing without a centre.
    func ask(_ patient: Patient) async -> [Finding] {
        var findings: [Finding] = []
        for output in patient.configuration?.outputs ?? [] {
            guard let settings = InfluxServer(output.output)?.settings, let name = settings.joinedAs else { continue }
            findings += await look(at: settings, name, patient)
        }
        return findings
    }

    private func look(at settings: InfluxSettings, _ name: String, _ patient: Patient) async -> [Finding] {
        let subject: Phrase = "the centre at \(settings.url)"
        let client = InfluxClient(lasting: settings)
        do {
            if let password = settings.password { _ = try password.read() }
        } catch {
            return [.note(subject, "\(error)", "Look again with: sudo boxenergie doctor")]
        }
        let nothing = Batch(database: settings.database, policy: .m15, precision: .seconds, lines: [], points: 0)
        let kept: Phrase = "What it lacks waits on the disk of the box, and is sent then."
        switch await client.write(nothing) {
        case .accepted: break
        case .postponed(let reason, _), .misaddressed(let reason), .rejected(let reason, _):
            return [.wrong(subject, "\(reason)", kept)]
        case .split: return [.wrong(subject, "it takes nothing, not even an empty write", kept)]
        }
        let taken = Finding.ok(subject, "it takes what \(name) sends")
        guard let time = try? await client.serverTime(), let wrong = ClockDifference(box: patient.now, centre: time)
        else {
            return [taken]
        }
        let advice: Phrase = "See below, Clock. With a wrong clock the quarters of an hour stand elsewhere."
        return [taken, .wrong("the centre's clock", wrong.sentence, advice)]
    }
}

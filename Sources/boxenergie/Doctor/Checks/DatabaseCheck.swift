import InfluxOutput
import MeterCore
import MeterNotation

/// Check of the database: it answers, and takes readings from the configured user.
struct DatabaseCheck: AskingCheck {
    /// Shown under `Database`.
    let group = Finding.Group.database

    /// Asks for the version, then tries to write; nothing without a configuration.
    func ask(_ patient: Patient) async -> [Finding] {
        guard let settings = patient.influx else { return [] }
        let server = settings.isLocal
        let subject: Phrase = "InfluxDB at \(settings.url)"
        let client: InfluxClient
        do {
            client = try InfluxClient(settings)
        } catch {
            return [unreadable(settings, patient, "\(error)")]
        }
        do {
            let version = try await client.version()
            return [judge(version, subject, patient)] + sick(patient) + [await write(settings, patient)]
        } catch {
            let advice: Phrase =
                server ? "Start it: sudo systemctl restart influxdb" : "Is the address right, and that machine on?"
            let more: Phrase =
                server ? "When it does not stay up: journalctl -u influxdb -n 30" : "Try: curl -i \(settings.url)/ping"
            return [.wrong(subject, "\(error)", advice, more, "Readings wait on the disk until it is back.")]
        }
    }

    /// The finding for a version: 1.x is what boxenergie is made for.
    private func judge(_ version: String, _ subject: Phrase, _ patient: Patient) -> Finding {
        let number = version.drop { $0 == "v" }
        guard !number.hasPrefix("1."), number.first?.isNumber ?? false else {
            return .ok(subject, "version \(version) answers")
        }
        return .wrong(
            subject,
            "version \(version) answers, and boxenergie is made for 1.x: policies, users and rollup need it",
            "Let url in [influx] lead to a server of version 1.x, or install one: \(patient.installer)"
        )
    }

    /// The sickness that the server's last words to the running box tell of, unless it has taken readings since.
    ///
    /// An empty write, which `write(_:_:)` tries, does not feel it.
    private func sick(_ patient: Patient) -> [Finding] {
        guard let output = patient.report?.outputs["influx"], let words = output.lastError,
            let time = output.lastErrorAt, time >= output.lastWritten ?? 0
        else { return [] }
        return InfluxSickness(words, patient).map { [$0.finding] } ?? []
    }

    /// The finding for a password file that cannot be read: a note when `sudo` would help.
    private func unreadable(_ settings: InfluxSettings, _ patient: Patient, _ reason: String) -> Finding {
        let file = settings.password?.file ?? ""
        if patient.machine.isHidden(file) {
            return .note("InfluxDB", "this user may not read \(file)", "Look again with: sudo boxenergie doctor")
        }
        let advice: Phrase = "Make it again: sudo boxenergie provision --help shows how users and their files are made"
        return .wrong("InfluxDB", "\(reason)", advice)
    }

    /// Writes an empty batch to each policy, which the server answers as it would a reading.
    private func write(_ settings: InfluxSettings, _ patient: Patient) async -> Finding {
        let user = settings.username.map { said("the user \($0)") } ?? said("anybody")
        let subject: Phrase = "database \(settings.database)"
        if settings.username != nil, settings.password == nil {
            let advice: Phrase = "Look again with: sudo boxenergie doctor"
            return .note(subject, "only the service sees the password of \(user) (systemd's credentials)", advice)
        }
        for schema in RetentionSchema.standard {
            let policy = RetentionPolicy(schema.name)
            let nothing = Batch(database: settings.database, policy: policy, precision: .seconds, lines: [], points: 0)
            switch await InfluxClient(lasting: settings).write(nothing) {
            case .accepted: continue
            case .postponed(let reason, _), .misaddressed(let reason), .rejected(let reason, _):
                if let sickness = InfluxSickness(reason, patient) { return sickness.finding }
                let help: Phrase = "boxenergie provision --help shows how databases and users are made."
                return .wrong(subject, "\(reason)", "Mend it: boxenergie provision --config \(patient.file)", help)
            case .split:
                return .wrong(subject, "the server takes nothing, not even an empty write", "Is it an InfluxDB 1.x?")
            }
        }
        return .ok(subject, "\(user) may write")
    }
}

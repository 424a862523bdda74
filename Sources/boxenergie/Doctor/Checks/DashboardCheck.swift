import FoundationEssentials
import MeterCore
import MeterIO
import MeterNotation

/// Check of Grafana's dashboards and of its way to the database.
struct DashboardCheck: AskingCheck {
    /// Shown under `Grafana`.
    let group = Finding.Group.grafana
    /// Folder of the dashboards that the package has.
    static let folder = "/usr/share/boxenergie/dashboards"
    /// File with the password of Grafana's user `admin`.
    static let passwordFile = "/etc/boxenergie/grafana-admin.password"
    /// Id (`uid`) of the data source in Grafana.
    private static let source = "boxenergie-influxdb"
    /// The advice to install again, which repairs the provisioning files.
    private static let reinstall: Phrase = "Put everything in its place again: sudo ./install.sh"

    /// Compares the package's dashboards with those that Grafana knows, and asks Grafana to try the database.
    func ask(_ patient: Patient) async -> [Finding] {
        let files = patient.machine.names(Self.folder).filter { $0.hasSuffix(".json") }
        guard !files.isEmpty else {
            guard Grafana.isInstalled(patient) else { return [] }
            return [.wrong("dashboards", "there are none in \(Self.folder)", Self.reinstall)]
        }
        let present = Finding.ok("dashboards", "\(files.count) are in \(Self.folder)")
        guard Grafana.isInstalled(patient) else { return [present] }
        guard let password = try? Secret(file: patient.machine.root + Self.passwordFile).read() else {
            let isHidden = patient.machine.isHidden(Self.passwordFile)
            let advice: Phrase =
                isHidden ? "Look again with: sudo boxenergie doctor" : "Look yourself: \(patient.grafana)/dashboards"
            let sentence: Phrase =
                isHidden
                ? "not looked at: \(Self.passwordFile) is closed to this user"
                : "not looked at: \(Self.passwordFile) is not there or empty"
            return [present, .note("dashboards in Grafana", sentence, advice)]
        }
        let grafana = Grafana(url: patient.grafana, password: password)
        // Without an answer its own check has said so.
        guard let answer = try? await grafana.get("/api/search?type=dash-db&limit=1000") else { return [present] }
        return [present, known(files, answer)] + [await database(grafana)].compactMap { $0 }
    }

    /// Judges Grafana's list of dashboards.
    ///
    /// - Parameters:
    ///   - files: the package's files; a file's name without `.json` is the dashboard's `uid`.
    ///   - answer: the answer to the search.
    /// - Returns: one finding.
    private func known(_ files: [String], _ answer: TransferResponse) -> Finding {
        let subject: Phrase = "dashboards in Grafana"
        if answer.status == 401 || answer.status == 403 {
            return .note(
                subject,
                "Grafana does not take the password in \(Self.passwordFile)",
                "If you changed it in Grafana, write it there, too.",
                "Or give Grafana that one: sudo /usr/share/boxenergie/grafana/reset-password"
            )
        }
        guard answer.status == 200, let found = Grafana.decode([Grafana.Dashboard].self, answer) else {
            return .wrong(subject, "Grafana answers \(answer.status) and no list", Self.restart)
        }
        let missing = Set(files.map { String($0.dropLast(5)) }).subtracting(found.map(\.uid)).sorted()
        guard missing.isEmpty else {
            return .wrong(
                subject,
                "Grafana does not know \(missing.joined(separator: ", "))",
                "Is /etc/grafana/provisioning/dashboards/boxenergie.yaml there? \(Self.reinstall)",
                Self.restart
            )
        }
        return .ok(subject, "Grafana knows them all")
    }

    /// Asks Grafana whether it reaches the database; `nil` when it does not answer or does not take the password.
    private func database(_ grafana: Grafana) async -> Finding? {
        let subject: Phrase = "database in Grafana"
        guard let answer = try? await grafana.get("/api/datasources/uid/\(Self.source)/health"),
            answer.status != 401, answer.status != 403
        else { return nil }
        let reply = Grafana.decode(Grafana.Reply.self, answer)
        if answer.status == 200, reply?.status == "OK" { return .ok(subject, "Grafana reaches it") }
        guard answer.status != 404 else {
            let advice: Phrase = "Is /etc/grafana/provisioning/datasources/boxenergie.yaml there? \(Self.reinstall)"
            return .wrong(subject, "Grafana was not told of it (\(Self.source))", advice, Self.restart)
        }
        let reason = reply?.message ?? said("status \(answer.status)")
        return .wrong(
            subject,
            "Grafana does not reach it: \(reason)",
            "Does InfluxDB answer, see above? If so, the user or the password that Grafana has is another one.",
            Self.reinstall
        )
    }

    /// The advice to restart Grafana.
    private static let restart: Phrase = "Let Grafana read its files again: sudo systemctl restart grafana-server"
}

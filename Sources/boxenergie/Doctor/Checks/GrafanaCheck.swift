import MeterIO
import MeterNotation

/// Check of Grafana: it answers, and its own database is well.
struct GrafanaCheck: AskingCheck {
    /// Shown under `Grafana`.
    let group = Finding.Group.grafana

    /// Asks `/api/health`, which needs no password.
    func ask(_ patient: Patient) async -> [Finding] {
        let subject: Phrase = "Grafana at \(patient.grafana)"
        let restart: Phrase = "Start it again: sudo systemctl restart grafana-server"
        let log: Phrase = "When it does not stay up: journalctl -u grafana-server -n 30"
        do {
            let response = try await Grafana(url: patient.grafana).get("/api/health")
            guard let reply = Grafana.decode(Grafana.Reply.self, response), let database = reply.database else {
                let port = patient.grafana.split(separator: ":").last ?? ""
                let advice: Phrase = "See who uses its port: sudo ss -tlnp 'sport = :\(port)'"
                return [.wrong(subject, "something else answers there (status \(response.status))", advice)]
            }
            guard response.status == 200, database == "ok" else {
                return [.wrong(subject, "its own database says: \(database)", restart, log)]
            }
            return [.ok(subject, "version \(reply.version ?? "?") answers")]
        } catch {
            guard Grafana.isInstalled(patient) else {
                let advice: Phrase = "For the dashboards, install it: \(patient.installer)"
                return [.note("Grafana", "it is not installed on this machine", advice)]
            }
            return [.wrong(subject, "\(error)", restart, log)]
        }
    }
}

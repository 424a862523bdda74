import InfluxOutput
import MeterNotation

/// Check of systemd's services: they run, and start again after a power cut.
struct ServiceCheck: AskingCheck {
    /// Shown under `Services`.
    let group = Finding.Group.services
    /// Properties that `systemctl show` is asked for.
    private static let properties = "Id,LoadState,ActiveState,SubState,UnitFileState,NRestarts,Result"

    /// Asks for all units in one question; InfluxDB's only when the database is on this machine.
    func ask(_ patient: Patient) async -> [Finding] {
        guard patient.machine.isThere("/run/systemd/system") else {
            let advice: Phrase = "What starts boxenergie after a power cut here must be looked at by hand."
            return [.note("systemd", "it does not run here, so services were not looked at", advice)]
        }
        var units = ["boxenergie.service"]
        if patient.influx?.isLocal ?? true { units.append("influxdb.service") }
        units += ["grafana-server.service", "boxenergie-backup.timer"]
        let command = ["/usr/bin/systemctl", "show", "--no-pager", "--property=\(Self.properties)"] + units
        let answer = await patient.machine.answer(of: command) ?? ""
        let states = answer.split(separator: "\n\n").map(Self.properties(of:)).filter { $0["Id"] != nil }
        guard !states.isEmpty else {
            let advice: Phrase = "Look again with: sudo boxenergie doctor"
            return [.note("systemd", "systemctl does not say how the services are", advice)]
        }
        return await states.compactMap { Self.judge($0, patient) } + Self.sick(states, patient)
    }

    /// The reason for which InfluxDB does not stay up, by its own last words.
    private static func sick(_ states: [[Substring: Substring]], _ patient: Patient) async -> [Finding] {
        guard let state = states.first(where: { $0["Id"] == "influxdb.service" }),
            state["SubState"] == "auto-restart" || state["ActiveState"] == "failed"
        else { return [] }
        let command = ["/usr/bin/journalctl", "--no-pager", "--output=cat", "--lines=200", "--unit=influxdb.service"]
        let words = "\(state["Result"] ?? "")\n" + (await patient.machine.answer(of: command) ?? "")
        return InfluxSickness(words, patient).map { [$0.finding] } ?? []
    }

    /// The properties of one unit, from lines such as `ActiveState=active`.
    private static func properties(of text: Substring) -> [Substring: Substring] {
        let pairs = text.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    /// Judges one unit; `nil` for one that need not be there and is not.
    private static func judge(_ state: [Substring: Substring], _ patient: Patient) -> Finding? {
        let unit = String(state["Id"] ?? "")
        let log: Phrase = "See why: journalctl -u \(unit) -n 30"
        guard state["LoadState"] != "not-found" else { return missing(unit, patient) }
        guard state["LoadState"] != "masked", state["UnitFileState"] != "masked" else {
            let advice: Phrase = "Allow it again: sudo systemctl unmask \(unit) && sudo systemctl enable --now \(unit)"
            return .wrong("\(unit)", "it is forbidden to run (masked)", advice)
        }
        switch (state["ActiveState"], state["SubState"]) {
        case ("active", _), ("reloading", _): break
        case (_, "auto-restart"):
            return .wrong("\(unit)", "it ends again and again, and is started again", log)
        case ("activating", _): return .note("\(unit)", "it is being started", "Look again in a minute.", log)
        case ("failed", _):
            return .wrong("\(unit)", "it has failed", log, "Start it again: sudo systemctl restart \(unit)")
        default: return .wrong("\(unit)", "it is stopped", "Start it: sudo systemctl enable --now \(unit)")
        }
        guard state["UnitFileState"] != "disabled" else {
            let advice: Phrase = "Let it start by itself: sudo systemctl enable \(unit)"
            return .wrong("\(unit)", "it runs, but would not be started after a power cut", advice)
        }
        let restarts = state["NRestarts"].flatMap { Int($0) } ?? 0
        guard restarts < 3 else {
            return .note("\(unit)", "it runs, but had to be started again \(restarts) times", log)
        }
        return .ok("\(unit)", unit.hasSuffix(".timer") ? "it waits for its hour" : "it runs, and starts by itself")
    }

    /// The finding for a unit that is not installed; Grafana and the backup's timer may be missing.
    private static func missing(_ unit: String, _ patient: Patient) -> Finding? {
        switch unit {
        case "boxenergie.service":
            let advice: Phrase = "Install the package, whose service does it: \(patient.installer)"
            return .note("\(unit)", "it is not installed, so nothing starts boxenergie after a power cut", advice)
        case "influxdb.service":
            let advice: Phrase = "Install it: \(patient.installer)"
            return .note(
                "\(unit)",
                "it is not installed, though the configuration wants a database on this machine",
                advice
            )
        default: return nil
        }
    }
}

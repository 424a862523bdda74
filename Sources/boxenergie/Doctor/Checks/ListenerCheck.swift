import InfluxOutput
import MeterCore

/// Whether the database is open to others: who listens, and whether they ask for a password.
struct ListenerCheck: AskingCheck {
    let group = Finding.Group.database
    private static let backupPort = 8088
    private static let close = [
        "Close it: printf 'INFLUXDB_HTTP_BIND_ADDRESS=127.0.0.1:8086\\nINFLUXDB_BIND_ADDRESS=127.0.0.1:8088\\n' |",
        "sudo tee -a /etc/default/influxdb; sudo systemctl restart influxdb",
    ]
    private static let users =
        "Ask for passwords: boxenergie provision --help shows how, with --create-admin and two users"

    func ask(_ patient: Patient) async -> [Finding] {
        guard let settings = patient.influx, settings.isLocal else { return [] }
        let port = settings.url.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) } ?? 8086
        let listeners = Self.listeners(patient.machine)
        var findings: [Finding] = []
        if let client = try? InfluxClient(settings), let asks = try? await client.asksForPassword() {
            findings.append(Self.judge(port, isOpen: listeners.contains(port), asksForPassword: asks))
        }
        if listeners.contains(Self.backupPort) {
            var finding = Finding.wrong(
                "port \(Self.backupPort) (backups)",
                "it is open to the whole network and never asks for a password: anybody can copy the database"
            )
            finding.advice = Self.close
            findings.append(finding)
        }
        return findings
    }

    private static func judge(_ port: Int, isOpen: Bool, asksForPassword: Bool) -> Finding {
        let subject = "port \(port)"
        guard isOpen else {
            let sentence = "only this machine reaches it, but every program on it without a password"
            return asksForPassword
                ? .ok(subject, "only this machine reaches it, with a password") : .note(subject, sentence, users)
        }
        var finding =
            asksForPassword
            ? Finding.note(subject, "it is open to the network; a password is asked for", "Where nobody needs that:")
            : .wrong(subject, "everybody in the network may read and delete everything, without a password", users)
        finding.advice += close
        return finding
    }

    /// The ports on which others than this machine itself are listened to.
    static func listeners(_ machine: Machine) -> Set<Int> {
        var ports: Set<Int> = []
        for line in machine.lines("/proc/net/tcp") + machine.lines("/proc/net/tcp6") {
            let words = line.split(separator: " ")
            guard words.count > 3, words[3] == "0A" else { continue }
            let place = words[1].split(separator: ":")
            guard place.count == 2, let port = Int(place[1], radix: 16), !isLoopback(place[0]) else { continue }
            ports.insert(port)
        }
        return ports
    }

    /// Addresses as words of four bytes, each backwards: 127.0.0.1 is `0100007F`.
    private static func isLoopback(_ address: Substring) -> Bool {
        address.count == 8
            ? address.hasSuffix("7F")
            : address == "00000000000000000000000001000000"
                || address.hasPrefix("0000000000000000FFFF0000") && address.hasSuffix("7F")
    }
}

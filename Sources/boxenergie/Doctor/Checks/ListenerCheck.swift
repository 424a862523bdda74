import InfluxOutput
import MeterCore
import MeterNotation

/// Check of the database's ports: open to others or not, and with a password or without.
struct ListenerCheck: AskingCheck {
    /// Shown under `Database`.
    let group = Finding.Group.database
    /// Port of InfluxDB 1.x for backups, which never asks for a password.
    private static let backupPort = 8088
    /// Steps that close both ports to the network.
    private static let close: [Phrase] = [
        "Close it: printf 'INFLUXDB_HTTP_BIND_ADDRESS=127.0.0.1:8086\\nINFLUXDB_BIND_ADDRESS=127.0.0.1:8088\\n' |",
        Phrase(verbatim: "sudo tee -a /etc/default/influxdb; sudo systemctl restart influxdb"),
    ]
    /// The advice for a database without users.
    private static let users: Phrase =
        "Ask for passwords: boxenergie provision --help shows how, with --create-admin and two users"

    /// Asks the database without a user, and looks up the ports in the kernel's table; nothing for a remote database.
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
            finding.advice = Self.close.map(said)
            findings.append(finding)
        }
        return findings
    }

    /// Judges the port of readings and queries.
    ///
    /// - Parameters:
    ///   - port: its number.
    ///   - isOpen: true when other machines reach it.
    ///   - asksForPassword: true when it refuses a question without a user.
    /// - Returns: one finding, wrong only for an open port without a password.
    private static func judge(_ port: Int, isOpen: Bool, asksForPassword: Bool) -> Finding {
        let subject: Phrase = "port \(port)"
        guard isOpen else {
            let sentence: Phrase = "only this machine reaches it, but every program on it without a password"
            return asksForPassword
                ? .ok(subject, "only this machine reaches it, with a password") : .note(subject, sentence, users)
        }
        var finding =
            asksForPassword
            ? Finding.note(subject, "it is open to the network; a password is asked for", "Where nobody needs that:")
            : .wrong(subject, "everybody in the network may read and delete everything, without a password", users)
        finding.advice += close.map(said)
        return finding
    }

    /// Ports at which this machine listens to others than itself.
    ///
    /// From `/proc/net/tcp` and `tcp6`, whose state `0A` is LISTEN; firewalls are not seen.
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

    /// True for an address that only this machine reaches; 127.0.0.1 is `0100007F`, ::1 ends in `01000000`.
    ///
    /// The kernel prints addresses as words of four bytes, each backwards; `FFFF0000` marks an IPv4 address within
    /// IPv6.
    private static func isLoopback(_ address: Substring) -> Bool {
        address.count == 8
            ? address.hasSuffix("7F")
            : address == "00000000000000000000000001000000"
                || address.hasPrefix("0000000000000000FFFF0000") && address.hasSuffix("7F")
    }
}

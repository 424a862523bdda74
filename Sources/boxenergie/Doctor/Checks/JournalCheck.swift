import MeterNotation

/// Check of the system's journal: it must not fill the card.
struct JournalCheck: FileCheck {
    /// Shown under `SD card`.
    let group = Finding.Group.card

    /// Reads journald's settings as systemd does; a journal in memory, or with a limit, is well.
    func look(at patient: Patient) -> [Finding] {
        let machine = patient.machine
        guard machine.isThere("/run/systemd/system") else { return [] }
        var settings: [Substring: Substring] = [:]
        // Later files win.
        for file in ["/etc/systemd/journald.conf"] + Self.files(machine) {
            for line in machine.lines(file) {
                let pair = line.split(separator: "=", maxSplits: 1)
                if pair.count == 2, !line.hasPrefix("#") { settings[pair[0]] = pair[1] }
            }
        }
        let storage = settings["Storage"] ?? "auto"
        guard machine.isThere("/var/log/journal") && storage == "auto" || storage == "persistent" else {
            return [.ok("journal", "it is kept in memory and costs the card nothing")]
        }
        if let limit = settings["SystemMaxUse"] { return [.ok("journal", "it takes \(limit) of the card at most")] }
        return [
            .note(
                "journal",
                "it may take a tenth of the card, up to 4 GB",
                "Limit it: sudo mkdir -p /etc/systemd/journald.conf.d",
                "\(Self.commands[0])",
                "\(Self.commands[1])"
            )
        ]
    }

    /// Commands that limit it, behind the one that makes the folder.
    private static let commands = [
        "printf '[Journal]\\nSystemMaxUse=50M\\n' | sudo tee /etc/systemd/journald.conf.d/boxenergie.conf",
        "sudo systemctl restart systemd-journald",
    ]

    /// The files of settings besides the main one, sorted by their names, wherever they are, as systemd reads them.
    ///
    /// Of two with the same name the one in `/etc` wins.
    private static func files(_ machine: Machine) -> [String] {
        let folders = [
            "/usr/lib/systemd/journald.conf.d", "/run/systemd/journald.conf.d", "/etc/systemd/journald.conf.d",
        ]
        let found = folders.flatMap { folder in machine.names(folder).map { (name: $0, path: "\(folder)/\($0)") } }
        let winners = Dictionary(found.map { ($0.name, $0.path) }) { _, later in later }
        return winners.filter { $0.key.hasSuffix(".conf") }.sorted { $0.key < $1.key }.map(\.value)
    }
}

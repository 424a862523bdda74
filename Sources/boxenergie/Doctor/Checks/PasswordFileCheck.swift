import Glibc
import MeterCore
import MeterNotation

/// Check of the files with passwords: they are closed to others.
struct PasswordFileCheck: FileCheck {
    /// Shown under `Configuration`.
    let group = Finding.Group.configuration
    /// Folder that has them.
    private static let folder = "/etc/boxenergie"
    /// Kinds of files by the ends of their names, with the permissions that others must not have.
    ///
    /// Grafana reads its `.pass` as a member of a group.
    private static let kinds: [(ending: String, closed: mode_t)] = [
        (".password", 0o077), (".token", 0o077), (".pass", 0o007),
    ]

    /// Looks at all files of these kinds, also those that the configuration does not name.
    func look(at patient: Patient) -> [Finding] {
        if patient.machine.isHidden(Self.folder) {
            return [
                .note("\(Self.folder)", "this user may not look into it", "Look again with: sudo boxenergie doctor")
            ]
        }
        let files = patient.machine.names(Self.folder).filter { name in
            Self.kinds.contains { name.hasSuffix($0.ending) }
        }.map { "\(Self.folder)/\($0)" }
        let open = files.compactMap { path in openness(of: path, patient.machine).map { (path, $0) } }
        if open.isEmpty, !files.isEmpty { return [.ok("password files", "only their owners may read them")] }
        // The configuration's reader has told those that it names already.
        let news = open.filter { path, _ in !patient.diagnostics.contains { $0.message.hasPrefix(path) } }
        return news.map { path, mode in
            mode & 0o007 != 0
                ? .wrong(
                    "\(path)",
                    "everybody on this machine may read this password",
                    "Close it: sudo chmod o= \(path)"
                )
                : .note("\(path)", "its whole group may read this password", "Close it: sudo chmod go= \(path)")
        }
    }

    /// Permissions of a file that others should not have; `nil` when there are none.
    private func openness(of path: String, _ machine: Machine) -> mode_t? {
        let closed = Self.kinds.first { path.hasSuffix($0.ending) }?.closed ?? 0
        return machine.mode(path).map { $0 & closed }.flatMap { $0 == 0 ? nil : $0 }
    }
}

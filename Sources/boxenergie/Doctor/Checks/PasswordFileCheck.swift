import MeterCore

/// Whether the files with passwords are closed to others.
struct PasswordFileCheck: FileCheck {
    let group = Finding.Group.configuration
    private static let folder = "/etc/boxenergie"

    func look(at patient: Patient) -> [Finding] {
        if patient.machine.isHidden(Self.folder) {
            return [.note(Self.folder, "this user may not look into it", "Look again with: sudo boxenergie doctor")]
        }
        let files = patient.machine.names(Self.folder).filter { $0.hasSuffix(".password") || $0.hasSuffix(".token") }
            .map { "\(Self.folder)/\($0)" }
        let open = files.filter { patient.machine.mode($0).map { $0 & 0o077 != 0 } ?? false }
        // Those that the configuration names, its reader has said already.
        let news = open.filter { path in !patient.diagnostics.contains { $0.message.hasPrefix(path) } }
        if open.isEmpty, !files.isEmpty { return [.ok("password files", "only their owners may read them")] }
        return news.map { path in
            let isPublic = patient.machine.mode(path).map { $0 & 0o007 != 0 } ?? false
            let advice = "Close it: sudo chmod 600 \(path)"
            return isPublic
                ? .wrong(path, "everybody on this machine may read this password", advice)
                : .note(path, "its whole group may read this password", advice)
        }
    }
}

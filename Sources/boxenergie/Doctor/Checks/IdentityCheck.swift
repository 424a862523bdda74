import MeterNotation

/// Check of the box's identity and its name: no other machine goes on with the one, and the other is that of before.
struct IdentityCheck: FileCheck {
    /// The seconds for which a new name is news: a month.
    private static let newsworthy: Int64 = 30 * 86_400

    /// Shown under `Configuration`.
    let group = Finding.Group.configuration

    /// Asks nothing: the patient has the daemon's report.
    func look(at patient: Patient) -> [Finding] {
        guard let report = patient.report, let box = report.box else { return [] }
        return identity(box) + name(box, report.time)
    }

    private func name(_ box: StatusReport.Box, _ now: Int64) -> [Finding] {
        guard let renaming = box.renaming, now - renaming.at < Self.newsworthy else { return [] }
        return [
            .note(
                "name",
                "this box was called \(renaming.from) until \(wallClock("%F %H:%M", at: renaming.at)), and is called "
                    + "\(renaming.to) now",
                "What it stored until then stays under the name of before; dashboards show both when both are chosen.",
                "If nobody meant that, put the old name back: site in [tags], then sudo systemctl reload boxenergie"
            )
        ]
    }

    private func identity(_ box: StatusReport.Box) -> [Finding] {
        if let problem = box.problem {
            return [
                .wrong("identity", "\(problem)", "Until then the box is called \(box.identity), after its machine.")
            ]
        }
        guard box.isCopied else { return [.ok("identity", "this box is \(box.identity)")] }
        return [
            .wrong(
                "identity",
                "this box is \(box.identity), as another machine was: its card was moved or copied",
                "If it was moved, and the other machine has none of it any more: sudo boxenergie identity keep",
                "If it was copied, and both go on: sudo boxenergie identity renew",
                "Then: sudo systemctl restart boxenergie"
            )
        ]
    }
}

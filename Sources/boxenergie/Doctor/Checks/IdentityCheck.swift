import MeterNotation

/// Check of the box's identity: no other machine goes on with it.
struct IdentityCheck: FileCheck {
    /// Shown under `Configuration`.
    let group = Finding.Group.configuration

    /// Asks nothing: the patient has the daemon's report.
    func look(at patient: Patient) -> [Finding] {
        guard let box = patient.report?.box else { return [] }
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

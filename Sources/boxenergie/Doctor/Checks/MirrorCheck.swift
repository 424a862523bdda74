import MeterCore
import MeterNotation

/// Check of the neighbours that are shown what is now: each takes it.
struct MirrorCheck: FileCheck {
    /// Shown under `Meters and readings`.
    let group = Finding.Group.readings

    /// Asks nothing: the patient has the daemon's report.
    func look(at patient: Patient) -> [Finding] {
        guard let report = patient.report, let mirrors = report.mirrors else { return [] }
        return mirrors.sorted { $0.key < $1.key }.map { name, mirror in
            let subject: Phrase = "shown to \(mirror.place)"
            guard mirror.isThere else {
                return .wrong(
                    subject,
                    mirror.lastError.map { "\($0)" } ?? "it does not answer yet",
                    "Nothing is lost: it is shown the latest values as soon as it is there. See [output.\(name)]."
                )
            }
            guard let last = mirror.lastTold else {
                return .note(subject, "no meter was read yet, so there is nothing to show", "Look again in a minute.")
            }
            let age = inWords(seconds: max(0, report.time - last))
            return .ok(subject, "\(mirror.quantities) values, the last of them \(age) ago")
        }
    }
}

import MeterCore
import MeterNotation

/// Check of the readings on the disk that nobody sends, and of those refused for ever.
struct SpoolCheck: FileCheck {
    /// Shown under `Meters and readings`.
    let group = Finding.Group.readings

    /// Looks at the spool of each output.
    func look(at patient: Patient) -> [Finding] {
        (patient.configuration?.outputs ?? []).flatMap { output -> [Finding] in
            let folder = output.queue.spoolDirectory
            if patient.machine.isHidden(folder) {
                let advice: Phrase = "Look again with: sudo boxenergie doctor"
                return [.note("\(folder)", "this user may not see what waits here", advice)]
            }
            return waiting(output.name, folder, patient) + refused(output.name, folder, patient)
        }
    }

    /// Readings that wait while no daemon runs, and files set aside because they could not be read again.
    ///
    /// While a daemon runs, waiting is its normal work, on which its own check reports.
    private func waiting(_ name: String, _ folder: String, _ patient: Patient) -> [Finding] {
        let listing = SpoolListing(patient.machine.root + folder)
        var findings: [Finding] = []
        if patient.report == nil, listing.points > 0 {
            let sentence: Phrase = "\(listing.points) points wait for \(name) and nobody sends them"
            let advice: Phrase = "Start boxenergie, which does, or send them now: boxenergie spool flush"
            findings.append(.note("\(folder)", sentence, advice))
        }
        if let (path, size) = listing.setAside.first {
            let sentence: Phrase = "\(inWords(bytes: Int64(size))) that could not be read again was set aside"
            let advice: Phrase =
                "The card may be failing, see below, SD card. When you do not miss anything: sudo rm \(path)"
            findings.append(.note("\(path)", sentence, advice))
        }
        return findings
    }

    /// Lines that the server refused; the last comment (`#`) in `refused.lp` has the last reason.
    private func refused(_ name: String, _ folder: String, _ patient: Patient) -> [Finding] {
        let path = folder + "/refused.lp"
        guard let text = patient.machine.text(path), !text.isEmpty else { return [] }
        let reason = text.split(separator: "\n").last { $0.hasPrefix("#") } ?? ""
        let why = reason.split(separator: ":", maxSplits: 1).last ?? ""
        let advice: Phrase = "Read them, with their reasons: sudo less \(path); when all is clear: sudo rm \(path)"
        return [.note("\(path)", "\(name) refused lines for ever, the last reason:\(why)", advice)]
    }
}

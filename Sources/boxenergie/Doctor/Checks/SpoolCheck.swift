import MeterCore
import MeterNotation

/// What lies on the disk for the servers while nobody sends it, and what they refused for ever.
struct SpoolCheck: FileCheck {
    let group = Finding.Group.readings

    func look(at patient: Patient) -> [Finding] {
        (patient.configuration?.outputs ?? []).flatMap { output -> [Finding] in
            let folder = output.queue.spoolDirectory
            if patient.machine.isHidden(folder) {
                let advice = "Look again with: sudo boxenergie doctor"
                return [.note(folder, "this user may not see what waits here", advice)]
            }
            return waiting(output.name, folder, patient) + refused(output.name, folder, patient)
        }
    }

    private func waiting(_ name: String, _ folder: String, _ patient: Patient) -> [Finding] {
        let listing = SpoolListing(patient.machine.root + folder)
        var findings: [Finding] = []
        if patient.report == nil, listing.points > 0 {
            let sentence = "\(listing.points) points wait for \(name) and nobody sends them"
            let advice = "Start boxenergie, which does, or send them now: boxenergie spool flush"
            findings.append(.note(folder, sentence, advice))
        }
        if let (path, size) = listing.setAside.first {
            let sentence = "\(inWords(bytes: Int64(size))) that could not be read again was set aside"
            let advice = "The card may be failing, see below, SD card. When you do not miss anything: sudo rm \(path)"
            findings.append(.note(path, sentence, advice))
        }
        return findings
    }

    private func refused(_ name: String, _ folder: String, _ patient: Patient) -> [Finding] {
        let path = folder + "/refused.lp"
        guard let text = patient.machine.text(path), !text.isEmpty else { return [] }
        let reason = text.split(separator: "\n").last { $0.hasPrefix("#") } ?? ""
        let why = reason.split(separator: ":", maxSplits: 1).last ?? ""
        let advice = "Read them, with their reasons: sudo less \(path); when all is clear: sudo rm \(path)"
        return [.note(path, "\(name) refused lines for ever, the last reason:\(why)", advice)]
    }
}

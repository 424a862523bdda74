import MeterCore
import MeterNotation

/// Check of the configuration: the findings of `check`, with the place of each.
struct ConfigurationCheck: FileCheck {
    /// Shown under `Configuration`.
    let group = Finding.Group.configuration

    /// Tells each diagnostic with its line; a configuration without a source is wrong, too.
    func look(at patient: Patient) -> [Finding] {
        if let problem = patient.problem {
            return [.wrong("\(patient.file)", "\(problem)", "What needs the configuration could not be looked at.")]
        }
        let findings = patient.diagnostics.map { finding in
            let place = "\(finding.file):\(finding.line)"
            let advice: Phrase = "Correct this line, then: boxenergie check \(patient.file)"
            return finding.severity == .error
                ? Finding.wrong("\(place)", "\(finding.message)", advice)
                : Finding.note("\(place)", "\(finding.message)", advice)
        }
        guard let configuration = patient.configuration else { return findings }
        let count = configuration.sources.count
        guard count > 0 else {
            let advice: Phrase =
                "Find your meters: boxenergie probe. It prints the lines that belong into \(patient.file)."
            return findings + [.wrong("\(patient.file)", "it names no meter, so nothing is read", advice)]
        }
        let sentence: Phrase =
            count == 1 ? "it can be used and names 1 source" : "it can be used and names \(count) sources"
        return findings + [.ok("\(patient.file)", sentence)]
    }
}

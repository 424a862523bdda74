import MeterCore
import MeterNotation

/// Check of the tokens with which meters are read: only their owner can get the next one, and needs time for that.
struct TokenCheck: AskingCheck {
    /// Shown under `Meters and readings`.
    let group = Finding.Group.readings

    /// Reads each token that may end; nothing for meters without one, and for tokens that tell no end.
    func ask(_ patient: Patient) async -> [Finding] {
        guard let configuration = patient.configuration else { return [] }
        var findings: [Finding] = []
        for source in configuration.sources {
            guard let expiring = source.source.expiring else { continue }
            let subject: Phrase = "token of \(source.name)"
            do {
                if let end = try await expiring.tokenEnd() { findings.append(judge(subject, left: end - patient.now)) }
            } catch {
                findings.append(.note(subject, "\(error)", "Look again with: sudo boxenergie doctor"))
            }
        }
        return findings
    }

    /// Judges a token by the seconds that it has left.
    private func judge(_ subject: Phrase, left: Int64) -> Finding {
        let advice: Phrase = "Get a new one from its maker's page, and put it into the file that token_file names."
        guard left > 0 else { return .wrong(subject, "it has ended: nothing is read with it any more", advice) }
        let sentence: Phrase = "it ends in \(left / 86_400) days"
        return left < TokenLife.warning ? .note(subject, sentence, advice) : .ok(subject, sentence)
    }
}

import MeterCore
import MeterProtocols

extension TICFrame {
    /// What the supplier announces; `nil` when the frame says nothing of it.
    var notices: Notices? {
        switch mode {
        case .standard:
            guard let status else { return nil }
            return Notices(
                today: status.today.notice,
                tomorrow: status.tomorrow.notice,
                isPeakAnnounced: status.announcedPeak != nil,
                isPeakRunning: status.runningPeak != nil
            )
        case .historique:
            guard let period = text(.ptec) else { return nil }
            let colours: [Character: Notices.Colour] = ["B": .blue, "W": .white, "R": .red]
            let tomorrow: [String: Notices.Colour] = ["BLEU": .blue, "BLAN": .white, "ROUG": .red]
            return Notices(
                today: period.count == 4 && period.dropFirst(2).first == "J"
                    ? period.last.flatMap { colours[$0] } : nil,
                tomorrow: text(.demain).flatMap { tomorrow[$0] },
                isPeakAnnounced: contains(.pejp) && period != "PM..",
                isPeakRunning: period == "PM.."
            )
        }
    }

    /// What the frame says of the place.
    var siteFacts: SiteFacts {
        var facts = SiteFacts()
        facts.mode = mode == .standard ? "standard" : "historique"
        facts.tomorrow = notices?.tomorrow?.french
        let isThreePhase = contains(.urms2) || contains(.irms2) || contains(.iinst2)
        facts.phases = isThreePhase ? 3 : 1
        switch mode {
        case .standard:
            facts.prm = text(.prm)
            facts.contract = trimmed(.ngtf)
            facts.meter = text(.adsc)
            facts.subscribedKVA = integer(.pref).map { Double($0) }
            facts.status = status.map { $0.facts.joined(separator: ", ") }
        case .historique:
            facts.contract = text(.optarif).map(contractName)
            facts.meter = text(.adco)
            facts.subscribedKVA = integer(.isousc).map { Double($0) * (isThreePhase ? 3 : 1) / 5 }
        }
        return facts
    }

    private func contractName(_ option: String) -> String {
        switch option.prefix(3) {
        case "BAS": "Base"
        case "HC.": "Heures creuses"
        case "EJP": "EJP"
        case "BBR": "Tempo"
        default: option
        }
    }
}

extension StatusRegister.Colour {
    fileprivate var notice: Notices.Colour? {
        switch self {
        case .none: nil
        case .blue: .blue
        case .white: .white
        case .red: .red
        }
    }
}

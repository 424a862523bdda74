import MeterCore
import MeterProtocols

extension TICFrame {
    /// The announcements of the supplier in the frame; `nil` when it says nothing of them.
    ///
    /// In mode standard they are bits of the status register `STGE`. In mode historique `PTEC` has today's colour as
    /// its last letter, `DEMAIN` tomorrow's, and `PEJP` comes with the notice of a peak.
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

    /// The facts about the place in the frame: mode, phases, contract, meter, subscribed power.
    ///
    /// In mode standard `PREF` is the subscribed power in kVA. In mode historique `ISOUSC` is a current in A a phase,
    /// where 5 A make 1 kVA: 30 A are 6 kVA.
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

    /// The contract's usual name for `OPTARIF`: `HC..` is Heures creuses, `BBRx` Tempo, whatever the last letter.
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
    /// The colour of the announcements; `nil` for a day without one.
    fileprivate var notice: Notices.Colour? {
        switch self {
        case .none: nil
        case .blue: .blue
        case .white: .white
        case .red: .red
        }
    }
}

extension HouseState {
    /// The groups of a historique frame, in the order of Enedis-NOI-CPT_02E.
    ///
    /// This mode never carries export, and its powers have no sign: `PAPP`, rounded to 10 VA, is 0 while this house
    /// exports. The subscribed current is 5 A for each kVA, shared by the phases; `IMAX` is constant on a Linky, 90 A or
    /// 60 A.
    var historiqueGroups: [TICGroup] {
        var groups: [TICGroup] = []
        func add(_ label: String, _ data: String) { groups.append(TICGroup(label: label, horodate: nil, data: data)) }
        let isThreePhase = phases.count == 3
        add("ADCO", options.serial)
        switch options.tariff {
        case .base: add("OPTARIF", "BASE")
        case .hphc: add("OPTARIF", "HC..")
        case .tempo: add("OPTARIF", "BBR(")
        }
        add("ISOUSC", padded(options.subscribedKVA * 5 / Int64(phases.count), 2))
        let labels: [String] =
            switch options.tariff {
            case .base: ["BASE"]
            case .hphc: ["HCHC", "HCHP"]
            case .tempo: ["BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW", "BBRHCJR", "BBRHPJR"]
            }
        for (label, value) in zip(labels, registers) { add(label, padded(value, 9)) }
        switch options.tariff {
        case .base: add("PTEC", "TH..")
        case .hphc: add("PTEC", isOffPeak ? "HC.." : "HP..")
        case .tempo:
            add("PTEC", (isOffPeak ? "HC" : "HP") + ["J.", "JB", "JW", "JR"][colourToday])
            add("DEMAIN", ["----", "BLEU", "BLAN", "ROUG"][colourTomorrow])
        }
        for (index, phase) in phases.enumerated() {
            add(isThreePhase ? "IINST\(index + 1)" : "IINST", padded(phase.amps, 3))
        }
        for index in phases.indices { add(isThreePhase ? "IMAX\(index + 1)" : "IMAX", isThreePhase ? "060" : "090") }
        if isThreePhase { add("PMAX", padded(highestYesterday.0, 5)) }
        add("PAPP", padded(isExporting ? 0 : (apparentVA + 5) / 10 * 10, 5))
        add("HHPHC", "A")
        add("MOTDETAT", "000000")
        if isThreePhase { add("PPOT", "00") }
        return groups
    }
}

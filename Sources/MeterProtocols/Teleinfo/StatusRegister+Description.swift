extension StatusRegister {
    /// The register in words for people: one short sentence a fact, in French as on the meter's own documents.
    public var facts: [String] {
        var facts = [
            isDryContactOpen ? "contact sec ouvert" : "contact sec fermé",
            cutOff.fact,
            isCoverOpen ? "cache-bornes ouvert" : "cache-bornes fermé",
        ]
        if isOvervoltage { facts.append("surtension sur une phase") }
        if isReferenceExceeded { facts.append("puissance de référence dépassée") }
        facts.append(isProducer ? "compteur producteur" : "compteur consommateur")
        facts.append(isEnergyNegative ? "énergie active négative (injection)" : "énergie active positive (soutirage)")
        facts.append("index fournisseur \(supplierIndex)")
        facts.append("index distributeur \(distributorIndex)")
        facts.append(isClockDegraded ? "horloge dégradée" : "horloge correcte")
        facts.append(mode == .standard ? "TIC standard" : "TIC historique")
        facts.append(euridis.fact)
        facts.append(powerLine.fact)
        facts.append(isPowerLineSynchronised ? "CPL synchronisé" : "CPL non synchronisé")
        if let colour = today.french { facts.append("Tempo aujourd'hui : \(colour)") }
        if let colour = tomorrow.french { facts.append("Tempo demain : \(colour)") }
        // Of a Tempo day these bits say again what its colours say.
        guard !isTempo else { return facts }
        if let peak = announcedPeak { facts.append("préavis de pointe mobile \(peak)") }
        if let peak = runningPeak { facts.append("pointe mobile \(peak) en cours") }
        return facts
    }
}

extension StatusRegister.CutOff {
    fileprivate var fact: String {
        switch self {
        case .closed: "organe de coupure fermé"
        case .overpower: "organe de coupure ouvert : surpuissance"
        case .overvoltage: "organe de coupure ouvert : surtension"
        case .loadShedding: "organe de coupure ouvert : délestage"
        case .remoteOrder: "organe de coupure ouvert : ordre CPL ou Euridis"
        case .overheatAboveMaximum: "organe de coupure ouvert : surchauffe, courant supérieur au maximum"
        case .overheatBelowMaximum: "organe de coupure ouvert : surchauffe, courant inférieur au maximum"
        case .unknown: "organe de coupure : code inconnu"
        }
    }
}

extension StatusRegister.Euridis {
    fileprivate var fact: String {
        switch self {
        case .off: "Euridis désactivé"
        case .withoutSecurity: "Euridis activé sans sécurité"
        case .unknown: "Euridis : code inconnu"
        case .secured: "Euridis activé avec sécurité"
        }
    }
}

extension StatusRegister.PowerLine {
    fileprivate var fact: String {
        switch self {
        case .newUnlocked: "CPL nouveau, déverrouillé"
        case .newLocked: "CPL nouveau, verrouillé"
        case .registered: "CPL enregistré"
        case .unknown: "CPL : code inconnu"
        }
    }
}

extension StatusRegister.Colour {
    fileprivate var french: String? {
        switch self {
        case .none: nil
        case .blue: "bleu"
        case .white: "blanc"
        case .red: "rouge"
        }
    }
}

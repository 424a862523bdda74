/// One of the ten registers that a supplier may use in a meter: its number, and what the supplier calls it.
public enum SupplierRegister {
    /// The name of the n-th register in mode standard, from 1: `F01` to `F10`.
    public static func name(_ number: Int) -> String { number < 10 ? "F0\(number)" : "F\(number)" }

    /// The number of a register with a name of mode standard; `nil` for any other name.
    public static func number(_ name: String) -> Int? {
        name.first == "F" && name.utf8.count == 3 ? Int(name.dropFirst()) : nil
    }

    /// The words of the regulated contracts, as meters (LTARF) and the distributor's files write them.
    private static let regulated: [String: Part] = [
        "BASE": .base, "HC": .offPeak, "CREUSE": .offPeak, "CREUSES": .offPeak, "HP": .peak, "PLEINE": .peak,
        "PLEINES": .peak, "BLEU": .blue, "BLEUS": .blue, "BLANC": .white, "BLANCS": .white, "ROUGE": .red,
        "ROUGES": .red, "NORMALE": .normal, "NORMALES": .normal, "POINTE": .mobilePeak, "HEURE": .filler,
        "HEURES": .filler, "JOUR": .filler, "JOURS": .filler, "MOBILE": .filler,
    ]

    private enum Part { case base, offPeak, peak, blue, white, red, normal, mobilePeak, filler }

    /// The register of a regulated contract that a label names, by its name in mode historique: `HEURE  CREUSE` is HC,
    /// `HP ROUGE` is HPJR; `nil` for a label with any other word, as of an offer of the market.
    public static func historique(_ label: String) -> String? {
        var parts: Set<Part> = []
        for word in label.uppercased().split(whereSeparator: { !$0.isLetter }) {
            guard let part = regulated[String(word)] else { return nil }
            if part != .filler { parts.insert(part) }
        }
        switch parts {
        case [.base]: return "BASE"
        case [.offPeak]: return "HC"
        case [.peak]: return "HP"
        case [.offPeak, .blue]: return "HCJB"
        case [.peak, .blue]: return "HPJB"
        case [.offPeak, .white]: return "HCJW"
        case [.peak, .white]: return "HPJW"
        case [.offPeak, .red]: return "HCJR"
        case [.peak, .red]: return "HPJR"
        case [.normal]: return "HN"
        case [.mobilePeak]: return "PM"
        default: return nil
        }
    }

    /// The French words for the registers of the regulated contracts, the same on dashboards and page.
    private static let french = [
        "BASE": "Base", "HC": "Heures creuses", "HP": "Heures pleines", "HCJB": "Bleu, creuses",
        "HPJB": "Bleu, pleines", "HCJW": "Blanc, creuses", "HPJW": "Blanc, pleines", "HCJR": "Rouge, creuses",
        "HPJR": "Rouge, pleines", "HN": "Heures normales (EJP)", "PM": "Pointe mobile (EJP)",
    ]

    /// The words for a register of mode historique, such as HPJR; `nil` for other names.
    public static func words(ofHistorique register: String) -> String? { french[register] }

    /// The words that a household reads for a supplier's label: those of the regulated contracts, else the label itself,
    /// its padding removed and in small letters but the first; `nil` for a label without a letter or a digit.
    public static func words(_ label: String) -> String? {
        if let register = historique(label) { return french[register] }
        let text = label.split(separator: " ").joined(separator: " ")
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
        return text.prefix(1).uppercased() + text.dropFirst().lowercased()
    }
}

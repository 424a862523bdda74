import MeterCore

/// The supplier's registers and colours in the household's words.
enum PriceWords {
    static func colour(_ colour: Notices.Colour?, _ language: Language) -> String {
        switch colour {
        case .blue?: language("bleu", "blue")
        case .white?: language("blanc", "white")
        case .red?: language("rouge", "red")
        case nil: language("pas encore connu", "not known yet")
        }
    }

    /// The register that counts now: `Heures creuses`.
    static func register(_ price: HouseNow.Price, _ language: Language) -> String {
        switch price.register {
        case "BASE"?: language("Tarif de base", "Base tariff")
        case "HC"?, "HCJB"?, "HCJW"?, "HCJR"?: language("Heures creuses", "Off-peak hours")
        case "HP"?, "HPJB"?, "HPJW"?, "HPJR"?: language("Heures pleines", "Peak hours")
        case "HN"?: language("Heures normales", "Normal hours")
        case "PM"?: language("Pointe mobile", "Mobile peak")
        default:
            price.name ?? price.number.map { language("Poste tarifaire \($0)", "Tariff register \($0)") } ?? "—"
        }
    }
}

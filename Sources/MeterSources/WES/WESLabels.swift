import MeterNotation

/// The names that the WES gives to the values of a French meter, as those of the TIC.
///
/// Firmware V0.61D and 0.84 name them alike but for the registers of off-peak contracts. The registers are those of mode
/// historique whatever the meter speaks, and beside them stands what mode standard alone tells. A template of the user's
/// own may have Enedis's names, which stay.
enum WESLabels {
    /// The meter's values by the labels of the TIC.
    ///
    /// - Parameter values: the elements below `tic1`, by name.
    /// - Returns: the values; for an input that nothing speaks on, only a `PTEC` of dashes, as other gateways say it.
    static func translated(_ values: [(name: String, text: String)]) -> [(name: String, text: String)] {
        if isDead(values) { return [("PTEC", "----")] }
        // A meter that never injected has no business with injection; the page has zeros there.
        let injects = values.contains { $0.name.uppercased() == "INJECTION" && Double($0.text.trimmed) ?? 0 > 0 }
        return values.compactMap { name, text in
            let name = name.uppercased()
            switch name {
            case "PTEC": return ("PTEC", period(text.trimmed))
            case "DEMAIN": return ("DEMAIN", tomorrow(text.trimmed))
            case "OPTARIF" where text.trimmed == "HC.": return ("OPTARIF", "HC..")
            case "PAPIJ", "INJECTION": return injects ? own[name].map { ($0, whole(text)) } : nil
            case "TENSION1", "TENSION2", "TENSION3":
                return whole(text) == "0" ? nil : own[name].map { ($0, whole(text)) }
            default: return own[name].map { ($0, whole(text)) } ?? (name, text)
            }
        }
    }

    /// True when the values use the WES's own names, or words of its own, and so registers of mode historique.
    static func areOwn(_ values: [(name: String, text: String)]) -> Bool {
        values.contains { own[$0.name.uppercased()] != nil }
    }

    /// True when the WES says that no meter speaks: every number is 0 then, and none of them is a reading.
    private static func isDead(_ values: [(name: String, text: String)]) -> Bool {
        values.contains { name, text in
            switch name.uppercased() {
            case "ADCO", "ADSC": text.trimmed.lowercased() == "pas dispo"
            case "PTEC": text.uppercased().contains("NDERR")
            default: false
            }
        }
    }

    /// The WES's names and the TIC's.
    private static let own = [
        "PAP": "PAPP", "PAPIJ": "SINSTI", "INJECTION": "EAIT", "TENSION1": "URMS1", "TENSION2": "URMS2",
        "TENSION3": "URMS3", "H_CREUSE": "HCHC", "H_PLEINE": "HCHP",
    ]

    /// A number without its decimals, as the meter counts in whole units.
    private static func whole(_ text: String) -> String { String(text.trimmed.prefix { $0 != "." && $0 != "," }) }

    /// The current period, of words such as `H. Pleine BLEU`; the TIC's own stay.
    private static func period(_ words: String) -> String {
        let text = words.lowercased()
        let hours = text.contains("creuse") ? "HC" : text.contains("pleine") ? "HP" : nil
        guard let hours else { return words }
        return hours
            + (text.contains("bleu") ? "JB" : text.contains("blanc") ? "JW" : text.contains("rouge") ? "JR" : "..")
    }

    /// Tomorrow's colour, of words such as `Jour BLANC`; the TIC's own stay.
    private static func tomorrow(_ words: String) -> String {
        let text = words.lowercased()
        return text.contains("bleu") ? "BLEU" : text.contains("blan") ? "BLAN" : text.contains("roug") ? "ROUG" : words
    }
}

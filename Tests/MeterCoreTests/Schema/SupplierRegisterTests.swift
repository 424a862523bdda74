import MeterCore
import Testing

@Suite struct SupplierRegisterTests {
    @Test(
        "a label of the meter or of the distributor's file is read in the household's words",
        arguments: [
            ("      BASE      ", "Base", "BASE"), ("  HEURE  CREUSE ", "Heures creuses", "HC"),
            ("Heures Pleines", "Heures pleines", "HP"), ("HC BLEU ", "Bleu, creuses", "HCJB"),
            ("HP  ROUGE", "Rouge, pleines", "HPJR"), ("Heures Creuses Jours Blancs", "Blanc, creuses", "HCJW"),
            ("POINTE MOBILE", "Pointe mobile (EJP)", "PM"), ("HEURES NORMALES", "Heures normales (EJP)", "HN"),
        ]
    )
    func regulated(_ label: String, _ words: String, _ register: String) {
        #expect(SupplierRegister.words(label) == words)
        #expect(SupplierRegister.historique(label) == register)
    }

    @Test(
        "an offer of the market keeps its own name, an empty label has none",
        arguments: [
            ("  SUPER CREUSES ", "Super creuses"), ("HC  WEEK-END", "Hc week-end"),
            ("INDEX NON CONSO ", "Index non conso"), ("BASE CREUSE", "Base creuse"), ("      ", nil), ("----", nil),
        ] as [(String, String?)]
    )
    func others(_ label: String, _ words: String?) {
        #expect(SupplierRegister.words(label) == words)
        #expect(SupplierRegister.historique(label) == nil)
    }
}

import MeterNotation
import Testing

@testable import MeterCore

@Suite struct MeterRoleTests {
    private func read(_ role: String, among choices: [MeterRole]? = nil) -> (role: MeterRole, message: String?) {
        let document = ConfigDocument(text: "role = \"\(role)\"", file: "f")
        let found: MeterRole = document.root.choice("role", among: choices, default: .other, "A role.") { _ in "why not"
        }
        return (found, document.diagnostics.all.first?.message)
    }

    @Test(
        "households' words and those of earlier releases are roles, in any case",
        arguments: [
            ("import", MeterRole.import), ("soutirage", .import), ("grid", .import), ("Réseau", .import),
            ("export", .export), ("injection", .export), ("production", .production), ("consommation", .consumption),
            ("electricity", .consumption), ("batterie", .battery), ("EAU", .water), ("gaz", .gas), ("chaleur", .heat),
            ("froid", .cooling), ("cooling", .cooling), ("autre", .other),
        ]
    )
    func words(word: String, role: MeterRole) {
        #expect(read(word) == (role, nil))
        #expect(MeterRole(word: word) == role)
    }

    @Test(
        "a slip is forgiven that makes no other role of one",
        arguments: [
            ("imprt", String?("import")), ("exort", "export"), ("soutirag", "soutirage"), ("watr", "water"),
            ("ixport", nil), ("gat", "gas"), ("eua", nil), ("boiler", nil), ("heating", "heat"),
        ]
    )
    func slips(word: String, meant: String?) {
        let hint = meant.map { "did you mean \"\($0)\"?" }
        let message = read(word).message ?? ""
        #expect(hint.map { message.hasSuffix($0) } ?? !message.contains("did you mean"), "\(message)")
    }

    @Test("a role that a meter cannot have is answered with the list and the reason")
    func refused() {
        let (_, message) = read("batterie", among: [.water, .gas])
        #expect(message?.contains("expected one of \"water\", \"gas\"") == true, "\(message ?? "")")
        #expect(message?.hasSuffix("why not") == true)
    }

    @Test("the registers of a role are those that make facts, and its power where that is a flow of the house")
    func registers() {
        let counted = MeterRole.allCases.map { "\($0): \($0.registers.map(\.rawValue)) \($0.tellsFlow)" }
        #expect(
            counted == [
                #"import: ["wh_in", "wh_out"] true"#, #"export: ["wh_out"] false"#, #"production: ["wh"] true"#,
                #"consumption: ["wh_in"] false"#, #"battery: ["wh_charge", "wh_discharge"] true"#,
                #"water: ["value"] false"#, #"gas: ["value"] false"#, #"heat: ["value"] false"#,
                #"cooling: ["value"] false"#, "other: [] false",
            ]
        )
    }

    @Test("no synonym is the name of another role")
    func unambiguous() {
        for (word, role) in MeterRole.synonyms {
            #expect(MeterRole(rawValue: word).map { $0 == role } ?? true, "\(word)")
        }
    }

    @Test(
        "a meter counts what it is there for as import, whichever its role",
        arguments: [
            (MeterRole.production, "wh_in", false, String?("wh")), (.production, "wh_out", true, nil),
            (.battery, "wh_in", true, "wh_charge"), (.battery, "wh_out", true, "wh_discharge"),
            (.export, "wh_in", false, "wh_out"), (.export, "wh_in", true, "wh_in"), (.import, "wh_in", true, "wh_in"),
            (.consumption, "wh_out", true, "wh_out"), (.other, "wh_in", false, "wh_in"),
        ]
    )
    func stored(role: MeterRole, field: String, hasExport: Bool, name: String?) {
        #expect(role.stored(field, hasExport: hasExport) == name)
    }
}

private func == (left: (role: MeterRole, message: String?), right: (MeterRole, String?)) -> Bool {
    left.role == right.0 && left.message == right.1
}

import MeterNotation
import SupplierFiles
import Testing

/// Registers and days: differences of counters, and values of days.
struct RegisterFilesTests {
    private func date(_ day: Int64, _ month: Int64 = 1) -> LocalDate { LocalDate(year: 2024, month: month, day: day) }

    private static let registers = """
        Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape metier;Unite
        99999999999999;Index;01/01/2024;06/01/2024;Energie active;Consommation;Comptage Brut;Wh
        Horodate;Type de releve;EAS F1;EAS F2;EAS F3;EAS D1;EAS T
        2024-01-01T00:00:00+01:00;Arrêté quotidien;5200100;7100200;0;12300300;12300300
        2024-01-02T01:00:00+02:00;Arrêté quotidien;5204100;7109700;0;12313800;12313800
        2024-01-02T14:12:00+01:00;Relevé à la demande;9999999;9999999;0;9;9
        2024-01-03T00:00:00+01:00;Arrêté quotidien;100;200;0;300;300
        2024-01-04T00:00:00+01:00;Arrêté quotidien;150;260;0;410;410
        2024-01-06T00:00:00+01:00;Arrêté quotidien;250;360;0;610;610
        Periode;Identifiant calendrier fournisseur;Libelle calendrier fournisseur;Identifiant classe temporelle 1;Libelle classe temporelle 1;Cadran classe temporelle 1;Identifiant classe temporelle 2;Libelle classe temporelle 2;Cadran classe temporelle 2
        Du 2023-06-01T00:00:00+02:00 au;FC000001;Heures Creuses;HC;Heures Creuses;EAS F1;HP;Heures Pleines;EAS F2
        Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape metier;Unite
        99999999999999;Puissance maximale quotidienne;01/01/2024;03/01/2024;Puissance maximale;Consommation;Comptage Brut;VA
        Horodate;Valeur
        2024-01-01T19:12:35+01:00;4210
        """

    @Test("daily registers of Enedis: days are differences, a fall is a new beginning, a day without an end is none")
    func enedis() throws {
        let file = try Samples.one(Self.registers)
        #expect(file.format == .enedisRegisters && file.meter == Samples.meter && file.curve.isEmpty)
        func day(_ day: Int64, _ register: Int?, _ value: Double) -> SupplierFile.RegisterDay {
            SupplierFile.RegisterDay(date: date(day), register: register, wattHours: value, direction: .import)
        }
        // The supplier's registers have the total's energy: the distributor's have it once more, and are none.
        #expect(
            file.days == [
                day(1, nil, 13_500), day(1, 1, 4000), day(1, 2, 9500), day(3, nil, 110), day(3, 1, 50), day(3, 2, 60),
            ]
        )
        #expect(file.remarks == [.fell: 3])
        #expect(
            file.names.map(\.name) == ["Heures Creuses", "Heures Pleines"] && file.names.map(\.register) == [1, 2]
        )
        #expect(file.names.first?.from == LocalDate(year: 2023, month: 6, day: 1))
    }

    @Test("EDF's registers are whole kWh at the beginning of the day, the newest first, and some twice")
    func edf() throws {
        let file = try Samples.one(
            """

            R\u{E9}capitulatif de mes index

            Date de relev\u{E9} de l'index;Type d'index;Index Heures pleines (kWh);Index Heures creuses (kWh)
            03/01/2024;Index transmis par le distributeur;20412;11873
            02/01/2024;Index transmis par le distributeur;20401;11866
            02/01/2024;Index transmis par le distributeur;20401;11866
            01/12/2023;Index transmis par le distributeur;20210;11702
            """,
            latin: true
        )
        #expect(file.days.map(\.wattHours) == [18_000, 7000, 11_000] && file.days.map(\.register) == [nil, 1, 2])
        #expect(file.days.allSatisfy { $0.date == date(2) && $0.step == 1000 })
    }

    @Test("two registers at one midnight: the first counts, and it is said")
    func twice() throws {
        let head = "Date de relev\u{E9} de l'index;Type d'index;Index (kWh)\n"
        let rows = ["03/01/2024;x;120", "02/01/2024;x;100", "02/01/2024;x;100", "02/01/2024;x;90"]
        let file = try Samples.one(head + rows.joined(separator: "\n"), latin: true)
        #expect(file.days.map(\.wattHours) == [20_000] && file.remarks == [.contradicted: 1], "\(file.remarks)")
    }

    @Test("EDF's columns of a Tempo contract give the day, and no registers that they do not name")
    func edfTempo() throws {
        let file = try Samples.one(
            """

            R\u{E9}capitulatif de mes index

            Date de relev\u{E9} de l'index;Type d'index;Index Heures creuses Bleu (kWh);Index Heures creuses Rouge (kWh)
            03/01/2024;Index transmis par le distributeur;20412;11873
            02/01/2024;Index transmis par le distributeur;20401;11866
            """,
            latin: true
        )
        #expect(file.days.map(\.wattHours) == [18_000] && file.days.map(\.register) == [nil])
    }

    @Test("EDF's days: whole kWh; the gas file of the same name is refused with its unit")
    func edfDays() throws {
        func text(_ unit: String) -> String {
            """

            R\u{E9}capitulatif de ma consommation

            Date de consommation;Consommation (\(unit));Nature de la donn\u{E9}e
            02/01/2024;18;R\u{E9}elle
            01/01/2024;1 021;R\u{E9}elle
            """
        }
        let file = try Samples.one(text("kWh"), latin: true)
        #expect(file.days.map(\.wattHours) == [1_021_000, 18_000] && file.days.map(\.date) == [date(1), date(2)])
        #expect(throws: SupplierFileError.otherUnit("m3")) { try Samples.one(text("m3"), latin: true) }
    }

    @Test("Enedis' simple days: Wh or kWh, the direction by its words")
    func simple() throws {
        let file = try Samples.one(
            "PRM;99999999999999\nType;Consommation quotidienne\n\nDate;Consommation (en kWh)\n01/03/2024;12,345\n02/03/2024;\n"
        )
        #expect(file.days.map(\.wattHours) == [12_345] && file.remarks == [.missing: 1] && file.meter == Samples.meter)
        let export = try Samples.one(
            "Date;Valeur (en Wh)\n".replacing("Valeur", with: "Injection") + "2024-03-01;500\n"
        )
        #expect(export.days.map(\.direction) == [.export] && export.days.map(\.wattHours) == [500])
    }

    @Test("R64: the supplier's registers and the total, each once")
    func r64() throws {
        let head =
            "Identifiant PRM;Date de d\u{E9}but;Date de fin;Grandeur physique;Grandeur metier;Etape metier;Unite;Horodate;Contexte de rel\u{E8}ve;Type de releve;Motif de rel\u{E8}ve;Grille;Identifiant calendrier;Libell\u{E9} calendrier;Identifiant classe temporelle;Libell\u{E9} classe temporelle;Cadran;Valeur;Indice de vraisemblance"
        func row(_ day: Int, _ grid: String, _ name: String, _ register: String, _ value: Int) -> String {
            "\(Samples.meter);2024-01-01;2024-01-03;EA;CONS;BRUT;Wh;2024-01-0\(day)T00:00:00+01:00;COL;AQ;;\(grid);FC;x;HC;\(name);\(register);\(value);0"
        }
        let file = try Samples.one(
            ([head]
                + [1, 2].flatMap { day in
                    [
                        row(day, "Fournisseur", "Heures Creuses", "1", 5_200_000 + day * 100),
                        row(day, "Distributeur", "Heures Creuses", "1", 5_200_000 + day * 100),
                        row(day, "", "", "TOTAL", 12_300_000 + day * 300),
                    ]
                }).joined(separator: "\n")
        )
        #expect(
            file.format == .r64 && file.days.map(\.wattHours) == [300, 100] && file.days.map(\.register) == [nil, 1]
        )
    }
}

import MeterNotation
import SupplierFiles
import Testing

/// Files of suppliers' own, and those that are known and give nothing.
struct SupplierOwnFilesTests {
    private func date(_ day: Int64) -> LocalDate { LocalDate(year: 2026, month: 7, day: day) }

    private static let octopus = """
        Période de consommation;Consommation (kWh);Consommation (euros);Nature de la donnée (Réelle/estimée);Option tarifaire;Consommation HP (kWh);Consommation HC (kWh);Consommation HP (euros);Consommation HC (euros)
        02/07/2026;5,5;0,7;Estimée;Heures pleines / heures creuses;1,5;4,0;0,3;0,4
        01/07/2026;4,25;0,55;-;Heures pleines / heures creuses;1,005;3,245;0,2;0,35
        03/07/2026;6,125;0,9;Réelle;Base;;;;
        04/07/2026;;;-;Heures pleines / heures creuses;;;;
        05/07/2026;7,1;0,9;-;Heures pleines / heures creuses;2,1;
        06/07/2026;7,1
        07/2026;99;12;-;Base;;;;
        """

    @Test("Octopus: days in Wh, off-peak and peak hours as registers 1 and 2 by such a contract only, no euros")
    func octopus() throws {
        let file = try Samples.one(Self.octopus)
        func day(_ day: Int64, _ register: Int?, _ value: Double) -> SupplierFile.RegisterDay {
            SupplierFile.RegisterDay(date: date(day), register: register, wattHours: value, direction: .import)
        }
        #expect(file.format == .octopusDays && file.curve.isEmpty && file.meter == nil)
        #expect(
            file.days == [
                day(1, nil, 4250), day(1, 1, 3245), day(1, 2, 1005), day(2, nil, 5500), day(2, 1, 4000),
                day(2, 2, 1500), day(3, nil, 6125), day(5, nil, 7100),
            ]
        )
        // A day without a value, one that is cut off within it, a month, and one that the supplier estimated.
        #expect(file.remarks == [.missing: 1, .unreadable: 2, .estimated: 1], "\(file.remarks)")
        #expect(file.days.filter { $0.register == nil }.reduce(0) { $0 + $1.wattHours } == 22_975)
    }

    @Test("Octopus twice, in an archive of another supplier, or saved by Excel, is the same")
    func octopusAgain() throws {
        let once = try Samples.one(Self.octopus)
        let rows = Self.octopus.split(separator: "\n")
        let twice = try Samples.one((rows + rows.dropFirst()).joined(separator: "\n"))
        #expect(twice.days == once.days)
        let saved = try Samples.one("\u{FEFF}" + Self.octopus.replacing("\n", with: "\r\n"))
        #expect(saved.days == once.days)
        #expect(try Samples.one(Self.octopus, latin: true).days == once.days)
    }

    @Test(
        "what is known and gives nothing is told apart from what is not known",
        arguments: [
            ("\"Date\";\"Consommation\"\n\"01/06/2025 00:30\";\"0.206 kWh\"\n", UnusableFile.totalEnergies),
            ("x;y;z\n\"1\";\"01/06/2025 00:30\";\"0.206 kWh (réelle)\"\n", .totalEnergies),
            ("Courbe\nPRM\nDate;Heure;Puissance\n01/06/2025;00:30;412\n", .twoColumns),
            ("\nPériode de consommation;Consommation (kWh);Nature de la donnée\n\nAnnée 2025;4 016;\n", .months),
            ("\"Category\";\"HP\";\"HC\"\n\"du 11/10/23 au 21/10/23\";40;58\n", .spans),
            ("Relevés\n\"du 11/10/23 au 21/10/23\";40;58\n", .spans),
            ("a;Puissance maximale quotidienne;VA\nHorodate;Valeur\n2024-01-01T19:12:35+01:00;4210\n", .maxima),
            ("Date/Time,Energy Produced (Wh)\n2025-06-01 12:15:00 +0200,310\n", .panels),
            ("Time,Production (W)\n12:15,310\n", .panels),
            ("entity_id,state,last_changed\nsensor.a,12300.4,2025-06-01T22:00:00.000Z\n", .homeAssistant),
            ("Export Consommation-Production\nDate;Valeur (en kWh)\n01/06/2025;12,5\n", .bothDirections),
            ("Consommation et production\nDébut;Fin;Valeur (en kW)\n", .bothDirections),
        ]
    )
    func unusable(_ text: String, _ kind: UnusableFile) {
        #expect(throws: SupplierFileError.unusable(kind)) { try Samples.read(text) }
    }

    @Test("a date is no curve in two columns, and a number no energy: such files stay unknown")
    func unknown() {
        for text in [
            "01/06/2025;12;13\n", "01/06/2025 00:30;0.206\n", "a;b\n1;2\n", "du pain;1\n", "12:30;01/06/2025;1\n",
        ] {
            #expect(throws: SupplierFileError.unknown, "\(text)") { try Samples.read(text) }
        }
    }

    @Test("the words of the value say the direction before those of the file do")
    func direction() throws {
        let file = try Samples.one("Consommation-Production\nDate;Injection (en kWh)\n01/06/2025;12,5\n")
        #expect(file.days.map(\.direction) == [.export])
    }

    @Test("days that EDF estimated are taken, and it is said")
    func estimated() throws {
        let head = "\nDate de consommation;Consommation (kWh);Nature de la donnée\n"
        let file = try Samples.one(head + "02/11/2025;18;Réelle\n01/11/2025;21;Estimée\n")
        #expect(file.days.map(\.wattHours) == [21_000, 18_000] && file.remarks == [.estimated: 1])
    }

    @Test("what has not come yet is left out and told, of days and of a curve")
    func future() throws {
        var days = try Samples.one(Self.octopus)
        days.leaveOut(from: Samples.paris.start(of: date(2)), Samples.paris)
        #expect(days.days.map(\.date) == [date(1), date(1), date(1)] && days.remarks[.future] == 5)
        var curve = try Samples.one(
            "debut;fin;kW\n2025-06-01T00:00;2025-06-01T00:30;1\n2025-06-01T00:30;2025-06-01T01:00;1\n"
        )
        curve.leaveOut(from: Samples.utc("2025-05-31T22:30"), Samples.paris)
        #expect(curve.curve.map(\.end) == [Samples.utc("2025-05-31T22:30")] && curve.remarks == [.future: 1])
    }
}

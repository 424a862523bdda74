import MeterNotation
import SupplierFiles
import Testing

/// Load curves of every kind: the same instants and energies from all of them.
struct CurveFilesTests {
    /// The nights of the change of the clock have 46 and 50 half hours, whatever the file.
    @Test(
        "spring and autumn have the same half hours in five kinds of files",
        arguments: [(LocalDate(year: 2025, month: 3, day: 30), 46), (LocalDate(year: 2025, month: 10, day: 26), 50)],
        ["offset", "r63", "edf", "pasted", "downloader"]
    )
    func changes(day: (LocalDate, Int), kind: String) throws {
        let halves = Samples.halfHours(of: day.0)
        #expect(halves.count == day.1)
        let file = try Samples.one(text(of: kind, halves, day.0), latin: kind == "edf")
        #expect(file.curve.map(\.end) == halves.map(\.utc), "\(kind)")
        #expect(file.curve.map(\.start) == halves.map { $0.utc - 1800 })
        #expect(file.curve.map(\.wattHours) == halves.map { Double(Samples.watts($0.utc)) / 2 })
        #expect(file.curve.allSatisfy { $0.direction == .import && !$0.isDoubtful })
        #expect(file.remarks.isEmpty, "\(file.remarks)")
    }

    @Test(
        "a file that has the newest row first is the same curve, in autumn, too",
        arguments: ["offset", "r63", "pasted", "downloader"]
    )
    func newestFirst(kind: String) throws {
        let day = LocalDate(year: 2025, month: 10, day: 26)
        let halves = Samples.halfHours(of: day)
        let lines = text(of: kind, halves, day).split(separator: "\n").map(String.init)
        let (head, rows) = (lines.prefix(lines.count - halves.count), lines.suffix(halves.count))
        let file = try Samples.one((head + rows.reversed()).joined(separator: "\n"))
        #expect(file.curve.map(\.end) == halves.map(\.utc) && file.remarks.isEmpty, "\(kind) \(file.remarks)")
        #expect(file.curve.map(\.wattHours) == halves.map { Double(Samples.watts($0.utc)) / 2 })
    }

    @Test(
        "a file that is cut in the middle keeps what is whole before that, and makes up nothing",
        arguments: ["offset", "r63", "pasted", "downloader"]
    )
    func cut(kind: String) throws {
        let day = LocalDate(year: 2025, month: 6, day: 3)
        let halves = Samples.halfHours(of: day)
        let whole = text(of: kind, halves, day)
        // Within the stamp of the last row, where nothing of its value is there.
        let lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let last = lines.lastIndex { $0.contains("2025") || $0.contains("/06/") } ?? 0
        let text = (lines[..<last] + [String(lines[last].prefix(kind == "r63" ? 70 : 9))]).joined(separator: "\n")
        let file = try Samples.one(text)
        #expect(file.curve.map(\.end) == halves.dropLast().map(\.utc), "\(kind)")
    }

    private func text(of kind: String, _ halves: [(utc: Int64, local: Int64)], _ day: LocalDate) -> String {
        switch kind {
        case "offset":
            return enedis(
                halves.map { half in
                    let offset = half.local - half.utc == 7200 ? "+02:00" : "+01:00"
                    let words = Samples.words(half.local)
                    return "\(words.date)T\(words.clock):00\(offset);\(Samples.watts(half.utc))"
                }
            )
        case "r63":
            return r63(
                halves.map { half in
                    let words = Samples.words(half.local)
                    return "PA;CONS;BRUT;W;\(words.date) \(words.clock):00;\(Samples.watts(half.utc));B;PT30M;0;0"
                }
            )
        case "edf":
            let rows = halves.reversed().map { half in
                "\(Samples.words(half.local).clock):00;\(Samples.watts(half.utc));R\u{E9}elle"
            }
            return """

                R\u{E9}capitulatif de mes puissances atteintes en W

                Date et heure de rel\u{E8}ve par le distributeur;Puissance atteinte (W);Nature de la donn\u{E9}e

                \(Samples.french("\(day)"));;
                \(rows.joined(separator: "\n"))

                """
        case "pasted":
            let rows = halves.map { half in
                // The beginning is the end less thirty minutes, by the clock on the wall.
                let (start, end) = (Samples.words(half.local - 1800), Samples.words(half.local))
                return
                    "\(Samples.french(start.date)) \(start.clock):00;\(Samples.french(end.date)) \(end.clock):00;\(Samples.kilowatts(Samples.watts(half.utc)))"
            }
            return "PRM;\(Samples.meter);\nD\u{E9}but;Fin;Valeur (en kW)\n" + rows.joined(separator: "\n")
        default:
            // The tool sorts: equal stamps stand together.
            let sorted = halves.enumerated().sorted { ($0.element.local, $0.offset) < ($1.element.local, $1.offset) }
            let rows = sorted.map { _, half in
                let (start, end) = (Samples.words(half.local - 1800), Samples.words(half.local))
                return
                    "\(start.date)T\(start.clock);\(end.date)T\(end.clock);\"\(Samples.kilowatts(Samples.watts(half.utc)))\""
            }
            return "debut;fin;kW\n" + rows.joined(separator: "\n")
        }
    }

    private func enedis(_ rows: [String], separator: String = ";", meter: String = Samples.meter) -> String {
        let head = """
            \u{FEFF}Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape metier;Unite;Pas en minutes
            \(meter);Courbe de charge;01/10/2024;01/11/2024;Energie active;Consommation;Comptage Brut;W;
            Horodate;Valeur
            """
        return (head + "\n" + rows.joined(separator: "\n") + "\n").replacing(";", with: separator)
    }

    private func r63(_ rows: [String], meters: [String] = [Samples.meter]) -> String {
        let head =
            "Identifiant PRM;Date de d\u{E9}but;Date de fin;Grandeur physique;Grandeur m\u{E9}tier;Etape m\u{E9}tier;Unit\u{E9};Horodate;Valeur;Nature;Pas;Indice de vraisemblance;Etat compl\u{E9}mentaire"
        let lines = rows.enumerated().map { place, row in
            "\(meters[place % meters.count]);2023-10-01 00:00:00;2025-10-01 00:00:00;\(row)"
        }
        return ([head] + lines).joined(separator: "\n")
    }

    @Test("W is mean power, and a step that changes counts when three rows have it")
    func steps() throws {
        var rows = (1...4).map { "2024-06-01T0\($0):00:00+02:00;600" }
        // An hour and a half are missing; then half hours, then quarters.
        rows += ["06:00", "06:30", "07:00", "07:30", "07:45", "08:00", "08:15"].map { "2024-06-01T\($0):00+02:00;600" }
        let file = try Samples.one(enedis(rows))
        let minutes = file.curve.map { ($0.end - $0.start) / 60 }
        #expect(minutes == [60, 60, 60, 60, 30, 30, 30, 30, 15, 15, 15])
        #expect(file.curve.map(\.wattHours) == minutes.map { Double($0) * 10 })
        #expect(file.meter == Samples.meter && file.format == .enedisCurve)
        // What is missing stays missing.
        #expect(
            file.curve[4].start == Samples.utc("2024-06-01T03:30")
                && file.curve[3].end == Samples.utc("2024-06-01T02:00")
        )
    }

    @Test(
        "behind a lost day the first row has the step of those that follow, whichever came before",
        arguments: [(30, 60), (60, 30), (30, 15), (15, 60)]
    )
    func stepBehindGap(before: Int, after: Int) throws {
        func rows(_ day: String, _ step: Int) -> [String] {
            stride(from: step, through: 240, by: step).map { minute in
                "2024-06-\(day)T\(Int64(minute / 60).digits(2)):\(Int64(minute % 60).digits(2)):00+02:00;600"
            }
        }
        let file = try Samples.one(enedis(rows("01", before) + rows("03", after)))
        let (first, second) = (file.curve.prefix(240 / before), file.curve.dropFirst(240 / before))
        #expect(first.count + second.count == 240 / before + 240 / after)
        #expect(first.allSatisfy { $0.end - $0.start == before * 60 && $0.wattHours == Double(before) * 10 })
        #expect(second.allSatisfy { $0.end - $0.start == after * 60 && $0.wattHours == Double(after) * 10 })
        #expect(second.first?.start == Samples.utc("2024-06-02T22:00"))
    }

    @Test("a step that reaches into the one before keeps the energy of its own time only")
    func overlap() throws {
        let file = try Samples.one(
            r63([
                "PA;CONS;BRUT;W;2024-07-19 01:00:00;600;B;PT60M;0;0",
                "PA;CONS;BRUT;W;2024-07-19 01:30:00;600;B;PT60M;0;0",
            ])
        )
        #expect(file.curve.map { $0.end - $0.start } == [3600, 1800] && file.curve.map(\.wattHours) == [600, 300])
    }

    @Test(
        "R63 that is cut within its last row loses that row, wherever it is cut, and is of one meter",
        arguments: [1, 8, 13, 14, 15, 40, 80, 90, 92, 94]
    )
    func cutRow(length: Int) throws {
        let rows = ["00:30", "01:00"].map { "PA;CONS;BRUT;W;2024-07-19 \($0):00;1216;B;PT30M;0;0" }
        let lines = r63(rows).split(separator: "\n").map(String.init)
        let cut = String(lines[2].prefix(length))
        try #require(cut.utf8.count == length && !cut.contains("1216;"), "\(cut)")
        let text = (lines[..<2] + [cut]).joined(separator: "\n")
        let file = try Samples.one(text)
        #expect(file.curve.map(\.wattHours) == [608] && file.meter == Samples.meter, "\(cut)")
        #expect(file.remarks == [.unreadable: 1], "\(file.remarks)")
        let chosen = try SupplierReader(Samples.paris, meter: "9999").read(Array(text.utf8))
        #expect(chosen.map(\.curve) == [file.curve])
    }

    @Test("missing is not zero, a zero is one, rows four times count once, and a file of Excel lacks its PRM only")
    func gaps() throws {
        let rows = [
            "2024-10-01T00:30:00+02:00,412", "2024-10-01T01:00:00+02:00,", "2024-10-01T01:30:00+02:00,0",
            "2024-10-01T02:00:00+02:00,388", "2024-10-01T02:00:00+02:00,388", "2024-10-01T02:00:00+02:00,388",
            "2024-10-01T02:00:00+02:00,388", "2024-10-01T02:30:00+02:00,x", "2024-10-01T03:00:00+02:00,-5",
            "2024-10-01T03:30:00+02:0,412", "2024-10-01T04:00:00+02:00,100",
        ]
        let file = try Samples.one(enedis(rows, separator: ",", meter: "9,99999E+13"))
        #expect(file.curve.map(\.wattHours) == [206, 0, 194, 50])
        #expect(file.remarks == [.missing: 2, .repeated: 3, .unreadable: 2, .negative: 1])
        #expect(file.meter == nil)
    }

    @Test("R63: only active power counts, doubt is kept, the step is the row's, production goes out")
    func r63Rows() throws {
        let file = try Samples.one(
            r63([
                "PA;CONS;BRUT;W;2024-07-19 01:00:00;1216;B;PT60M;2;11",
                "PRI;CONS;BRUT;VAR;2024-07-19 01:00:00;9;B;PT60M;0;0",
                "PA;PROD;BRUT;W;2024-07-19 01:00:00;0;B;PT30M;0;0",
                "PA;CONS;BRUT;W;2024-07-19 01:30:00;300;B;PT30M;0;0",
                "PA;CONS;BEST;W;2024-07-19 01:30:00;310;B;PT30M;0;0",
            ])
        )
        let imports = file.curve.filter { $0.direction == .import }
        #expect(imports.map(\.wattHours) == [1216, 155] && imports.map(\.isDoubtful) == [true, false])
        #expect(file.curve.filter { $0.direction == .export }.map(\.wattHours) == [0])
        #expect(file.remarks == [.otherQuantity: 1, .contradicted: 1])
    }

    @Test("two delivery points in one file are told by their last four digits only")
    func twoMeters() throws {
        let text = r63(
            [
                "PA;CONS;BRUT;W;2024-07-19 01:00:00;1216;B;PT60M;0;0",
                "PA;CONS;BRUT;W;2024-07-19 01:00:00;1216;B;PT60M;0;0",
            ],
            meters: ["11111111111234", "22222222225678"]
        )
        #expect(throws: SupplierFileError.severalMeters(["1234", "5678"])) { try Samples.one(text) }
    }

    @Test("EDF: days that are there twice count once, odd seconds belong to no curve, 24:00 stands first")
    func edf() throws {
        let day = "01/10/2025;;\n00:00:00;400;R\u{E9}elle\n23:30:00;200;Estim\u{E9}e\n12:14:10;9000;R\u{E9}elle\n"
        let head =
            "\nR\u{E9}capitulatif de mes puissances atteintes en W\n\nDate et heure de rel\u{E8}ve par le distributeur;Puissance atteinte (W);Nature de la donn\u{E9}e\n\n"
        let file = try Samples.one(head + day + "\n" + day, latin: true)
        #expect(file.curve.map(\.end) == [Samples.utc("2025-10-01T21:30"), Samples.utc("2025-10-01T22:00")])
        #expect(file.curve.map(\.wattHours) == [100, 200] && file.curve.map(\.isDoubtful) == [true, false])
        #expect(file.remarks == [.repeated: 1, .offCurve: 1])
    }

    @Test("EDF: of a day that is there twice the block that knows more counts, and the other fills its holes")
    func edfBlocks() throws {
        let head =
            "\nR\u{E9}capitulatif de mes puissances atteintes en W\n\nDate et heure de rel\u{E8}ve par le distributeur;Puissance atteinte (W);Nature de la donn\u{E9}e\n\n"
        let few = "01/10/2025;;\n00:00:00;400;R\u{E9}elle\n22:00:00;40;R\u{E9}elle\n"
        let many =
            "01/10/2025;;\n00:00:00;400;R\u{E9}elle\n23:30:00;200;R\u{E9}elle\n23:00:00;;\n22:30:00;100;R\u{E9}elle\n"
        let other = "01/10/2025;;\n00:00:00;420;R\u{E9}elle\n23:00:00;60;R\u{E9}elle\n"
        let next = "30/09/2025;;\n00:00:00;800;R\u{E9}elle\n"
        for blocks in [[few, many, other], [other, few, many], [many, few, other]] {
            let file = try Samples.one(head + blocks.joined(separator: "\n") + "\n" + next, latin: true)
            let ends =
                ["2025-09-30T22:00", "2025-10-01T20:00", "2025-10-01T20:30", "2025-10-01T21:00"]
                + ["2025-10-01T21:30", "2025-10-01T22:00"]
            #expect(file.curve.map(\.end) == ends.map(Samples.utc))
            #expect(file.curve.map(\.wattHours) == [400, 20, 50, 30, 100, 200])
            #expect(file.remarks == [.repeated: 1, .contradicted: 1], "\(file.remarks)")
        }
    }

    @Test("EDF: a row that is cut within its number is none")
    func edfCut() throws {
        let head =
            "\nR\u{E9}capitulatif de mes puissances atteintes en W\n\nDate et heure de rel\u{E8}ve par le distributeur;Puissance atteinte (W);Nature de la donn\u{E9}e\n\n"
        let file = try Samples.one(head + "01/10/2025;;\n00:00:00;400;R\u{E9}elle\n23:30:00;20", latin: true)
        #expect(file.curve.map(\.wattHours) == [200] && file.remarks == [.unreadable: 1], "\(file.remarks)")
    }

    @Test("48 half hours of an autumn night: two are missing, and it is said")
    func shortAutumn() throws {
        let halves = Samples.halfHours(of: LocalDate(year: 2025, month: 10, day: 26))
        var known: Set<Int64> = []
        let rows = halves.filter { known.insert($0.local).inserted }.map { half in
            let words = Samples.words(half.local)
            return "\(words.date)T\(words.clock):00;\(Samples.watts(half.utc))"
        }
        let file = try Samples.one(
            "Courbe de charge Linky (pas 30 min) - PRM \(Samples.meter)\nHorodate fin de pas;Puissance moyenne (W)\n"
                + rows.joined(separator: "\n")
        )
        #expect(file.curve.count == 48 && file.remarks == [.autumn: 2] && file.meter == Samples.meter)
        #expect(
            file.curve.map(\.end)
                == halves.filter {
                    $0.local != Samples.utc("2025-10-26T02:00") && $0.local != Samples.utc("2025-10-26T02:30")
                        || $0.utc < Samples.utc("2025-10-26T01:00")
                }.map(\.utc)
        )
    }

    @Test("kWh are kWh: later versions of Conso Downloader divide nothing")
    func energies() throws {
        let file = try Samples.one(
            "debut;fin;kWh\n2025-06-01T00:00;2025-06-01T00:30;\"0,206\"\n2025-06-01T00:30;2025-06-01T01:00;null\n"
        )
        #expect(file.curve.map(\.wattHours) == [206] && file.remarks == [.missing: 1])
    }

    @Test(
        "what is none of the files, or has nothing in it, is refused with its reason",
        arguments: [
            ("", SupplierFileError.unknown), ("bonjour\nle monde\n", .unknown), ("a;b;c\n1;2;3\n", .unknown),
            ("debut;fin;kW\n", .empty(.consoDownloader)), ("debut;fin;litres\n1;2;3\n", .otherUnit("litres")),
            ("PK\u{3}\u{4}", .damaged("zip")),
        ]
    )
    func refused(text: String, reason: SupplierFileError) {
        #expect(throws: reason) { try Samples.one(text) }
    }
}

import MeterNotation
import SupplierFiles
import Testing

/// R63 and R64 as JSON: the same as their CSV.
struct R6JSONTests {
    private func document(_ measures: String) -> String {
        "{\"header\": {\"codeFlux\": \"R6x\", \"format\": \"JSON\", \"siDemandeur\": \"501\"}, \"mesures\": [\(measures)]}"
    }

    private func curve(_ points: [String], meter: String = Samples.meter) -> String {
        """
        {"idPrm": "\(meter)", "etapeMetier": "BRUT", "modeCalcul": "MESURE",
         "periode": {"dateDebut": "2025-10-26", "dateFin": "2025-10-27"},
         "grandeur": [
          {"grandeurMetier": "CONS", "grandeurPhysique": "PRI", "unite": "VAR", "points": [
           {"v": "7", "d": "2025-10-26 00:30:00", "p": "PT30M", "n": "B", "iv": "0", "ec": null}]},
          {"grandeurMetier": "CONS", "grandeurPhysique": "PA", "unite": "W", "points": [\(points.joined(separator: ","))]}]}
        """
    }

    @Test(
        "the night that has an hour twice is the same with local stamps in order as with offsets",
        arguments: [false, true]
    )
    func autumn(hasOffset: Bool) throws {
        let halves = Samples.halfHours(of: LocalDate(year: 2025, month: 10, day: 26))
        let points = halves.map { half in
            let words = Samples.words(half.local)
            let offset = half.local - half.utc == 7200 ? "+02:00" : "+01:00"
            let stamp = hasOffset ? "\(words.date)T\(words.clock):00\(offset)" : "\(words.date) \(words.clock):00"
            return
                "{\"v\": \"\(Samples.watts(half.utc))\", \"d\": \"\(stamp)\", \"p\": \"PT30M\", \"n\": \"B\", \"iv\": 0}"
        }
        let file = try Samples.one(document(curve(points)))
        #expect(file.format == .r63 && file.meter == Samples.meter)
        #expect(file.curve.map(\.end) == halves.map(\.utc))
        #expect(file.curve.map(\.wattHours) == halves.map { Double(Samples.watts($0.utc)) / 2 })
        #expect(file.remarks == [.otherQuantity: 1], "\(file.remarks)")
    }

    @Test("a missing value is none, doubt is kept, a number is a number, the step is the point's")
    func points() throws {
        let file = try Samples.one(
            document(
                curve([
                    #"{"v": "1216", "d": "2024-07-19 01:00:00", "p": "PT60M", "n": "B", "iv": "2", "ec": "11"}"#,
                    #"{"v": null, "d": "2024-07-19 01:30:00", "p": "PT30M", "iv": null}"#,
                    #"{"v": 300, "d": "2024-07-19 02:00:00", "p": "PT30M"}"#,
                ])
            )
        )
        #expect(file.curve.map(\.wattHours) == [1216, 150] && file.curve.map(\.isDoubtful) == [true, false])
        #expect(file.remarks == [.otherQuantity: 1, .missing: 1])
    }

    @Test("R64: the supplier's registers by their dials, their names and the total; the distributor's are none")
    func registers() throws {
        func value(_ numbers: [Int]) -> String {
            numbers.enumerated().map { "{\"d\": \"2026-06-0\($0 + 1) 00:00:00\", \"v\": \($1), \"iv\": 0}" }
                .joined(separator: ",")
        }
        func register(_ name: String, _ dial: String, _ numbers: [Int]) -> String {
            "{\"libelleClasseTemporelle\": \"\(name)\", \"codeCadran\": \"\(dial)\", \"valeur\": [\(value(numbers))]}"
        }
        func calendar(_ grid: String, _ registers: String...) -> String {
            "{\"idCalendrier\": \"x\", \"libelleGrille\": \"\(grid)\", \"classeTemporelle\": [\(registers.joined(separator: ","))]}"
        }
        let measure = """
            {"idPrm": "\(Samples.meter)", "contexte": [{"etapeMetier": "BRUT", "contexteReleve": "COL", "typeReleve": "AQ",
             "grandeur": [{"grandeurMetier": "CONS", "grandeurPhysique": "EA", "unite": "Wh",
              "cadranTotalisateur": {"codeCadran": "IDX_EAS_T", "valeur": [\(value([1000, 1900, 2500]))]},
              "calendrier": [
               \(calendar("Distributeur", register("Heures Creuses Saison Basse", "IDX_EAS_D1", [1, 901, 1501]))),
               \(calendar("Fournisseur",
                   register("Heures Pleines", "IDX_EAS_F2", [100, 700, 1100]),
                   register("Heures Creuses", "IDX_EAS_F1", [500, 800, 1000])))]}]}]}
            """
        let file = try Samples.one(document(measure))
        let first = LocalDate(year: 2026, month: 6, day: 1)
        #expect(file.format == .r64 && file.meter == Samples.meter && file.curve.isEmpty)
        #expect(file.days.map(\.register) == [nil, 1, 2, nil, 1, 2])
        #expect(file.days.map(\.wattHours) == [900, 300, 600, 600, 200, 400])
        #expect(file.days.first?.date == first && file.days.last?.date == LocalDate(dayNumber: first.dayNumber + 1))
        #expect(Set(file.names.map { "\($0.register) \($0.name)" }) == ["1 Heures Creuses", "2 Heures Pleines"])
    }

    @Test("several delivery points are told by four digits, and the chosen one is read")
    func meters() throws {
        let point = #"{"v": "1000", "d": "2025-10-26 00:30:00", "p": "PT30M", "iv": 0}"#
        let text = document(
            ["11111111111234", "22222222225678"].map { curve([point], meter: $0) }.joined(separator: ",")
        )
        #expect(throws: SupplierFileError.severalMeters(["1234", "5678"])) { try Samples.one(text) }
        let chosen = try SupplierReader(Samples.paris, meter: "5678").read(Array(text.utf8))
        #expect(chosen.map(\.meter) == ["22222222225678"] && chosen[0].curve.map(\.wattHours) == [500])
    }

    @Test("JSON that is cut off, or of something else, is refused with its reason")
    func refused() throws {
        let whole = document(curve([#"{"v": "1000", "d": "2025-10-26 00:30:00", "p": "PT30M", "iv": 0}"#]))
        for length in stride(from: 1, to: whole.utf8.count - 1, by: 13) {
            #expect(throws: SupplierFileError.damaged("JSON")) { try Samples.one(String(whole.prefix(length))) }
        }
        for other in ["{}", "{\"a\": [1, {\"d\": 1}]}", document("")] {
            #expect(throws: SupplierFileError.unknown) { try Samples.one(other) }
        }
        #expect(throws: SupplierFileError.empty(.r63)) { try Samples.one(document(curve([]))) }
    }
}

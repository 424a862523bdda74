import Logging
import MeterCore
import MeterProtocols
import Testing

@testable import MeterSources

/// What a meter announces, told once, on a line that damages some groups and through devices that pass it on.
@Suite struct AnnouncementTests {
    /// 2026-01-14 20:00 in Paris.
    private let evening: Int64 = 1_768_417_200

    private func tempo(_ tomorrow: String, damaged: Bool = false) -> [String] {
        [
            "ADCO 021961000002", "OPTARIF BBR(", "ISOUSC 30", "BBRHCJB 000001000", "BBRHPJB 000002000",
            "BBRHCJW 000003000",
            "BBRHPJW 000004000", "BBRHCJR 000005000", "BBRHPJR 000006000", "PTEC HPJB",
            "\(damaged ? "!" : "")DEMAIN \(tomorrow)",
            "IINST 004", "IMAX 090", "PAPP 00900", "HHPHC A", "MOTDETAT 000000",
        ]
    }

    @Test("a colour of tomorrow is told once, whatever is lost in between")
    func tomorrowOnce() {
        var line = HeardLine()
        for second in stride(from: Int64(0), to: 240, by: 2) {
            line.hear(tempo("ROUG", damaged: second % 14 == 0), at: evening + second)
        }
        line.end()
        #expect(line.titles == ["Aujourd'hui : jour bleu", "Demain : jour rouge"])
    }

    @Test("what was announced before a pulled cable is not announced again for another day")
    func pulledCable() {
        var line = HeardLine()
        for second in stride(from: Int64(0), to: 60, by: 2) { line.hear(tempo("ROUG"), at: evening + second) }
        let noon = evening + 16 * 3600
        for second in stride(from: Int64(0), to: 60, by: 2) {
            line.hear(tempo("----").map { $0.replacing("HPJB", with: "HPJR") }, at: noon + second)
        }
        line.end()
        #expect(line.titles == ["Aujourd'hui : jour bleu", "Demain : jour rouge", "Aujourd'hui : jour rouge"])
    }

    private func standard(_ register: String, calendar: String = "     TEMPO      ") -> [String] {
        [
            "ADSC\t021961000002", "DATE\tH260114200000\t", "NGTF\t\(calendar)", "EAST\t001000000", "IRMS1\t003",
            "URMS1\t231",
            "PREF\t09", "PCOUP\t09", "SINSTS\t00700", "STGE\t\(register)", "NTARF\t01",
        ]
    }

    @Test("the bits of mobile peaks are no EJP where the day has a colour")
    func tempoInStandard() {
        var line = HeardLine()
        for second in 0..<60 { line.hear(standard("9B3A9000"), at: evening + Int64(second)) }
        line.end()
        #expect(line.titles == ["Aujourd'hui : jour rouge", "Demain : jour blanc"])
        #expect(line.site.status?.contains("pointe") == false)
    }

    @Test("in an EJP contract they are, and a false register that passed its checksum is not")
    func peakInStandard() {
        var line = HeardLine()
        for second in 0..<600 {
            let register = second == 100 ? "903A9000" : second < 300 ? "003A9000" : "103A9000"
            line.hear(standard(register, calendar: "      EJP       "), at: evening + Int64(second))
        }
        line.end()
        #expect(line.titles == ["Préavis de pointe mobile"])
    }

    private func ejp(_ period: String, notice: Bool, damaged: Bool = false) -> [String] {
        let head = ["ADCO 021961000002", "OPTARIF EJP.", "ISOUSC 45", "EJPHN 000001000", "EJPHPM 000002000"]
        return head + (notice ? ["\(damaged ? "!" : "")PEJP 30"] : [])
            + ["PTEC \(period)", "IINST 004", "IMAX 090", "PAPP 00900"]
    }

    @Test("a peak's notice, its beginning and its end are told once each, though the notice is lost now and then")
    func peakInHistorique() {
        var line = HeardLine()
        var draw = SeededNumbers(seed: 3)
        for second in stride(from: Int64(0), to: 9000, by: 2) {
            let isNotice = (600..<2400).contains(second)
            let isPeak = (2400..<7000).contains(second)
            line.hear(
                ejp(isPeak ? "PM.." : "HN..", notice: isNotice || isPeak, damaged: draw.next() % 10 < 4),
                at: evening + second
            )
        }
        line.end()
        #expect(line.titles == ["Préavis de pointe mobile", "Pointe mobile en cours", "Pointe mobile"])
    }

    @Test("the alert of short frames is told with its phases, once, and again when it is over")
    func overload() {
        let long = [
            "ADCO 021863000001", "OPTARIF BASE", "ISOUSC 20", "BASE 001000000", "PTEC TH..", "IINST1 008", "IINST2 007",
            "IINST3 006", "IMAX1 060", "IMAX2 060", "IMAX3 060", "PMAX 09000", "PAPP 05000", "HHPHC A", "PPOT 00",
        ]
        let short = ["ADIR2 027", "ADIR3 023", "ADCO 021863000001", "IINST1 008", "IINST2 027", "IINST3 023"]
        var line = HeardLine()
        for second in Int64(0)..<20 { line.hear(long, at: evening + second) }
        for second in Int64(20)..<140 { line.hear(second % 15 == 0 ? long : short, at: evening + second) }
        for second in Int64(140)..<600 { line.hear(long, at: evening + second) }
        line.end()
        #expect(line.titles == ["Courant souscrit dépassé", "Courant souscrit dépassé"])
        #expect(Set(line.events.map(\.time)).count == 1)
        #expect(line.events.first?.text == "phase 2 : jusqu'à 27 A, phase 3 : jusqu'à 23 A ; en cours.")
        #expect(line.events.last?.text.hasSuffix("; pendant 1 min.") == true)
        // The currents of short frames are kept.
        #expect(
            line.values("phase", "i", phase: 2).filter { (evening + 20..<evening + 140).contains($0.key) }.count == 12
        )
        #expect(line.last("linky", "pref_va") == .integer(12_000))
    }

    @Test("two values of one date-stamped label in a frame: the one that is not in the future")
    func twoDated() {
        let groups = standard("003A9000", calendar: "      BASE      ")
        var line = HeardLine()
        for second in 0..<20 {
            line.hear(
                groups + ["SMAXSN-1\tH260113183000\t03200", "SMAXSN-1\tH260123183000\t09999"],
                at: evening + Int64(second)
            )
        }
        line.end()
        #expect(Set(line.values("linky", "smax_prev_va").values) == [.integer(3200)])
        for second in 20..<40 {
            line.hear(groups + ["SMAXSN-1\tH260123183000\t09999"], at: evening + Int64(second))
        }
        line.end()
        #expect(Set(line.values("linky", "smax_prev_va").values) == [.integer(3200)])
    }

    @Test("a Linky of the first generation gives what later ones give")
    func firstGeneration() {
        var line = HeardLine()
        for second in 0..<20 {
            line.hear(
                [
                    "ADSC\t021967000001", "VTIC\t01", "DATE\tH260114200000\t", "EAST\t001000000", "IRMS1\t003",
                    "URMS1\t231",
                    "PREF\t09", "PCOUP\t09", "SINST1\t00702", "SMAXN\tH260114193000\t04100",
                    "SMAXN-1\tH260113193000\t03100",
                    "NTARF\t01",
                ],
                at: evening + Int64(second)
            )
        }
        line.end()
        #expect(line.last("linky", "va_in") == .integer(702))
        #expect(line.last("linky", "smax_va") == .integer(4100))
        #expect(line.last("linky", "smax_prev_va") == .integer(3100))
        #expect(line.last("phase", "va", phase: 1) == .integer(702))
    }

    // MARK: - Devices that pass it on

    private func relayed(
        _ labels: [String: String],
        wiring: RelayedTIC.Wiring = .auto,
        pages: Int64 = 3
    ) -> ([Point], [EnergyEvent]) {
        let context = SourceContext(name: "eco", tags: [], logger: .init(label: "test"))
        var meter = RelayedMeter(TeleinfoSettings(every: .seconds(10)), wiring: wiring, context: context)
        var ledger = Ledger(Ledger.Settings())
        var (points, events): ([Point], [EnergyEvent]) = ([], [])
        for page in 0..<pages {
            let time = Timestamp(seconds: evening + page * 10)
            let reading = meter.reading(
                labels.map { (name: $0, text: $1) },
                input: "T1",
                at: Moment(time: time, uptime: Uptime(nanoseconds: time.nanoseconds))
            )
            points += reading.points
            for point in reading.points { events += ledger.learn(point).events }
        }
        return (points, events)
    }

    @Test(
        "a page that lists the labels of all contracts announces nothing that the meter's does not have",
        arguments: [
            [
                "OPTARIF": "HC..", "PTEC": "HP..", "HCHC": "5", "HCHP": "6", "PEJP": "0", "DEMAIN": "----",
                "PAPP": "100",
            ],
            [
                "OPTARIF": "HC..", "PTEC": "HP..", "HCHC": "5", "HCHP": "6", "PEJP": "30", "DEMAIN": "ROUG",
                "PAPP": "100",
            ],
            ["OPTARIF": "BASE", "PTEC": "TH..", "BASE": "5", "PEJP": "00", "DEMAIN": "", "PAPP": "100"],
            [
                "OPTARIF": "BASE", "PTEC": "TH..", "BASE": "5", "ADIR1": "0", "ADIR2": "000", "PPOT": "00",
                "PAPP": "100",
            ],
            ["OPTARIF": "EJP.", "PTEC": "HN..", "EJPHN": "5", "EJPHPM": "6", "PEJP": "0", "PAPP": "100"],
        ] as [[String: String]]
    )
    func quietPage(_ labels: [String: String]) {
        #expect(relayed(labels).1.isEmpty)
    }

    @Test("labels of three phases with nothing in them do not make three of one")
    func listedPhases() {
        let page = [
            "OPTARIF": "BASE", "PTEC": "TH..", "BASE": "5", "ISOUSC": "30", "IINST": "4", "IINST1": "0", "IINST2": "0",
            "IINST3": "0", "IMAX1": "0", "PPOT": "00", "ADIR1": "0", "PAPP": "900",
        ]
        let points = relayed(page).0
        func values(_ field: String) -> Set<FieldValue> {
            Set(
                points.compactMap { point in point.series.fieldNames.firstIndex(of: field).flatMap { point.values[$0] }
                }
            )
        }
        #expect(values("pref_va") == [.integer(6000)])
        #expect(values("va") == [.integer(900)])
    }

    @Test("a page that means a peak or a colour says so, once")
    func tellingPage() {
        let peak = ["OPTARIF": "EJP", "PTEC": "HN", "EJPHN": "5", "EJPHPM": "6", "PEJP": "30", "PAPP": "100"]
        #expect(relayed(peak).1.map(\.title) == ["Préavis de pointe mobile"])
        let colour = ["PTEC": "HPJW", "BBRHPJW": "5", "DEMAIN": "ROUG", "PAPP": "100"]
        #expect(relayed(colour).1.map(\.title) == ["Aujourd'hui : jour blanc", "Demain : jour rouge"])
    }

    @Test(
        "the tariff of a page that leaves out the dots is that with them",
        arguments: [("HP", "HC", 2), ("HC", "HC", 1), ("TH", "BASE", 1), ("PM", "EJP", 2), ("HN", "EJP", 1)]
            as [(String, String, Int64)]
    )
    func withoutDots(_ period: String, _ option: String, _ number: Int64) {
        let (points, _) = relayed(["OPTARIF": option, "PTEC": period, "PAPP": "100"])
        let told = points.compactMap { point in
            point.series.fieldNames.firstIndex(of: "ntarf").flatMap { point.values[$0] }
        }
        #expect(Set(told) == [.integer(number)])
    }

    @Test("a three-phase meter that is passed on stays one when two of its phases rest")
    func relayedPhases() {
        let context = SourceContext(name: "eco", tags: [], logger: .init(label: "test"))
        var meter = RelayedMeter(TeleinfoSettings(every: .seconds(10)), wiring: .auto, context: context)
        var points: [Point] = []
        for (page, second) in ["5", "0", "0"].enumerated() {
            let time = Timestamp(seconds: evening + Int64(page) * 10)
            points +=
                meter.reading(
                    [
                        ("ISOUSC", "20"), ("PTEC", "TH"), ("BASE", "5"), ("IINST", "0"), ("IINST1", "4"),
                        ("IINST2", second),
                        ("IINST3", "0"), ("PAPP", "900"),
                    ],
                    input: "T1",
                    at: Moment(time: time, uptime: Uptime(nanoseconds: time.nanoseconds))
                ).points
        }
        let subscribed = points.compactMap { point in
            point.series.fieldNames.firstIndex(of: "pref_va").flatMap { point.values[$0] }
        }
        #expect(subscribed == [.integer(12_000), .integer(12_000), .integer(12_000)])
        #expect(points.filter { $0.series.subject.phase == 1 }.allSatisfy { $0.values.last != .integer(900) })
    }
}

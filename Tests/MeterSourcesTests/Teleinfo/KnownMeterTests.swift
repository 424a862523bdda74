import MeterCore
import MeterProtocols
import Testing

@testable import MeterSources

/// What a meter is, on a line that damages some groups.
@Suite struct KnownMeterTests {
    /// 2026-01-14 12:00 in Paris.
    private let noon: Int64 = 1_768_388_400

    /// A three-phase meter in historique with 20 A a phase.
    private func three(_ wh: Int64 = 1_000_000, papp: Int = 5000, damaged: Set<String> = []) -> [String] {
        let total = String("000000000\(wh)".suffix(9))
        let groups = [
            "ADCO 021863000001", "OPTARIF BASE", "ISOUSC 20", "BASE \(total)", "PTEC TH..", "IINST1 008", "IINST2 007",
            "IINST3 006", "IMAX1 060", "IMAX2 060", "IMAX3 060", "PMAX 09000",
            "PAPP \(String("0000\(papp)".suffix(5)))",
            "HHPHC A", "MOTDETAT 000000", "PPOT 00",
        ]
        return groups.map { group in damaged.contains { group.hasPrefix($0 + " ") } ? "!" + group : group }
    }

    @Test(
        "a damaged current makes no other meter of one with three phases",
        arguments: [["IINST1"], ["IINST2"], ["IINST2", "IINST3", "IMAX2", "IMAX3", "PPOT", "IMAX1"]] as [Set<String>]
    )
    func phasesStay(_ damaged: Set<String>) {
        var line = HeardLine(every: .seconds(1))
        for second in 0..<4 { line.hear(three(), at: noon + Int64(second)) }
        for second in 4..<40 { line.hear(three(damaged: damaged), at: noon + Int64(second)) }
        line.end()
        #expect(Set(line.values("linky", "pref_va").values) == [.integer(12_000)])
        #expect(line.values("phase", "va").isEmpty)
        #expect(line.site.phases == 3)
        #expect(line.site.subscribedKVA == 12)
    }

    @Test("a meter in standard with three phases has the power of each, or none, and never that of the house")
    func standardThree() {
        let groups = [
            "ADSC\t021863000001", "DATE\tH260114120000\t", "EAST\t001000000", "IRMS1\t003", "IRMS2\t004", "IRMS3\t005",
            "URMS1\t231", "URMS2\t232", "URMS3\t233", "PREF\t12", "PCOUP\t12", "SINSTS\t02800", "SINSTS1\t00700",
            "SINSTS2\t01000", "SINSTS3\t01100", "NTARF\t01",
        ]
        var line = HeardLine(every: .seconds(1))
        for second in 0..<40 {
            let damaged = second < 4 ? [] : ["URMS2", "SINSTS2"]
            line.hear(
                groups.map { group in damaged.contains { group.hasPrefix($0 + "\t") } ? "!" + group : group },
                at: noon + Int64(second)
            )
        }
        line.end()
        #expect(Set(line.values("phase", "va", phase: 1).values) == [.integer(700)])
        #expect(line.values("phase", "va", phase: 2).count == 4)
    }

    @Test("a damaged group makes no alarm of the subscribed power")
    func noFalseAlarm() {
        var line = HeardLine()
        for second in 0..<120 {
            line.hear(
                three(1_000_000 + Int64(second), damaged: second % 10 == 0 ? ["IINST1"] : []),
                at: noon + Int64(second)
            )
        }
        line.end()
        #expect(line.titles.isEmpty)
    }

    @Test("another contract counts when three frames say it, and a false one never")
    func otherContract() {
        var line = HeardLine(every: .seconds(1))
        for second in 0..<10 { line.hear(three(), at: noon + Int64(second)) }
        let other = three().map { $0.hasPrefix("ISOUSC") ? "ISOUSC 30" : $0 }
        line.hear(other, at: noon + 10)
        line.hear(three(), at: noon + 11)
        line.hear(other, at: noon + 12)
        line.hear(other, at: noon + 13)
        #expect(line.site.subscribedKVA == 12)
        line.hear(other, at: noon + 14)
        #expect(line.site.subscribedKVA == 18)
        line.end()
        let told = line.values("linky", "pref_va")
        #expect(told[noon + 14] == .integer(18_000))
        #expect(told[noon + 10] == nil && told[noon + 12] == nil && told[noon + 13] == nil)
    }

    @Test(
        "a register is named by the meter, and never by the other one's name, whatever is lost when the tariff changes"
    )
    func registerNames() {
        func frame(_ number: Int, _ label: String, damaged: String? = nil) -> [String] {
            let groups = [
                "ADSC\t021863000001", "DATE\tH260114120000\t", "NGTF\tH PLEINE/CREUSE ", "LTARF\t\(label)",
                "EAST\t001000000", "IRMS1\t003", "URMS1\t231", "PREF\t09", "SINSTS\t00700", "NTARF\t0\(number)",
            ]
            return groups.map { group in damaged.map { group.hasPrefix($0) } ?? false ? "!" + group : group }
        }
        for damaged in [nil, "LTARF", "NTARF"] {
            var line = HeardLine(every: .seconds(1))
            // The first quarter ends in the peak hours, the second begins with the off-peak ones.
            for second in Int64(0)..<10 { line.hear(frame(2, "  HEURE  PLEINE "), at: noon - 10 + second) }
            for second in Int64(0)..<900 {
                let lost = second < 3 ? damaged : nil
                line.hear(frame(1, "  HEURE  CREUSE ", damaged: lost), at: noon + second)
            }
            for second in Int64(0)..<5 { line.hear(frame(1, "  HEURE  CREUSE "), at: noon + 900 + second) }
            line.end()
            let told = line.told.compactMap(\.registers)
            #expect(told.last == [1: "Heures creuses"], "\(told)")
            #expect(told.allSatisfy { $0 == [1: "Heures creuses"] || $0 == [2: "Heures pleines"] }, "\(told)")
        }
    }

    @Test("what is known goes on over a restart, and ends with the meter")
    func remembered() {
        var before = HeardLine(every: .seconds(1))
        for second in 0..<4 { before.hear(three(), at: noon + Int64(second)) }
        var after = HeardLine(every: .seconds(1), knowing: before.known)
        after.hear(three(damaged: ["IINST1", "IINST2", "IINST3", "IMAX1", "IMAX2", "IMAX3", "PPOT"]), at: noon + 60)
        after.end()
        #expect(after.last("linky", "pref_va") == .integer(12_000))
        #expect(after.known == before.known)

        let single = [
            "ADCO 021961000002", "OPTARIF BASE", "ISOUSC 30", "BASE 000000010", "PTEC TH..", "IINST 004", "IMAX 090",
            "PAPP 00900", "HHPHC A", "MOTDETAT 000000",
        ]
        for second in 61..<70 { after.hear(single, at: noon + Int64(second)) }
        after.end()
        #expect(after.last("linky", "pref_va") == .integer(6000))
        #expect(after.site.phases == 1)
        #expect(after.last("phase", "va", phase: 1) == .integer(900))
    }

    @Test(
        "what another box, an older release or a torn file left is no knowledge",
        arguments: ["", "x", "phases", "ISOUSC=2", "=\t="]
    )
    func strangeMemory(_ text: String) {
        let line = HeardLine(knowing: text)
        #expect(line.site == SiteFacts())
    }

    // MARK: - A slot of time

    @Test("where every frame lost groups, the slot has what its frames have together")
    func gathered() {
        var line = HeardLine()
        var draw = SeededNumbers(seed: 7)
        var wh: Int64 = 1_000_000
        for second in stride(from: Int64(0), to: 1200, by: 2) {
            wh += 2
            let lost = Set(
                ["BASE", "PAPP", "PTEC", "IINST1", "IINST2", "IINST3", "ISOUSC"].filter { _ in draw.next() % 10 < 4 }
            )
            line.hear(three(wh, damaged: lost), at: noon + second)
        }
        line.end()
        let slots = 120.0
        for field in ["wh_in", "va_in", "ntarf", "pref_va"] {
            #expect(Double(line.values("linky", field).count) / slots >= 0.97, "\(field)")
        }
        for phase in 1...3 { #expect(Double(line.values("phase", "i", phase: phase).count) / slots >= 0.97) }
    }

    @Test("a frame that ended after its address leaves the slot to the next one")
    func addressAlone() {
        var line = HeardLine()
        for second in 0..<5 { line.hear(three(), at: noon + Int64(second)) }
        line.hear(["ADCO 021863000001"], at: noon + 10)
        line.hear(three(1_000_010), at: noon + 12)
        line.end()
        #expect(line.last("linky", "wh_in") == .integer(1_000_010))
        #expect(line.values("linky", "va_in")[noon + 12] == .integer(5000))
    }

    @Test("on a good line the first frame of a slot is its reading, under its own time")
    func goodLine() {
        var line = HeardLine()
        for second in 0..<60 { line.hear(three(1_000_000 + Int64(second)), at: noon + Int64(second)) }
        let told = line.values("linky", "wh_in")
        #expect(
            told.keys.sorted() == [1, 10, 20, 30, 40, 50].map { noon + $0 },
            "the first register waits for the second"
        )
        #expect(told[noon + 20] == .integer(1_000_020))
    }

    @Test(
        "of registers that do not count now the last value stands, but not over a pause in which they may have counted"
    )
    func idleRegisters() {
        func frame(_ hc: Int64, _ hp: Int64, _ period: String, without: String = "?") -> [String] {
            [
                "ADCO 021961000002", "OPTARIF HC..", "ISOUSC 30", "HCHC \(String("000000000\(hc)".suffix(9)))",
                "HCHP \(String("000000000\(hp)".suffix(9)))", "PTEC \(period)", "IINST 004", "IMAX 090", "PAPP 00900",
            ].map { $0.hasPrefix(without) ? "!" + $0 : $0 }
        }
        var line = HeardLine()
        for second in 0..<20 { line.hear(frame(500, 1000 + Int64(second), "HP.."), at: noon + Int64(second)) }
        for second in 20..<30 {
            line.hear(frame(500, 1000 + Int64(second), "HP..", without: "HCHC"), at: noon + Int64(second))
        }
        line.end()
        #expect(line.last("linky", "wh_in") == .integer(1529))
        // A night without a cable.
        line.hear(frame(560, 1060, "HP..", without: "HCHC"), at: noon + 3600)
        line.hear(frame(560, 1061, "HP..", without: "HCHC"), at: noon + 3601)
        line.end()
        #expect(line.values("linky", "wh_in")[noon + 3601] == nil)
    }
}

/// A small generator of numbers, the same each time.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D >> 11
    }
}

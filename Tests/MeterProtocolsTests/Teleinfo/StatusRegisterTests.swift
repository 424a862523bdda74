import MeterProtocols
import Testing

@Suite struct StatusRegisterTests {
    @Test("a producer's register says so")
    func producer() throws {
        let status = try #require(StatusRegister(hex: "00DA0700"))
        #expect(status.isProducer && status.isEnergyNegative && !status.isClockDegraded && !status.isOvervoltage)
        #expect(status.supplierIndex == 2 && status.distributorIndex == 1)
        #expect(status.mode == .standard && status.euridis == .secured)
        #expect(status.powerLine == .registered && status.isPowerLineSynchronised)
        #expect(status.today == .none && status.tomorrow == .none)
        #expect(status.announcedPeak == nil && status.runningPeak == nil)
        #expect(status.facts.contains("compteur producteur"))
        #expect(status.facts.contains("index fournisseur 2"))
    }

    @Test("a lost clock, an overvoltage and the colours of Tempo are seen")
    func tempo() throws {
        let status = try #require(StatusRegister(hex: "09DB0740"))
        #expect(status.isProducer && status.isClockDegraded && status.isOvervoltage)
        #expect(status.today == .blue && status.tomorrow == .white)
        #expect(status.facts.contains("Tempo demain : blanc"))
    }

    @Test("the peaks of a Tempo day are said by its colours, and not again")
    func redDay() throws {
        let status = try #require(StatusRegister(hex: "9B3A9000"))
        #expect(status.isTempo && status.today == .red && status.tomorrow == .white)
        #expect(!status.facts.contains { $0.contains("pointe") })
        let peak = try #require(StatusRegister(hex: "903A9000"))
        #expect(!peak.isTempo && peak.facts.count { $0.contains("pointe") } == 2)
    }

    @Test("a cut-off for too much power is seen")
    func cutOff() throws {
        let status = try #require(StatusRegister(hex: "00420083"))
        #expect(status.isDryContactOpen && status.cutOff == .overpower && status.isReferenceExceeded)
        #expect(!status.isProducer && status.mode == .standard && status.powerLine == .registered)
        #expect(!status.isPowerLineSynchronised && status.euridis == .off)
    }

    @Test("each bit alone changes what the register says, but the two that are not used")
    func everyBit() {
        let nothing = StatusRegister(rawValue: 0).facts
        for bit in 0..<32 {
            let facts = StatusRegister(rawValue: 1 << UInt32(bit)).facts
            #expect((facts == nothing) == (bit == 5 || bit == 18), "bit \(bit)")
        }
    }

    @Test("every code has a sentence of its own")
    func codes() {
        let cutOffs = (0..<8).map { StatusRegister(rawValue: $0 << 1) }
        #expect(Set(cutOffs.map(\.facts)).count == 8)
        #expect(cutOffs.map(\.cutOff) == StatusRegister.CutOff.allCases)
        #expect((0..<4).map { StatusRegister(rawValue: $0 << 19).euridis } == StatusRegister.Euridis.allCases)
        #expect((0..<4).map { StatusRegister(rawValue: $0 << 21).powerLine } == StatusRegister.PowerLine.allCases)
        #expect((0..<4).map { StatusRegister(rawValue: $0 << 24).today } == StatusRegister.Colour.allCases)
        #expect((0..<4).map { StatusRegister(rawValue: $0 << 28).announcedPeak } == [nil, 1, 2, 3])
        #expect((0..<4).map { StatusRegister(rawValue: $0 << 30).runningPeak } == [nil, 1, 2, 3])
    }

    @Test(
        "only eight hexadecimal digits are a register",
        arguments: ["", "00DA070", "00DA07000", "+0DA0700", "00DA070G"]
    )
    func refused(text: String) {
        #expect(StatusRegister(hex: text) == nil)
    }
}

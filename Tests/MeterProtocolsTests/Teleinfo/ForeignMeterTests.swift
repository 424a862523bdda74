import MeterProtocols
import Testing

/// Labels that no Linky sends: counted by name, and the meter that has them is named.
@Suite struct ForeignMeterTests {
    private func group(_ body: String) -> [UInt8] {
        let sum = body.utf8.reduce(0) { $0 + Int($1) }
        return [0x0A] + [UInt8]((body + " ").utf8) + [UInt8(sum & 0x3F) + 0x20, 0x0D]
    }

    /// The quality of a line with so many frames of these groups.
    private func quality(_ groups: [String], frames: Int = 5) -> TICQuality {
        var decoder = TICDecoder()
        for _ in 0..<frames { decoder.push([0x02] + groups.flatMap(group) + [0x03]) { _ in } }
        return decoder.quality
    }

    @Test(
        "a meter of a firm is named by its labels",
        arguments: [
            (["ADS 041830000001", "MESURES1 BT 4 SUP36", "PTCOUR1 HPH", "EAPP_s 123kVAh", "PS 42kVA"], "PME-PMI"),
            (["JAUNE 12:00:00 01/01/26", "ENERG 000123 000456", "PERCEN 000012"], "compteur jaune (CJE)"),
            (["CONTRAT TJ EJP", "DATECOUR 14/01/26", "PTCOUR HPH", "KDC 90%"], "compteur vert (ICE)"),
            (["XYZ 1", "UVW 2"], "unknown kind"),
        ] as [([String], String)]
    )
    func named(_ groups: [String], _ kind: String) throws {
        let meter = try #require(ForeignMeter(quality(groups)))
        #expect(meter.kind == kind)
        #expect(Set(meter.labels) == Set(groups.map { String($0.prefix { $0 != " " }) }))
        #expect(meter.sentence.contains("not a Linky"))
    }

    @Test("a blue meter with a label or two that are new is none of them, nor is noise")
    func notForeign() {
        #expect(ForeignMeter(quality(["ADCO 021961000002", "PAPP 00900", "BASE 000000010", "NEW 1", "NEU 2"])) == nil)
        #expect(ForeignMeter(quality(["XYZ 1", "UVW 2"], frames: 2)) == nil)
        #expect(ForeignMeter(TICQuality()) == nil)
        let before = quality(["ADS 041830000001", "PTCOUR1 HPH"])
        #expect(ForeignMeter(before, since: before) == nil)
    }

    @Test("unknown labels are counted by name; those that come once make room")
    func counted() {
        var decoder = TICDecoder()
        for number in 0..<500 {
            decoder.push([0x02] + group("ADCO 021961000002") + group("NEW 1") + group("N\(number) 1") + [0x03]) { _ in }
        }
        let quality = decoder.quality
        #expect(quality.unknownLabel == 1000)
        #expect(quality.unknownLabels["NEW"] == 500)
        #expect(quality.unknownLabels.count <= 12)
        let next = TICDecoder(quality: quality)
        #expect(next.quality == quality)
    }
}

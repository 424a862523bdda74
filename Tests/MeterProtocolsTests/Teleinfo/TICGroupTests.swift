import MeterProtocols
import Testing

@Suite struct TICGroupTests {
    @Test(
        "each worked group of the specification is accepted",
        arguments: [
            ("0A 50 41 50 50 20 30 31 36 34 30 20 2C 0D", TICLabel.papp, "01640"),
            ("0A 48 43 48 43 20 30 30 31 32 33 34 35 36 37 20 22 0D", .hchc, "001234567"),
            ("0A 50 54 45 43 20 48 50 2E 2E 20 20 0D", .ptec, "HP.."),
            ("0A 49 49 4E 53 54 20 30 30 39 20 20 0D", .iinst, "009"),
            ("0A 41 44 53 43 09 30 34 31 39 36 37 31 32 33 34 35 36 09 3D 0D", .adsc, "041967123456"),
            ("0A 45 41 53 54 09 30 31 32 33 34 35 36 37 38 09 33 0D", .east, "012345678"),
            (
                "0A 53 4D 41 58 53 4E 09 45 32 35 30 37 31 34 31 39 33 30 34 32 09 30 36 31 32 30 09 39 0D", .smaxsn,
                "06120"
            ),
            ("0A 44 41 54 45 09 48 32 35 31 32 33 31 32 33 35 39 35 39 09 09 50 0D", .date, ""),
            ("0A 53 54 47 45 09 30 31 33 41 34 34 30 31 09 43 0D", .stge, "013A4401"),
        ] as [(String, TICLabel, String)]
    )
    func worked(hex: String, label: TICLabel, data: String) throws {
        let group = hex.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        let decoded = Decoded([0x02] + group + [0x03])
        let frame = try #require(decoded.frames.first)
        #expect(Array(frame.labels) == [label])
        #expect(frame.mode == label.mode)
        #expect(frame.text(label) == data)
        #expect(decoded.quality.refusedGroups == 0)
    }

    @Test("the example of PJOURF+1 has the checksum of the specification")
    func dayProfile() throws {
        let data = "00004001 06004002 22004001" + String(repeating: " NONUTILE", count: 8)
        let group = Array("\nPJOURF+1\t\(data)\t.\r".utf8)
        #expect(group.count == 111)
        let frame = try #require(Decoded([0x02] + group + [0x03]).frames.first)
        #expect(frame.tomorrow?.actions.count == 3)
    }

    @Test("each label comes back as it was written", arguments: TICLabel.allCases)
    func roundTrip(label: TICLabel) throws {
        for seed in [1, 2, 49] {
            let value = Value.sample(label, seed)
            let decoded = Decoded(TICWriter(mode: label.mode).frame([value]), mode: label.mode)
            #expect(decoded.values == [[value]])
            let frame = try #require(decoded.frames.first)
            #expect(
                frame.integer(label)
                    == (label.kind == .integer
                        ? Int64(value.data) : label.kind == .hex ? Int64(value.data, radix: 16) : nil)
            )
            #expect(frame.horodate(label)?.description == value.horodate)
        }
    }

    @Test("integers keep their value from 0 to all nines", arguments: TICLabel.allCases.filter { $0.kind == .integer })
    func integers(label: TICLabel) throws {
        for digit in "0123456789" {
            let data = String(repeating: digit, count: label.length)
            let value = Value(label: label, data: data, horodate: Value.sample(label).horodate)
            let frame = try #require(Decoded(TICWriter(mode: label.mode).frame([value])).frames.first)
            #expect(frame.integer(label) == Int64(data))
            #expect(frame.text(label) == data)
        }
    }

    @Test("a checksum that is a space is not lost", arguments: TICMode.allCases)
    func spaceChecksum(mode: TICMode) {
        let writer = TICWriter(mode: mode)
        var tried = 0
        for label in TICLabel.allCases where label.mode == mode && label.kind == .integer {
            for seed in 1...50 {
                let value = Value.sample(label, seed)
                guard writer.body(label.name, value.data, horodate: value.horodate).last == 0x20 else { continue }
                #expect(Decoded(writer.frame([value])).values == [[value]])
                tried += 1
            }
        }
        #expect(tried > 10)
    }

    @Test(
        "the data are checked although the checksum passes",
        arguments: [
            (TICLabel.east, "12345678", nil), (.east, "0123456789", nil), (.east, "01234567A", nil),
            (.east, "01234 678", nil),
            (.east, "A12345678", nil), (.east, "", nil), (.irms1, "00:", nil), (.irms1, "/00", nil), (.pref, "9", nil),
            (.pref, "p0", nil), (.stge, "013A440G", nil), (.stge, "013A440", nil), (.adsc, "04196712345", nil),
            (.msg1, "PAS DE MESSAGE", nil), (.ngtf, "H PLEINE\tCREUSE ", nil), (.ngtf, "H PLEINE\u{7F}CREUSE ", nil),
            (.pjourfNext, "00004001 0600 22004001 NONUTILE", nil), (.date, "0", "H251231235959"), (.date, "", nil),
            (.date, "", "H251331235959"), (.date, "", "X251231235959"), (.date, "", "H25123123595A"),
            (.smaxsn, "06120", nil), (.smaxsn, "06120", "E25071419304"), (.smaxsn, "06120", "E250714253042"),
            (.east, "012345678", "E250714193042"), (.umoy1, "23A", "E250714193042"), (.papp, "1640", nil),
            (.papp, "01 40", nil),
            (.iinst, "09", nil), (.base, "00123456", nil), (.ptec, "HP...", nil), (.ppot, "0G", nil),
            (.adco, "0419671234567", nil),
        ] as [(TICLabel, String, String?)]
    )
    func wrongValue(label: TICLabel, data: String, horodate: String?) {
        let writer = TICWriter(mode: label.mode)
        let opening = Value.sample(label.mode == .standard ? .vtic : .isousc)
        let frame =
            [0x02] + writer.group(opening.label.name, opening.data)
            + writer.group(label.name, data, horodate: horodate) + [0x03]
        let decoded = Decoded(frame)
        #expect(decoded.values == [[opening]])
        #expect(decoded.quality.badValue == 1)
        #expect(decoded.refusal?.reason == .value)
    }

    @Test(
        "a label that no meter sends is refused",
        arguments: [
            "EASF11", "EASTX", "EAS", "SMAXSN4-1", "SMAXSN1-2", "SMAXSN1-", "PJOURF+12", "PJOURF+1X", "east", "X", "",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "PAPP",
        ]
    )
    func unknownLabel(name: String) {
        let writer = TICWriter(mode: .standard)
        let frame = [0x02] + writer.group("VTIC", "02") + writer.group(name, "00001") + [0x03]
        let decoded = Decoded(frame)
        #expect(decoded.frames.first?.labels.count == 1)
        #expect(decoded.quality.unknownLabel == 1)
        #expect(decoded.refusal?.text.hasPrefix(name + "\\t00001\\t") == true)
    }

    @Test("only the mode asked for is accepted", arguments: TICMode.allCases)
    func oneMode(mode: TICMode) {
        let both =
            TICWriter(mode: .standard).frame(Value.samples(Meters.singlePhase))
            + TICWriter(mode: .historique).frame(Value.samples(Meters.historique))
        #expect(Decoded(both, mode: mode).frames.map(\.mode) == [mode])
        #expect(Decoded(both, mode: mode).quality.unknownLabel > 0)
        #expect(Decoded(both).frames.map(\.mode) == [.standard, .historique])
    }

    @Test("each checksum but the right one is refused")
    func checksums() {
        let writer = TICWriter(mode: .standard)
        let body = writer.body("EAST", "012345678")
        for checksum in UInt8(0)...127 {
            let frame =
                [0x02, 0x0A] + writer.body("VTIC", "02") + [0x0D, 0x0A] + body.dropLast() + [checksum, 0x0D, 0x03]
            #expect((Decoded(frame).frames.first?.contains(.east) == true) == (checksum == 0x33), "\(checksum)")
        }
    }

    @Test("the checksum of the other mode is not accepted")
    func otherRange() {
        // The range of historique in a standard group and the reverse: they differ by the separator.
        let standard = Array("EAST\t012345678\t".utf8), historique = Array("PAPP 01640 ".utf8)
        let frames =
            [0x02, 0x0A] + standard + [TICWriter.checksum(standard.dropLast()), 0x0D, 0x0A]
            + historique + [TICWriter.checksum(historique), 0x0D, 0x03]
        #expect(Decoded(frames).frames.isEmpty)
        #expect(Decoded(frames).quality.badChecksum == 2)
    }
}

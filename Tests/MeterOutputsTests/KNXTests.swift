import Testing

@testable import MeterCore
@testable import MeterOutputs

/// Group addresses, values and packets of KNX, and when a bus is told what.
struct KNXTests {
    private func settings(_ text: String) throws -> (settings: KNXSettings, errors: [String]) {
        let document = ConfigDocument(text: "[output.bus]\n" + text, file: "test.toml")
        let section = try #require(document.root.namedSections("output").first).section
        let settings = KNXSettings(settings: section)
        return (settings, document.diagnostics.errors.map(\.description))
    }

    private func hex(_ bytes: [UInt8]?) -> String? {
        bytes.map { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined().uppercased() }
    }

    @Test(
        "values have the bytes that xknx reads",
        arguments: [
            (KNXType.activeEnergy, 12_345_678.9, "00BC614E"), (.activeEnergy, -1, "FFFFFFFF"),
            (.activeEnergy, 2_147_483_647, "7FFFFFFF"), (.activeEnergy, 2_147_483_648, nil),
            (.activeEnergy64, 2_147_483_648, "0000000080000000"), (.power, 1640, "44CD0000"),
            (.power, -1640, "C4CD0000"),
            (.potential, 233, "43690000"), (.powerKW, 1.64, "00A4"), (.powerKW, 9.0, "0384"), (.powerKW, -0.01, "87FF"),
            (.powerKW, 1e6, nil), (.temperature, 19.4, "0794"), (.temperature, 0, "0000"), (.temperature, -30, "8A24"),
            (.litres, 345_678, "0005464E"), (.litres, -1, nil), (.litres, 4_294_967_296, nil), (.percent, 255, "FF"),
            (.percent, 256, nil), (.seconds, 65_535, "FFFF"), (.seconds, 65_536, nil), (.power, .nan, nil),
            (.activeEnergyKWh, 0.1 + 0.2, "00000000"), (.temperature, 670_760, nil),
        ] as [(KNXType, Double, String?)]
    )
    func values(_ type: KNXType, _ number: Double, _ bytes: String?) { #expect(hex(type.bytes(number)) == bytes) }

    @Test("a text has fourteen letters of Latin-1")
    func texts() {
        #expect(hex(KNXType.bytes("Été €")) == "C974E9203F" + String(repeating: "00", count: 9))
        #expect(KNXType.bytes("heures creuses et plus").count == 14)
    }

    @Test("packets are those of knxd, whole or not")
    func packets() throws {
        let address = try #require(KNXAddress("5/0/1"))
        #expect(
            hex(KNXPackets.telegram(address, KNXType.activeEnergy.bytes(12_345_678) ?? [], isAnswer: false))
                == "000A00272801008000BC614E"
        )
        var bytes: [UInt8] = [0, 2, 0, 0x26, 0, 8, 0, 0x27, 0x11, 0x02, 0x28, 0x01, 0, 0]
        #expect(KNXPackets.take(from: &bytes) == .some(.opened))
        #expect(KNXPackets.take(from: &bytes) == .some(.question(address)))
        #expect(bytes.isEmpty && KNXPackets.take(from: &bytes) == nil)
        // Somebody's value, a refusal, and the beginning of a packet.
        bytes = [0, 9, 0, 0x27, 0x11, 0x02, 0x28, 0x01, 0, 0x80, 7, 0, 2, 0, 0, 0, 8, 0]
        #expect(KNXPackets.take(from: &bytes) == .some(nil))
        #expect(KNXPackets.take(from: &bytes) == .some(.refused))
        #expect(KNXPackets.take(from: &bytes) == nil && bytes.count == 3)
    }

    @Test(
        "group addresses are of three parts",
        arguments: [
            ("5/0/1", "5/0/1"), ("31/7/255", "31/7/255"), ("0/0/1", "0/0/1"), ("0/0/0", nil), ("32/0/1", nil),
            ("5/8/1", nil),
            ("5/0/256", nil), ("5/1", nil), ("a/b/c", nil), ("", nil), ("5/0/1/2", nil),
        ] as [(String, String?)]
    )
    func addresses(_ text: String, _ found: String?) { #expect(KNXAddress(text)?.description == found) }

    @Test(
        "mistakes are said with the group they are of",
        arguments: [
            ("groups = {}", "no group address"), ("", "no group address"),
            ("groups = { \"5/0/1\" = \"linky\" }", "5/0/1: expected a value"),
            ("groups = { \"5/0/1\" = \"linky.what\" }", "5/0/1: expected a value"),
            ("groups = { \"5/9/1\" = \"linky.import_wh\" }", "expected a group address"),
            ("groups = { \"5/0/1\" = \"linky.import_wh 14.056\" }", "is not for linky.import_wh"),
            ("groups = { \"5/0/1\" = \"linky.import_wh 14.031\" }", "no type is called"),
            ("groups = { \"5/0/1\" = \"linky.import_wh\", \"05/0/1\" = \"linky.import_w\" }", "named twice"),
            ("knxd = \"http://x\"\ngroups = { \"5/0/1\" = \"linky.import_wh\" }", "expected a path"),
        ]
    )
    func mistakes(_ text: String, _ words: String) throws {
        let errors = try settings(text).errors
        #expect(errors.count == 1 && errors[0].contains(words), "\(errors)")
    }

    @Test("a device of a source is named with its blank, with and without a type")
    func devices() throws {
        let (settings, errors) = try settings(
            "groups = { \"5/0/1\" = \"zigbee cave.consumption_wh\", "
                + "\"5/0/2\" = \"zigbee cave.consumption_w 14.056\" }"
        )
        #expect(errors == [])
        let names = settings.groups.map(\.quantity).sorted()
        #expect(names == ["zigbee cave.consumption_w", "zigbee cave.consumption_wh"])
    }

    @Test("each kind of quantity has a usual type that takes its unit", arguments: Measure.allCases)
    func usual(_ measure: Measure) {
        let type = KNXType(usual: measure)
        #expect(type.factor(measure.unit) != nil)
        let quantity = ShownQuantity(measure, of: "linky", part: measure == .index ? "HC" : "")
        #expect(Measure(ofName: quantity.name) == measure)
    }

    // MARK: - When

    private let power = ShownQuantity(.importPower, of: "linky")
    private let energy = ShownQuantity(.imported, of: "linky")

    private func values(_ watts: Double, _ wh: Double) -> [ShownValue] {
        [
            ShownValue(power, .number(watts)),
            ShownValue(energy, .total(RunningTotal(total: wh, register: wh, time: 1))),
        ]
    }

    private func speech() throws -> KNXSpeech {
        let (settings, errors) = try settings(
            "every = \"10s\"\ngroups = { \"5/0/1\" = \"linky.import_wh\", \"5/0/2\" = \"linky.import_w\" }"
        )
        #expect(errors == [])
        return KNXSpeech(settings)
    }

    /// All that is due then.
    private func due(_ speech: inout KNXSpeech, _ seconds: Int64) -> [String] {
        var said: [String] = []
        while let (address, bytes) = speech.next(at: Uptime(nanoseconds: seconds * 1_000_000_000)) {
            said.append("\(address) \(hex(bytes) ?? "")")
        }
        return said
    }

    @Test("a group is told what has changed, no more often than it should be, and all of it when knxd is back")
    func changes() throws {
        var speech = try speech()
        #expect(due(&speech, 100) == [])
        speech.note(values(500, 1000))
        #expect(due(&speech, 101) == ["5/0/1 000003E8", "5/0/2 43FA0000"])
        speech.note(values(503, 1001))
        #expect(due(&speech, 105) == [])
        // Within its dead band a power is the same, however far it creeps.
        #expect(due(&speech, 112) == ["5/0/1 000003E9"])
        speech.note(values(506, 1001))
        #expect(due(&speech, 113) == ["5/0/2 43FD0000"])
        #expect(due(&speech, 600) == [])
        #expect(due(&speech, 713) == ["5/0/1 000003E9", "5/0/2 43FD0000"])
        speech.connect()
        #expect(due(&speech, 714).count == 2 && due(&speech, 714) == [])
    }

    @Test("a group that should be told less often than all ten minutes is")
    func seldom() throws {
        let (settings, _) = try settings("every = \"30min\"\ngroups = { \"5/0/2\" = \"linky.import_w\" }")
        var speech = KNXSpeech(settings)
        speech.note(values(500, 1000))
        #expect(due(&speech, 100) == ["5/0/2 43FA0000"])
        speech.note(values(600, 1000))
        #expect(due(&speech, 1899) == [])
        #expect(due(&speech, 1900) == ["5/0/2 44160000"])
        #expect(due(&speech, 3699) == [])
        #expect(due(&speech, 3700) == ["5/0/2 44160000"])
    }

    @Test("a total never falls, and what is not known is told nobody")
    func unknown() throws {
        var speech = try speech()
        speech.note(values(500, 1000))
        _ = due(&speech, 1)
        speech.note([
            ShownValue(power, .unknown), ShownValue(energy, .total(RunningTotal(total: 900, register: 900, time: 2))),
        ])
        #expect(due(&speech, 1000) == ["5/0/1 000003E8"])
        #expect(speech.quantities == 1)
        let address = try #require(KNXAddress("5/0/2"))
        #expect(speech.answer(address, at: Uptime(nanoseconds: 0)) == nil)
    }

    @Test("a question is answered with the value of now, once a second; one for a group of others is not")
    func questions() throws {
        var speech = try speech()
        speech.note(values(500, 1000))
        func ask(_ group: String, _ seconds: Double) throws -> String? {
            hex(speech.answer(try #require(KNXAddress(group)), at: Uptime(nanoseconds: Int64(seconds * 1e9))))
        }
        #expect(try ask("5/0/1", 1) == "000003E8")
        #expect(try ask("5/0/1", 1.5) == nil)
        #expect(try ask("5/0/2", 1.5) == "43FA0000")
        #expect(try ask("5/0/1", 2) == "000003E8")
        #expect(try ask("5/0/3", 3) == nil)
    }
}

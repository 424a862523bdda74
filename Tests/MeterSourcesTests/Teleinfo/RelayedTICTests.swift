import Logging
import MeterCore
import MeterProtocols
import MeterSimulation
import Testing

@testable import MeterSources

/// A meter's TIC as other devices hand it on.
@Suite struct RelayedTICTests {
    private static func frames(_ options: HouseOptions) -> [TICFrame] {
        var house = House(options: options, start: 1_718_000_000)
        var frames: [TICFrame] = []
        var decoder = TICDecoder()
        for step in 1...20 {
            decoder.push(TICWriter.frame(house.advance(to: 1_718_000_000 + Int64(step) * 3600))) {
                frames.append(copy $0)
            }
        }
        decoder.finish { frames.append(copy $0) }
        return frames
    }

    @Test("a frame made of its labels has the values of the meter's own", arguments: [1, 3], HouseMode.allCases)
    func roundTrip(_ phases: Int, _ mode: HouseMode) throws {
        var options = HouseOptions()
        options.phases = phases
        options.mode = mode
        let frames = Self.frames(options)
        #expect(frames.count > 10)
        for frame in frames where !frame.isShort {
            let values = frame.labels.map { (name: $0.name.lowercased(), text: " \(frame.text($0) ?? "")\n") }
            let relayed = try #require(RelayedTIC(values).frame(wiring: phases == 3 ? .three : .single))
            // The device's own clock says when: dates of the meter are left out, and single phases say the total only.
            for label in frame.labels where label.kind != .horodate && !relayed.contains(label) {
                #expect(frame.text(label).map { $0.allSatisfy { $0 == " " } } ?? true, "\(label)")
            }
            for label in relayed.labels { #expect(relayed.trimmed(label) == frame.trimmed(label), "\(label)") }
            #expect(relayed.mode == frame.mode && relayed.labels.count > 8)
        }
    }

    @Test(
        "of the registers of all contracts those of the meter's are taken",
        arguments: [
            (["OPTARIF": "BASE", "PTEC": "TH..", "BASE": "5", "HCHC": "0", "HCHP": "7"], [TICLabel.base]),
            (["PTEC": "HP..", "BASE": "0", "HCHC": "5", "HCHP": "6"], [.hchc, .hchp]),
            (["PTEC": "PM..", "EJPHN": "5", "EJPHPM": "6", "BASE": "000000000"], [.ejphn, .ejphpm]),
            (["BASE": "0", "HCHC": "5", "HCHP": "0"], [.hchc, .hchp]), (["BASE": "0", "HCHC": "0"], []),
        ]
    )
    func contracts(_ labels: [String: String], _ registers: [TICLabel]) throws {
        let values = labels.map { (name: $0, text: $1) } + [("PAPP", "10")]
        let frame = try #require(RelayedTIC(values).frame(wiring: .auto))
        let found = frame.labels.filter { $0.unit == "Wh" }
        #expect(found == registers)
    }

    @Test("what contradicts itself, is misspelt or does not fit is left out, and said")
    func contradictions() throws {
        let relayed = RelayedTIC([
            ("PAPP", "100"), ("PAPP", "200"), ("IINST", "5"), ("IINST", "005 "), ("HCHCC", "5"), ("ADCO", "12345"),
            ("ISOUSC", "4x"), ("PTEC", "HP.. "), ("HCHC", "12345678901"), ("HCHP", "0000000000042"), ("MOTDETAT", "é"),
        ])
        #expect(relayed.contradictions == [.papp])
        let frame = try #require(relayed.frame(wiring: .auto))
        #expect(Array(frame.labels) == [.adco, .hchp, .ptec, .iinst])
        #expect(frame.integer(.hchp) == 42)
        // Shorter than the meter's: the device left out final spaces, or the address is nobody's.
        #expect(frame.address == nil)
    }

    @Test(
        "where the apparent power is 0 a device's own is taken, unless no house has it",
        arguments: [
            ("0", "3450", 3450), ("0", "99999", 99_999), ("0", "100000", 0), ("120", "3450", 120), ("0", "x", 0),
        ]
            as [(String, String, Int64)]
    )
    func otherPower(_ apparent: String, _ own: String, _ power: Int64) throws {
        let relayed = RelayedTIC([("ADCO", "041861234567"), ("PAPP", apparent), ("PPAP", own)])
        #expect(try #require(relayed.frame(wiring: .three)).integer(.papp) == power)
    }

    @Test("an input without a meter, and one without anything, give no frame")
    func dead() {
        #expect(RelayedTIC([("PTEC", "----"), ("PAPP", "0"), ("BASE", "0")]).isDead)
        #expect(RelayedTIC([("PTEC", "----"), ("PAPP", "0")]).frame(wiring: .auto) == nil)
        #expect(RelayedTIC([]).frame(wiring: .auto) == nil)
        #expect(RelayedTIC([("PTEC", ""), ("x", "1")]).frame(wiring: .auto) == nil)
    }

    @Test("an answer to the discovery is taken apart, and anything else is none")
    func discovery() {
        let answer = EcoDevicesDiscovery.answer(Array("ECO \r\n00:04:A3:11:22:33\r\n80\r\n".utf8), from: "192.168.1.30")
        let expected = EcoDevicesDiscovery.Found(
            name: "ECO",
            mac: "00:04:A3:11:22:33",
            port: 80,
            address: "192.168.1.30"
        )
        #expect(answer == expected)
        for text in ["", "Discover GCE Devices", "ECO\r\n80\r\n", "ECO\r\n00:04:A3:11:22:33\r\nx\r\n", "a\nb\nc\nd"] {
            #expect(EcoDevicesDiscovery.answer(Array(text.utf8), from: "1") == nil)
        }
    }
}

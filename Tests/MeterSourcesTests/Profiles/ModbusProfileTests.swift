import MeterCore
import MeterProtocols
import Synchronization
import Testing

@testable import MeterSources

/// Each Modbus profile of a solar home, by a device as the facts about its family say.
@Suite struct ModbusProfileTests {
    private func reading(_ example: ModbusProfileCase) throws -> ProfileReading {
        let hasGrid = example.expected.keys.contains("meter,role=import")
        let reading = ProfileReading(
            "profile = \"\(example.profile)\"\naccept_unverified = true\n" + (hasGrid ? "grid = true\n" : "")
        )
        try #require(reading.mistakes.isEmpty, "\(reading.mistakes)")
        return reading
    }

    private func device(_ example: ModbusProfileCase) -> RegisterDevice {
        let isLowFirst = example.registers.hasPrefix("@")
        return RegisterDevice(
            isLowFirst ? String(example.registers.dropFirst()) : example.registers,
            isLowFirst: isLowFirst
        )
    }

    @Test("a profile makes of its device what the facts say, in W and Wh", arguments: ModbusProfileCase.all)
    func good(_ example: ModbusProfileCase) async throws {
        let lines = try await reading(example).second(device(example))
        #expect(Set(lines) == Set(example.expected.map { "\($0.key) \($0.value)" }))
    }

    @Test("every profile with an identity, and every hybrid and battery, has its case")
    func complete() {
        let all: [(key: String, profile: ModbusProfile)] = ProfileLibrary.all(.modbus)
        let families = all.filter { _, profile in
            profile.identity != nil || !profile.list.parts.isEmpty || profile.kind == .battery
        }.map(\.key)
        #expect(Set(families) == Set(ModbusProfileCase.all.map(\.profile)))
    }

    @Test("a device that gives all ones at night tells nothing", arguments: ModbusProfileCase.all)
    func night(_ example: ModbusProfileCase) async throws {
        let (reading, device) = (try reading(example), device(example))
        _ = try await reading.second(device)
        device.state.withLock { $0.flood = 0xFFFF }
        #expect(try await reading.lines(device).isEmpty)
        device.state.withLock { $0.flood = nil }
        #expect(try await reading.lines(device).count == example.expected.count, "and goes on in the morning")
    }

    @Test("after a restart with zeros no register of energy is stored", arguments: ModbusProfileCase.all)
    func restart(_ example: ModbusProfileCase) async throws {
        let (reading, device) = (try reading(example), device(example))
        _ = try await reading.second(device)
        device.state.withLock { $0.flood = 0 }
        let lines = try await reading.lines(device)
        #expect(!lines.contains { $0.contains(/wh(_\w+)?=/) }, "\(lines)")
    }

    @Test(
        "each register that a device does not have costs its own field and no other",
        arguments: ModbusProfileCase.all
    )
    func missing(_ example: ModbusProfileCase) async throws {
        let intact = try reading(example)
        guard case .registers(let list, _, _) = intact.settings.map else { return }
        let whole = Set(try await intact.second(device(example)))
        for register in list.registers {
            let (reading, device) = (try reading(example), device(example))
            let spans = register.terms[0].spans
            device.state.withLock { $0.refused = Set(spans.flatMap { $0.address..<$0.end }) }
            let lines = Set(try await reading.second(device))
            // Registers that lie in the same words share their fate.
            let lost = list.registers.filter { other in
                other.spans.contains { span in spans.contains { $0.address < span.end && span.address < $0.end } }
            }
            let names = Set(lost.map(\.field))
            for line in whole.subtracting(lines) {
                let field = line.split(separator: " ")[1].split(separator: ",").map { String($0.prefix { $0 != "=" }) }
                #expect(!names.isDisjoint(with: field), "\(register.field) took \(line) along")
            }
            #expect(lines != whole, "\(register.field) was read although it is not there")
        }
    }

    @Test("a state of charge above 100 % is none, and takes nothing else along")
    func charge() async throws {
        let reading = ProfileReading("profile = \"deye-hybrid-1p\"")
        let example = try #require(ModbusProfileCase.all.first { $0.profile == "deye-hybrid-1p" })
        let device = device(example)
        device.set("184 u16 101", isLowFirst: true)
        let lines = try await reading.second(device)
        #expect(lines.contains { $0.hasPrefix("battery ") && $0.contains("w=-600") && !$0.contains("soc_pct") })
    }

    @Test("the registers of a meter or a battery that is not connected are never asked for")
    func notConnected() async throws {
        let reading = ProfileReading("profile = \"huawei-sun2000\"\ngrid = true")
        let example = try #require(ModbusProfileCase.all.first { $0.profile == "huawei-sun2000" })
        let device = device(example)
        device.set("37100 u16 0; 37762 u16 0")
        let lines = try await reading.second(device)
        #expect(lines.map { $0.prefix { $0 != " " } }.sorted() == ["ac_port", "production,kind=inverter"])
        let asked = device.state.withLock { $0.asked.flatMap { $0.address..<$0.end } }
        #expect(Set(asked).isDisjoint(with: [37113, 37119, 37760, 37765, 37780]))
        device.set("37762 u16 2")
        #expect(try await reading.lines(device).contains { $0.hasPrefix("battery w=-1500") }, "once it is connected")
    }

    @Test("an input with panels is added, one that never had any is 0, and one that falls silent leaves the sum out")
    func strings() async throws {
        let reading = ProfileReading("profile = \"sma-smart-energy\"\naccept_unverified = true")
        let device = RegisterDevice("30773 i32 100; 30961 i32 50; 30967 i32 -2147483648", isLowFirst: false)
        #expect(try await reading.lines(device).contains { $0.hasPrefix("production,kind=inverter w=150") })
        device.set("30961 i32 -2147483648")
        #expect(try await !reading.lines(device).contains { $0.contains("inverter w=") })
        device.set("30961 i32 60; 30967 i32 5")
        #expect(try await reading.lines(device).contains { $0.hasPrefix("production,kind=inverter w=165") })
    }

    @Test(
        "a system without the first of the inputs that are added up has the others",
        arguments: [
            ("sma-smart-energy", "30773 i32 -2147483648; 30961 i32 50; 30967 i32 20", "w=70"),
            ("victron-gx", "850 u16 65535; 808 u16 300; 811 u16 25", "w=325"),
            ("goodwe-et", "35105 u32 4294967295; 35109 u32 800", "w=800"),
        ]
    )
    func withoutFirst(_ profile: String, _ registers: String, _ words: String) async throws {
        let reading = ProfileReading("profile = \"\(profile)\"\naccept_unverified = true")
        try #require(reading.mistakes.isEmpty, "\(reading.mistakes)")
        let device = RegisterDevice(registers, isLowFirst: false)
        device.state.withLock { $0.flood = nil }
        let lines = try await reading.lines(device)
        #expect(lines.contains { $0.contains("kind=inverter \(words)") }, "\(lines)")
    }

    @Test("a meter whose registers of energy are below 0 counts all the same")
    func magnitude() async throws {
        let reading = ProfileReading("profile = \"huawei-sun2000\"\ngrid = true")
        let example = try #require(ModbusProfileCase.all.first { $0.profile == "huawei-sun2000" })
        let device = device(example)
        device.set("37119 i32 -20000; 37121 i32 -30000")
        let lines = try await reading.second(device)
        #expect(lines.contains { $0.hasPrefix("meter,") && $0.contains("wh_out=200000i,wh_in=300000i") }, "\(lines)")
        device.set("37119 i32 2147483647")
        #expect(try await reading.lines(device).contains { $0.hasPrefix("meter,") && !$0.contains("wh_out") })
    }

    @Test("a household says that there is no battery, and that the inverter's own meter counts")
    func parts() throws {
        let usual = ProfileReading("profile = \"sungrow-sh\"").settings
        #expect(usual.parts.all == [.acPort, .battery])
        #expect(usual.declaration.counts == [.production, .battery])
        let other = ProfileReading("profile = \"sungrow-sh\"\nbattery = false\ngrid = true").settings
        #expect(other.parts.all == [.acPort, .grid])
        #expect(other.declaration.counts == [.production, .import, .export])
    }

    @Test("a battery with the wrong sign is turned, whatever is behind the hybrid, and nothing else is")
    func turned() async throws {
        for example in ModbusProfileCase.all where example.expected["battery"] != nil {
            let isHybrid = try reading(example).settings.parts.contains(.battery)
            let setting = isHybrid ? "invert_battery = true" : "invert_power = true"
            let usual = try await reading(example).second(device(example))
            let settings = "profile = \"\(example.profile)\"\naccept_unverified = true\n\(setting)"
            let turned = ProfileReading(settings)
            try #require(turned.mistakes.isEmpty, "\(turned.mistakes)")
            let lines = try await turned.second(device(example))
            for line in usual where !line.hasPrefix("meter") {
                let other =
                    line.hasPrefix("battery w=-")
                    ? line.replacing("w=-", with: "w=") : line.replacing("battery w=", with: "battery w=-")
                #expect(lines.contains(other), "\(example.profile): \(lines)")
            }
            let stores = turned.settings.declaration.stores
            #expect(stores.first { $0.kind == .battery }?.turning == setting.replacing("true", with: "false"))
        }
    }

    @Test("a power of nothing has no sign")
    func nothing() async throws {
        let device = RegisterDevice("37762 u16 2; 37765 i32 0; 37760 u16 735", isLowFirst: false)
        for settings in ["", "invert_battery = true"] {
            let lines = try await ProfileReading("profile = \"huawei-sun2000\"\n\(settings)").lines(device)
            #expect(lines.contains { $0.hasPrefix("battery w=0,soc_pct=73.5") }, "\(lines)")
        }
    }

    @Test(
        "settings that cannot be are refused",
        arguments: [
            ("profile = \"sungrow-sh\"\nevery = \"5s\"", "every 10 s at most"),
            ("profile = \"sungrow-sh\"\nrole = \"consumption\"", "tells panels, port and battery apart"),
            ("profile = \"sungrow-sh\"\nmeasurement = \"raw.x\"", "tells panels, port and battery apart"),
            ("profile = \"eastron-sdm120\"\nbattery = false", "no such part"),
            ("profile = \"marstek-venus-e2\"\ninvert_battery = true", "no such part"),
            ("profile = \"sungrow-sh\"\nbattery = false\ninvert_battery = true", "needs battery = true"),
            ("profile = \"marstek-venus-e2\"\nrole = \"production\"", "that of a battery"),
            ("profile = \"sungrow-sg\"", "nobody has confirmed"),
        ]
    )
    func refused(_ text: String, _ words: String) {
        let mistakes = ProfileReading(text).mistakes
        #expect(mistakes.contains { $0.contains(words) }, "\(mistakes)")
    }
}

import Logging
import MeterCore
import Testing

@testable import MeterProtocols
@testable import MeterSources

/// Inverters with a battery behind them, by the models of SunSpec.
@Suite struct SunSpecHybridTests {
    /// A model with words at places from its start; the others are not implemented.
    private func reading(_ model: Int, _ length: Int, _ words: [Int: Int]) throws -> SunSpecReading {
        var all = [UInt16](repeating: 0xFFFF, count: length + 2)
        (all[0], all[1]) = (UInt16(model), UInt16(length))
        for (place, word) in words { all[place] = UInt16(truncatingIfNeeded: word) }
        return try #require(
            SunSpecReading(SunSpecMap.Block(model: model, address: 40_000, length: length, part: 1), all)
        )
    }

    /// An inverter with three phases: its power at the alternating and at the direct current, and its register.
    private func inverter(_ watts: Int, direct: Int = 0x8000, wattHours: Int = 1_000_000) throws -> SunSpecReading {
        try reading(
            103,
            50,
            [
                14: watts, 15: 0, 24: wattHours >> 16, 25: wattHours & 0xFFFF, 26: 0, 31: direct, 32: 0, 38: 4,
                10: 2310,
                11: 2300, 12: 2320, 13: -1, 16: 5000, 17: -2, 33: 0x8000, 34: 0x8000,
            ]
        )
    }

    /// A Fronius's inputs: their powers in W and registers in Wh.
    private func inputs(_ all: [(watts: Int, wattHours: Int)]) throws -> SunSpecReading {
        var words = [2: 0, 3: 0, 4: 0, 5: 0, 8: all.count]
        for (number, input) in all.enumerated() {
            let start = 10 + 20 * number
            words[start + 11] = input.watts
            words[start + 12] = input.wattHours >> 16
            words[start + 13] = input.wattHours & 0xFFFF
        }
        return try reading(160, 8 + 20 * all.count, words)
    }

    private func storage(_ most: Int, percent: Int) throws -> SunSpecReading {
        try reading(124, 24, [2: most, 18: 0, 8: percent, 22: -2, 11: 3])
    }

    private func lines(
        _ readings: [SunSpecReading],
        maker: String,
        _ settings: String = "battery = true",
        batteries: [SolarEdgeBattery] = []
    ) throws -> [String] {
        let document = ConfigDocument(text: "host = \"h\"\n" + settings, file: "test")
        let context = SourceContext(
            name: "onduleur",
            tags: [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let modbus = ModbusSettings(settings: document.root)
        document.root.finish()
        try #require(document.diagnostics.all.isEmpty)
        var points = SunSpecPoints(modbus, context)
        var text = ""
        for second in [0, 10] as [Int64] {
            var encoder = LineProtocolEncoder(precision: .seconds)
            let made = points.points(
                readings,
                at: Timestamp(seconds: 1_800_000_000 + second),
                monotonic: Uptime(nanoseconds: second * 1_000_000_000),
                maker: maker,
                batteries: batteries
            )
            for point in made { encoder.append(point) }
            text = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
        }
        return text.split(separator: "\n").map { line in
            line.replacing(",source=onduleur", with: "").split(separator: " ").dropLast().joined(separator: " ")
        }
    }

    private static let port = "ac_port w=2000,wh_out=1000000i,v=231,hz=50,state=4i"

    @Test("a Fronius has its battery as the last two inputs, which are the rest's no panels")
    func fronius() throws {
        let readings = [
            try inverter(2000), try inputs([(1500, 400_000), (1200, 300_000), (600, 90_000), (0, 80_000)]),
            try storage(5000, percent: 7150),
        ]
        #expect(
            try Set(lines(readings, maker: "Fronius")) == [
                Self.port, "production,kind=inverter w=2700,wh=700000i",
                "battery w=-600,soc_pct=71.5,wh_charge=90000i,wh_discharge=80000i",
            ]
        )
        #expect(
            try Set(lines(readings, maker: "Fronius", "battery = true\ninvert_battery = true")).contains(
                "battery w=600,soc_pct=71.5,wh_charge=90000i,wh_discharge=80000i"
            )
        )
        // With three inputs and the battery's two.
        let plus = [
            try inverter(2000),
            try inputs([(1500, 1), (1200, 1), (100, 1), (0, 90_000), (450, 80_000)]), try storage(5000, percent: 7150),
        ]
        #expect(
            try Set(lines(plus, maker: "Fronius")).contains(
                "battery w=450,soc_pct=71.5,wh_charge=90000i,wh_discharge=80000i"
            )
        )
        // What the inputs of another maker are is not known.
        #expect(try Set(lines(readings, maker: "Other")) == [Self.port, "battery soc_pct=71.5"])
    }

    @Test(
        "a charge that cannot be true is left out and counted",
        arguments: [(7150, 71.5, false), (0, 0, false), (10_000, 100, false), (10_001, nil, true), (25_500, nil, true)]
            as [(Int, Double?, Bool)]
    )
    func impossibleCharge(_ told: Int, _ percent: Double?, _ isImpossible: Bool) throws {
        let hybrid = try #require(SunSpecHybrid([try storage(5000, percent: told)], maker: "Fronius"))
        #expect(hybrid.percent == percent && hybrid.hasImpossibleCharge == isImpossible)
    }

    @Test("without battery = true an inverter produces, and with it nothing but a port is told that is not known")
    func settings() throws {
        let plain = try lines([try inverter(2000)], maker: "Fronius", "battery = false")
        #expect(plain == ["production,kind=inverter w=2000,wh=1000000i,v=231,hz=50,state=4i"])
        #expect(try lines([try inverter(2000)], maker: "Fronius") == [Self.port])
        // A port that is not told is never 0, though the inverter is at rest.
        let silent = try reading(103, 50, [14: 0x8000, 15: 0, 26: 0x8000, 33: 0x8000, 34: 0x8000, 38: 2])
        #expect(try lines([silent], maker: "Fronius") == ["ac_port state=2i"])
    }

    @Test(
        "a bank of batteries has the sign of its state",
        arguments: [(3, 650, "w=650,"), (4, 650, "w=-650,"), (4, -650, "w=-650,"), (6, 0, "w=0,"), (6, 650, "")]
    )
    func bank(_ state: Int, _ watts: Int, _ words: String) throws {
        let bank = try reading(802, 62, [3: 1000, 53: 1, 11: 640, 56: -1, 16: state, 47: watts, 63: 0])
        #expect(
            try Set(lines([try inverter(2000), bank], maker: "X")) == [
                Self.port, "battery \(words)soc_pct=64,capacity_wh=10000",
            ]
        )
    }

    @Test("ports for direct current are told apart by their types")
    func ports() throws {
        var words = [4: 3, 15: 0, 16: 0, 17: 0, 18: 0]
        let all: [(type: Int, watts: Int, given: Int, taken: Int)] = [
            (0, 1500, 400_000, 0), (0, 700, 100_000, 0), (1, -300, 50_000, 60_000),
        ]
        for (number, port) in all.enumerated() {
            let start = 20 + 25 * number
            for (place, word) in [
                (0, port.type), (12, port.watts), (13, 0), (14, 0), (15, port.given >> 16), (16, port.given & 0xFFFF),
                (17, 0), (18, 0), (19, port.taken >> 16), (20, port.taken & 0xFFFF),
            ] {
                words[start + place] = word
            }
        }
        let state = try reading(713, 7, [2: 9600, 4: 55, 7: 0, 8: 0])
        #expect(
            try Set(lines([try inverter(2000), try reading(714, 18 + 75, words), state], maker: "X")) == [
                Self.port, "production,kind=inverter w=2200,wh=500000i",
                "battery w=-300,soc_pct=55,wh_charge=60000i,wh_discharge=50000i,capacity_wh=9600",
            ]
        )
        // Where there is no storage, the model has zeros.
        let none = try reading(713, 7, [2: 0, 4: 0, 7: 0, 8: 0])
        #expect(try lines([try inverter(2000), none], maker: "X") == [Self.port])
    }

    @Test("a SolarEdge has its batteries outside of SunSpec, low word first")
    func solarEdge() throws {
        // 10 kWh; charging with 1500 W (8000 44BB of its facts), registers 1 234 567 and 7 654 321 Wh, 62.5 %.
        #expect(SolarEdgeBattery.capacity([0x4000, 0x461C]) == 10_000)
        #expect(SolarEdgeBattery.capacity([0xFFFF, 0xFF7F]) == nil)
        #expect(SolarEdgeBattery.capacity([0, 0x7FC0]) == nil)
        var words = [UInt16](repeating: 0, count: 18)
        (words[0], words[1]) = (0x8000, 0x44BB)
        (words[2], words[3]) = (0xD687, 0x0012)
        (words[6], words[7]) = (0xCBB1, 0x0074)
        (words[16], words[17]) = (0x0000, 0x427A)
        let battery = SolarEdgeBattery(words, capacity: 10_000)
        let readings = [try inverter(2000, direct: 2050)]
        #expect(
            try Set(lines(readings, maker: "SolarEdge", batteries: [battery])) == [
                Self.port, "production,kind=inverter w=3550",
                "battery w=-1500,soc_pct=62.5,wh_charge=7654321i,wh_discharge=1234567i,capacity_wh=10000",
            ]
        )
        // With the sign the other way round it gives, and the panels make so much less.
        #expect(
            try Set(lines(readings, maker: "SolarEdge", "battery = true\ninvert_battery = true", batteries: [battery]))
                == [
                    Self.port, "production,kind=inverter w=550",
                    "battery w=1500,soc_pct=62.5,wh_charge=7654321i,wh_discharge=1234567i,capacity_wh=10000",
                ]
        )
        // Two are one for the house; when one of them says nothing, neither does.
        let two = try lines(readings, maker: "SolarEdge", batteries: [battery, battery])
        #expect(two.contains { $0.hasPrefix("battery w=-3000,soc_pct=62.5,") })
        let silent = SolarEdgeBattery([UInt16](repeating: 0xFFFF, count: 18), capacity: 5000)
        #expect(
            try Set(lines(readings, maker: "SolarEdge", batteries: [battery, silent])) == [
                Self.port, "battery capacity_wh=15000",
            ]
        )
    }
}

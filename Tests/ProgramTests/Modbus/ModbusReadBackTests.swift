import Foundation
import InfluxOutput
import Testing

/// Devices that pymodbus plays go through the running program into a real InfluxDB, and are read back by InfluxQL.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ModbusReadBackTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// Starts a server and the program with these sources.
    private func start(_ sources: String) throws -> (server: Peer, url: String, daemon: Peer) {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url, sources: sources)
        let check = try box.run("check", config)
        #expect(check.code == 0, "\(check.output)")
        #expect(try box.run("provision", "--config", config).code == 0)
        return (server, url, try box.start("run", "--config", config))
    }

    private func rows(_ url: String, _ measurement: String) async throws -> [[String: InfluxValue]] {
        try await box.rows(url, "SELECT * FROM \"raw\".\"\(measurement)\"")
    }

    /// What a row holds besides its time and its site.
    private func values(_ row: [String: InfluxValue]) -> [String: InfluxValue] {
        row.filter { $0.key != "time" && $0.key != "site" && $0.value != .null }
    }

    /// A number as InfluxDB's JSON gives it: 970 and not 970.0.
    private func float(_ number: Double) -> InfluxValue {
        Int64(exactly: number).map { .integer($0) } ?? .float(number)
    }

    // MARK: - One meter, all ways, all troubles

    private static let total: [(name: String, address: Int, value: Float)] = [
        ("w", 0x34, 970), ("va", 0x38, 1000.5), ("var", 0x3C, -20.25), ("pf", 0x3E, 0.97), ("hz", 0x46, 50.01),
        ("wh_in", 0x48, 1234.5), ("wh_out", 0x4A, 67.25),
    ]

    private static func phase(_ number: Int) -> [(name: String, address: Int, value: Float)] {
        let place = 2 * (number - 1)
        let one = Float(number)
        return [
            ("v", place, 230.5 + one), ("a", 0x06 + place, 1.25 * one), ("w", 0x0C + place, 320 + one),
            ("va", 0x12 + place, 330 + one), ("var", 0x18 + place, -6 - one), ("pf", 0x1E + place, 0.96),
            ("wh_in", 0x15A + place, 411.5 + one), ("wh_out", 0x160 + place, 22.25 + one),
        ]
    }

    private func expected(_ values: [(name: String, address: Int, value: Float)]) -> [String: InfluxValue] {
        Dictionary(
            values.map { name, _, value -> (String, InfluxValue) in
                name.hasPrefix("wh") ? (name, .integer(Int64(value * 1000))) : (name, float(Double("\(value)") ?? 0))
            }
        ) { first, _ in first }
    }

    @Test("every field of a three-phase meter is read back, whatever the line does", arguments: ModbusPeer.Way.allCases)
    func everyField(_ way: ModbusPeer.Way) async throws {
        let all = Self.total + (1...3).flatMap { Self.phase($0) }
        let words = Dictionary(uniqueKeysWithValues: all.map { ("\($0.address)", Words.float($0.value)) })
        let meter = try ModbusPeer(way, ["units": ["7": ["4": words]], "most": 80])
        let (server, url, daemon) = try start(
            """
            [source.meter]
            type = "modbus"
            \(meter.place)
            unit = 7
            profile = "eastron-sdm630"
            every = "1s"
            timeout = "300ms"
            pause = "5ms"
            """
        )
        #expect(try await eventually { try await rows(url, "meter").count >= 8 })
        // Each trouble hits requests of different addresses; none may be seen in a value.
        var troubles = ["drop 1", "late 3 0.45", "split 6", "refuse 1 6", "drop 2", "late 1 0.9"]
        if way != .tcp { troubles += ["flip 2", "noise on", "flip 1"] }
        if way == .rtu { troubles += ["echo on", "drop 1"] }
        if way != .rtu { troubles += ["close", "late 2 0.35", "close"] }
        for trouble in troubles {
            let before = try await rows(url, "meter").count
            #expect(meter.order(trouble) == "ok")
            let isOver = try await eventually {
                guard meter.order("troubles") == "0" else { return false }
                return try await rows(url, "meter").count >= before + 8
            }
            #expect(isOver, "\(trouble)")
        }
        #expect(meter.order("set 7 4 52 \(Words.float(1500).map { "\($0)" }.joined(separator: " "))") == "ok")
        #expect(
            try await eventually {
                try await box.rows(url, "SELECT w FROM \"raw\".\"meter\" WHERE w = 1500").count >= 2
            }
        )
        #expect(daemon.terminate().code == 0)
        let found = try await rows(url, "meter")
        var whole = 0
        var isNew = false
        for row in found {
            var values = values(row)
            #expect(values.removeValue(forKey: "source") == .string("meter"))
            #expect(values.removeValue(forKey: "role") == .string("consumption"))
            let phase = values.removeValue(forKey: "phase").flatMap { Int("\($0)") }
            var expected = expected(phase.map { Self.phase($0) } ?? Self.total)
            if phase == nil {
                if values["w"] == float(1500) { isNew = true }
                // Once the new value was there, an old one would be a late answer taken for a new one.
                if isNew { expected["w"] = float(1500) }
                #expect(Set(values.keys).isSubset(of: expected.keys))
            }
            for (name, value) in values { #expect(value == expected[name], "\(name) in \(row)") }
            if values.count == expected.count { whole += 1 }
        }
        // The first reading has no energies: nothing confirms them yet.
        #expect(whole >= found.count - 4 && whole > 40, "\(whole) of \(found.count)")
        // The holding registers are asked only to prove that answers belong to their questions.
        #expect(try meter.requests().allSatisfy { ($0[1] == 4 || $0[1] == 3) && $0[3] <= 80 })
        withExtendedLifetime(server) {}
    }

    // MARK: - Several meters behind one gateway

    @Test("four meters behind one gateway, each with its word order, its limits and its missing values")
    func gateway() async throws {
        func b23(_ address: Int, _ words: [Int]) -> (String, [Int]) { ("\(address)", words) }
        let abb = Dictionary(uniqueKeysWithValues: [
            b23(0x5000, Words.unsigned(1_234_567, 4)), b23(0x5004, Words.unsigned(.max, 4)),
            b23(0x5B00, Words.unsigned(2305, 2)), b23(0x5B0C, Words.unsigned(.max, 2)),
            b23(0x5B14, Words.signed(-150_000, 2)), b23(0x5B2C, [5001]), b23(0x5B3A, [0xFC18]),
        ])
        let em24: [String: [Int]] = [
            "66": [0xE240, 0x0001], "92": [0x0457, 0], "40": [0xC568, 0xFFFF], "53": [900], "55": [500],
            "0": [2301, 0], "12": [0xFFFF, 0x7FFF],
        ]
        let countis: [String: [Int]] = [
            "\(0xC558)": Words.unsigned(23_050, 2), "\(0xC568)": Words.signed(97, 2),
            "\(0xC702)": Words.unsigned(123_456, 2), "\(0xC708)": Words.unsigned(0xFFFF_FFFF, 2),
        ]
        let own: [String: [Int]] = ["100": [0xFF38], "101": [0x1234], "102": [0x4142, 0x4320]]
        let meters = try ModbusPeer(
            .tcp,
            [
                "units": [
                    "1": ["3": abb], "2": ["4": em24], "3": ["3": countis], "4": ["3": own, "1": ["5": [1]]],
                ], "most": 11,
            ]
        )
        func source(_ name: String, _ unit: Int, _ more: String) -> String {
            """
            [source.\(name)]
            type = "modbus"
            \(meters.place)
            unit = \(unit)
            every = "1s"
            pause = "0s"
            \(more)

            """
        }
        let (server, url, daemon) = try start(
            source("abb", 1, "profile = \"abb-b23\"\nmost_registers = 11\nlargest_hole = 0")
                + source("em24", 2, "profile = \"carlo-gavazzi-em24\"\ninvert_power = true")
                + source("pv", 3, "profile = \"socomec-countis-e13\"\nrole = \"production\"")
                + source(
                    "piscine",
                    4,
                    """
                    measurement = "raw.piscine"
                    [source.piscine.registers]
                    temp = { address = 100, type = "int16", scale = 0.1, offset = 5 }
                    count = { address = 101, type = "bcd16", store = "integer" }
                    label = { address = 102, type = "string", length = 2 }
                    pump = { address = 5, table = "coil" }
                    """
                )
        )
        let pool: [String: InfluxValue] = [
            "source": .string("piscine"), "temp": float(-15), "count": .integer(1234), "label": .string("ABC"),
            "pump": .boolean(true),
        ]
        let isComplete = try await eventually {
            for condition in ["production WHERE wh > 0", "meter WHERE source = 'abb' AND wh_in > 0"]
                + ["meter WHERE source = 'em24' AND wh_in > 0"]
            where try await box.rows(url, "SELECT * FROM raw.\(condition)").isEmpty { return false }
            return try await rows(url, "piscine").contains { values($0) == pool }
        }
        #expect(isComplete)
        #expect(daemon.terminate().code == 0)
        let abbRow = try #require(try await last(url, "meter", "source = 'abb' AND phase = ''"))
        #expect(
            values(abbRow) == [
                "source": .string("abb"), "role": .string("consumption"), "wh_in": .integer(12_345_670),
                "w": float(-1500), "hz": float(50.01),
                "pf": float(-1),
            ]
        )
        let phase = try #require(try await last(url, "meter", "source = 'abb' AND phase = '1'"))
        #expect(
            values(phase) == [
                "source": .string("abb"), "role": .string("consumption"), "phase": .string("1"), "v": float(230.5),
            ]
        )
        let em24Row = try #require(try await last(url, "meter", "source = 'em24' AND phase = ''"))
        #expect(
            values(em24Row) == [
                "source": .string("em24"), "role": .string("consumption"), "wh_in": .integer(12_345_600),
                "wh_out": .integer(111_100),
                "w": float(1500), "pf": float(0.9), "hz": float(50),
            ]
        )
        let pv = try #require(try await last(url, "production", "source = 'pv'"))
        #expect(
            values(pv) == [
                "source": .string("pv"), "kind": .string("meter"), "w": float(970), "v": float(230.5),
                "wh": .integer(1_234_560),
            ]
        )
        withExtendedLifetime(server) {}
    }

    private func last(
        _ url: String,
        _ measurement: String,
        _ condition: String
    ) async throws -> [String: InfluxValue]? {
        try await box.rows(url, "SELECT * FROM raw.\(measurement) WHERE \(condition) ORDER BY time DESC LIMIT 1").first
    }
}

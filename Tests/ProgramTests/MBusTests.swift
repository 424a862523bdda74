import Foundation
import InfluxOutput
import Testing

/// The built program with M-Bus meters and a master that are not ours.
@Suite(.mayBlock, .serialized, .timeLimit(.minutes(10))) struct MBusTests {
    private let box: Installation
    private static let peer = Installation.root + "/Tests/peers/mbus"

    /// An electricity meter at address 5, built by hand and read by libmbus.
    static let electricity =
        "683B3B680805727856341242042002 2A0000000E04674523010000042B24FAFFFF02FD480B0903FD59F305004403 3FB496008410"
        + "0347F41000046D1E0C2E37B016"
    /// A water meter at address 10, whose first telegram says that more follows.
    private static let water = [
        "68252568080A7221436587184E0107050000000C13674523010B3B5012004C1300002001426CBF3C1F2616",
        "68131368080A7221436587184E0107060000000A5A43047F16",
    ].joined(separator: ",")

    init() throws { box = try Installation() }

    /// Writes a configuration of sources.
    private func configure(_ sources: String) throws -> String {
        let path = box.folder + "/boxenergie.toml"
        try "state = \"\(box.folder)\"\nclock_has_battery = true\n[influx]\nurl = \"http://127.0.0.1:1\"\n\(sources)"
            .write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static func slave(_ arguments: String...) throws -> Peer { try Peer([peer, "slave"] + arguments) }

    /// The electricity meter and the water meter on one bus.
    static func bus() throws -> Peer { try slave(telegram(electricity), telegram(water)) }

    /// Telegrams without blanks, with the lengths and checksums that they need.
    static func telegram(_ text: String) -> String {
        text.split(separator: ",").map { part in
            var bytes = stride(from: 0, to: part.filter { $0 != " " }.count, by: 2).compactMap { place -> UInt8? in
                let digits = Array(part.filter { $0 != " " })
                return UInt8(String(digits[place...(place + 1)]), radix: 16)
            }
            bytes[bytes.count - 2] = bytes[4..<(bytes.count - 2)].reduce(0, &+)
            bytes[1] = UInt8(bytes.count - 6)
            bytes[2] = bytes[1]
            return bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }.joined(separator: ",")
    }

    @Test(
        "a meter is read by its primary address, whatever the line does",
        arguments: [
            [], ["--echo"], ["--noise", "00 ff 68 07"], ["--drop", "3"], ["--garble", "4"],
            ["--echo", "--noise", "68 68 10 e5", "--drop", "5", "--garble", "3"],
        ]
    )
    func primary(_ faults: [String]) throws {
        let slave = try Peer([Self.peer, "slave"] + faults + [Self.electricity, Self.water].map(Self.telegram))
        let config = try configure(
            """
            [source.elec]
            type = "mbus"
            device = "\(slave.line())"
            address = 5
            every = "5s"
            [source.elec.fields]
            peak_kwh = "energy tariff 1 in kWh"
            """
        )
        let read = try box.run("read", "elec", "--config", config, "--seconds", "6", "--format", "influx")
        #expect(read.code == 0, "\(read.output)")
        let lines = read.output.split(separator: "\n").filter { $0.hasPrefix("meter,") }
        #expect(!lines.isEmpty)
        let fields =
            "meter,role=consumption,site=maison,source=elec wh_in=12345670i,w=-1500,v=231.5,a=1.523,peak_kwh=1111.111 "
        #expect(lines.allSatisfy { $0.hasPrefix(fields) }, "\(read.output)")
    }

    @Test("a meter is read by its number, to the last of its telegrams, and nothing is ever written to it")
    func secondary() throws {
        let slave = try Self.slave(Self.telegram(Self.electricity), Self.telegram(Self.water))
        let config = try configure(
            """
            [source.eau]
            type = "mbus"
            device = "\(slave.line())"
            id = "8765432F"
            manufacturer = "SPX"
            role = "water"
            every = "1h"
            [source.eau.fields]
            inlet_c = "flow temperature"
            """
        )
        let read = try box.run("read", "eau", "--config", config, "--seconds", "4", "--format", "influx")
        #expect(read.output.contains("value=1234.567,flow_m3h=1.25,inlet_c=44.3"), "\(read.output)")
        let asked = (0..<3).map { _ in slave.line() }
        #expect(
            asked == [
                "68 0b 0b 68 73 fd 52 2f 43 65 87 18 4e ff ff 84 16", "10 7b fd 78 16", "10 5b fd 58 16",
            ]
        )
    }

    @Test("a register that jumps is held back, though its checksum is right, and the rest of the answer is not")
    func lies() throws {
        let slave = try Self.slave("--lie", "3", Self.telegram(Self.electricity))
        let config = try configure(
            """
            [source.elec]
            type = "mbus"
            device = "\(slave.line())"
            address = 5
            every = "5s"
            """
        )
        let read = try box.run("read", "elec", "--config", config, "--seconds", "16", "--format", "influx")
        let lines = read.output.split(separator: "\n").filter { $0.hasPrefix("meter,") }
        let believed = lines.filter { $0.contains("source=elec wh_in=12345670i,w=-1500,v=231.5,a=1.523 ") }
        let held = lines.filter { $0.contains("source=elec w=-1500,v=231.5,a=1.523 ") }
        #expect(lines.first == believed.first, "the first register is confirmed at once: \(read.output)")
        #expect(!held.isEmpty && believed.count >= 2, "\(read.output)")
        #expect(held.count + believed.count == lines.count, "\(read.output)")
    }

    @Test("a meter behind a converter in the network is read")
    func network() throws {
        let slave = try Self.slave("--tcp", Self.telegram(Self.electricity))
        let config = try configure(
            """
            [source.elec]
            type = "mbus"
            host = "127.0.0.1"
            port = \(slave.line())
            address = 5
            """
        )
        let read = try box.run("read", "elec", "--config", config, "--seconds", "4", "--format", "influx")
        #expect(read.output.contains("wh_in=12345670i,w=-1500"), "\(read.output)")
    }

    @Test("a dead meter on the bus takes nothing from the others")
    func dead() async throws {
        let server = try box.influxd()
        let url = server.line()
        let slave = try Self.slave(Self.telegram(Self.electricity))
        let line = slave.line()
        let config = try configure(
            """
            [source.elec]
            type = "mbus"
            device = "\(line)"
            address = 5
            every = "5s"
            [source.mort]
            type = "mbus"
            device = "\(line)"
            address = 7
            every = "5s"
            """
        )
        let text = try String(contentsOfFile: config, encoding: .utf8)
            .replacingOccurrences(of: "http://127.0.0.1:1\"", with: "\(url)\"\nflush = \"1s\"")
        try text.write(toFile: config, atomically: true, encoding: .utf8)
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        var times: [Int] = []
        _ = try await eventually {
            let rows = try await box.rows(url, "SELECT w FROM \"raw\".\"meter\" WHERE \"source\" = 'elec'")
            times = rows.compactMap { row -> Int? in
                if case .integer(let time)? = row["time"] { Int(time) } else { nil }
            }
            return times.count >= 4
        }
        #expect(times.count >= 4)
        // The first reading comes at once; after it each is on its multiple of the period, or a second later.
        #expect(times.dropFirst().allSatisfy { $0 % 5 <= 1 }, "\(times)")
        #expect(zip(times.dropFirst(), times.dropFirst(2)).allSatisfy { (4...6).contains($1 - $0) }, "\(times)")
        let status = try box.status(config)
        #expect(status.contains("mort: waiting") && status.contains("does not answer"), "\(status)")
        #expect(daemon.terminate().code == 0)
    }

    @Test("pyMeterBus reads our simulated meters, by both addresses and over two telegrams")
    func simulated() throws {
        let link = box.folder + "/mbus"
        let meters = try box.start("simulate", "--mbus", "heat,water,electricity", "--link", link)
        #expect(meters.line() == link)
        func read(_ address: String) throws -> [[String: Any]] {
            let answer = try Peer.run([Self.peer, "master", link, address])
            #expect(answer.code == 0, "\(answer.output)")
            return try answer.output.split(separator: "\n").compactMap { line in
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            }
        }
        func values(_ telegram: [String: Any]) -> [Double] {
            (telegram["records"] as? [[String: Any]] ?? []).compactMap { ($0["value"] as? NSNumber)?.doubleValue }
        }
        // pyMeterBus scales in binary floating point.
        func agrees(_ values: [Double], _ expected: [Double]) -> Bool {
            values.count >= expected.count && zip(values, expected).allSatisfy { abs($0 - $1) < 1e-9 * max(1, $1) }
        }
        let heat = try read("1")
        #expect(heat.count == 1)
        #expect(agrees(values(try #require(heat.first)), [23_456_000, 469.12, 4000, 0.172, 55.3, 35.3, 20, 9750]))
        let electricity = try read("3")
        #expect(electricity.count == 2)
        let first = values(try #require(electricity.first))
        #expect(
            first.count == 5 && first.first ?? 0 >= 9_876_543
                && agrees(Array(first.dropFirst(2)), [1500, 231.5, 6.523])
        )
        let tariffs = values(try #require(electricity.last))
        #expect(abs(tariffs.prefix(2).reduce(0, +) - (first.first ?? 0)) < 5)
        let water = try read("12345679184E2007")
        let volume = values(try #require(water.first)).first ?? 0
        #expect(water.count == 1 && abs(volume - 1234.567) < 0.01)
    }

    @Test("decode mbus reads text and bytes, and says what it refused")
    func decode() throws {
        let text = Self.telegram(Self.electricity)
        let good = try box.run("decode", "mbus", "--format", "json", input: text + "\n" + text.uppercased())
        #expect(good.code == 0)
        let lines = good.output.split(separator: "\n")
        #expect(lines.count == 3 && lines.last?.hasPrefix("2 frames, 2 answers of meters, 0 refused") == true)
        let object = try JSONSerialization.jsonObject(with: Data((lines.first ?? "").utf8)) as? [String: Any]
        #expect(object?["id"] as? String == "12345678" && (object?["records"] as? [Any])?.count == 7)
        let influx = try box.run("decode", "mbus", input: text)
        #expect(influx.output.contains(",site=maison,source=mbus wh_in=12345670i,w=-1500,v=231.5,a=1.523 "))
        let bad = try box.run("decode", "mbus", "--format", "json", input: "68 04 04 68 08 01 72 08 83 16")
        #expect(bad.code == 1 && bad.output.contains("the frame ends within its header"))
        #expect(try box.run("decode", "mbus", input: "nothing").code == 1)
    }

    @Test(
        "a wrong setting is found before any device is touched",
        arguments: [
            ("device = \"/dev/x\"", "Set address (0 to 250) or id"),
            ("address = 1", "Set device, or host and port"),
            ("device = \"/dev/x\"\nhost = \"a\"\naddress = 1", "not by both"),
            ("device = \"/dev/x\"\naddress = 251", "251"),
            ("device = \"/dev/x\"\nid = \"1234\"", "eight digits"),
            ("device = \"/dev/x\"\nid = \"12345678\"\nmanufacturer = \"abb\"", "three capital letters"),
            ("device = \"/dev/x\"\naddress = 1\nbaud = 2000", "the speeds are 300"),
            ("device = \"/dev/x\"\naddress = 1\nrole = \"other\"", "name some in fields"),
            ("device = \"/dev/x\"\naddress = 1\nfields = { a = \"enrgy\" }", "names no record"),
        ]
    )
    func wrongSettings(_ lines: String, _ words: String) throws {
        let check = try box.run("check", try configure("[source.m]\ntype = \"mbus\"\n\(lines)\n"))
        #expect(check.code == 78 && check.output.contains(words), "\(check.output)")
    }
}

import Foundation
import Glibc
import InfluxOutput
import Testing

/// Devices that are away, refuse or do not fit, and configurations that are wrong: it must say what to do.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ModbusTroubleTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func source(_ name: String, _ unit: Int, _ peer: ModbusPeer, _ more: String) -> String {
        """
        [source.\(name)]
        type = "modbus"
        \(peer.place)
        unit = \(unit)
        every = "1s"
        timeout = "200ms"
        \(more)

        """
    }

    private static let registers = """
        table = "input"
        registers = { w = { address = 0, type = "int16", unit = "W" }, hz = { address = 9, scale = 0.1, unit = "Hz" } }
        """

    @Test(
        "a meter that is switched off costs the others on its line nothing, is said, and comes back",
        arguments: ModbusPeer.Way.allCases
    )
    func switchedOff(_ way: ModbusPeer.Way) async throws {
        let one: [String: Any] = ["4": ["0": [970], "9": [500]]]
        let line = try ModbusPeer(way, ["units": ["1": one, "2": one]])
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(
            url,
            sources: source("one", 1, line, Self.registers) + source("two", 2, line, Self.registers)
        )
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        func times(_ name: String) async throws -> [Int64] {
            try await box.rows(url, "SELECT w FROM raw.meter WHERE source = '\(name)'").compactMap { row in
                if case .integer(let time)? = row["time"] { time } else { nil }
            }
        }
        #expect(try await eventually { try await times("two").count >= 3 })
        line.order("remove 2")
        #expect(
            try await eventually {
                let status = try box.status(config)
                return status.contains(way == .tcp ? "gateway got no answer" : "is it switched on")
            }
        )
        let asked = try line.requests().filter { $0[0] == 2 }.count
        let start = try await times("one").count
        #expect(try await eventually { try await times("one").count >= start + 10 })
        #expect(try line.requests().filter { $0[0] == 2 }.count == asked, "pymodbus has no such unit to count")
        line.order("restore 2")
        let before = try await times("two").count
        #expect(try await eventually { try await times("two").count > before })
        #expect(daemon.terminate().code == 0)
        let times = try await times("one")
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 4 }, "\(times)")
        withExtendedLifetime(server) {}
    }

    @Test("a device that freezes delays nobody, and what it answers when it thaws is not taken for new")
    func frozen() async throws {
        let sick = try ModbusPeer(.tcp, ["units": ["1": ["4": ["0": [970], "9": [500]]]]])
        let well = try ModbusPeer(.tcp, ["units": ["1": ["4": ["0": [100], "9": [500]]]]])
        let server = try box.influxd()
        let url = server.line()
        // The two requests have the same length, so that only their numbers tell the answers apart.
        let apart = Self.registers + "\nlargest_hole = 0"
        let config = try box.configure(url, sources: source("sick", 1, sick, apart) + source("well", 1, well, apart))
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        func rows(_ name: String) async throws -> [[String: InfluxValue]] {
            try await box.rows(url, "SELECT w, hz FROM raw.meter WHERE source = '\(name)'")
        }
        #expect(try await eventually { try await rows("sick").count >= 3 })
        let before = try await rows("well").count
        kill(sick.identifier, SIGSTOP)
        #expect(try await eventually { try await rows("well").count >= before + 10 })
        let frozen = try await rows("sick").count
        kill(sick.identifier, SIGCONT)
        #expect(try await eventually { try await rows("sick").count >= frozen + 3 })
        #expect(daemon.terminate().code == 0)
        let times = try await rows("well").compactMap { row in
            if case .integer(let time)? = row["time"] { time } else { nil as Int64? }
        }
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 4 }, "\(times)")
        for row in try await rows("sick") { #expect(row["w"] == .integer(970) && row["hz"] == .integer(50), "\(row)") }
        withExtendedLifetime(server) {}
    }

    @Test("a register that the device does not have is said and left out, the others are read")
    func missingRegister() throws {
        let meter = try ModbusPeer(.tcp, ["units": ["1": ["4": ["0": [970]]]]])
        let config = try box.configure("http://127.0.0.1:1", sources: source("meter", 1, meter, Self.registers))
        let read = try box.run("read", "meter", "--config", config, "--seconds", "2.5", "--format", "influx")
        #expect(read.code == 0)
        #expect(read.output.contains("meter,role=consumption,site=maison,source=meter w=970 "))
        #expect(read.output.components(separatedBy: "hz at 9 is left out: exception 2").count == 2)
        // The request over the hole, then each register; from then on only the one that is there.
        #expect(try meter.requests().prefix(4).map { [$0[2], $0[3]] } == [[0, 10], [0, 1], [9, 1], [0, 1]])
    }

    @Test("what is not there, or is something else, is said in words")
    func otherThings() throws {
        let meter = try ModbusPeer(.tcp, ["units": ["1": ["4": ["0": [970]]]]])
        let serial = try ModbusPeer(.rtuOverTCP, ["units": ["1": ["4": ["0": [970]]]]])
        func read(_ sources: String) throws -> String {
            let config = try box.configure("http://127.0.0.1:1", sources: sources)
            let result = try box.run("read", "x", "--config", config, "--seconds", "1.5")
            #expect(result.code == 69)
            return result.output
        }
        #expect(try read(source("x", 1, meter, "")).contains("there is no SunSpec at 40000, 50000, 0; write a profile"))
        let framing = source("x", 1, serial, Self.registers).replacing("framing = \"rtu\"", with: "")
        #expect(try read(framing).contains("needs framing = \"rtu\""))
        let nobody = "[source.x]\ntype = \"modbus\"\nhost = \"127.0.0.1\"\nport = 1\nprofile = \"abb-b23\"\n"
        #expect(try read(nobody).contains("nothing answers at 127.0.0.1:1"))
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var settings: String
        var message: String
        var testDescription: String { message }
    }

    private static let mistakes = [
        Mistake(settings: "", message: "toml:7:1: source.x: where is it? write device for a serial line"),
        Mistake(
            settings: "host = \"a\"\ndevice = \"/dev/ttyUSB0\"",
            message: "toml:9:8: source.x.host: either device or host"
        ),
        Mistake(settings: "host = \"a\"\nspeed = 2400", message: "source.x.speed: Modbus TCP has no serial line here"),
        Mistake(
            settings: "host = \"a\"\nprofile = \"sdm\"",
            message: "toml:10:11: source.x.profile: no profile is called \"sdm\", neither in the program nor in "
                + "/etc/boxenergie/profiles; near it: eastron-sdm120, eastron-sdm630, eastron-sdm72d"
        ),
        Mistake(
            settings: "host = \"a\"\nprofile = \"schneider-pm5320\"",
            message: "source.x.profile: nobody has confirmed the registers of Schneider PM5320."
        ),
        Mistake(
            settings: "host = \"a\"\nprofile = \"enerdis-ulys-td80\"\naccept_unverified = true",
            message: "profiles/enerdis-ulys-td80.toml:1:1: it names no register, so it cannot be used yet"
        ),
        Mistake(
            settings: "host = \"a\"\nrole = \"production\"",
            message: "source.x.role: expected one of \"consumption\", \"import\", \"export\", \"other\", found"
        ),
        Mistake(
            settings: "host = \"a\"\nprofile = \"abb-b23\"\nword_order = \"CDAB\"",
            message: "source.x.word_order: it is for registers of its own"
        ),
        Mistake(settings: "device = \"/dev/ttyUSB0\"\nunit = 0", message: "source.x.unit: on a serial line"),
        Mistake(settings: "host = \"a\"\nsunspec = false", message: "source.x.sunspec: nothing to read"),
        Mistake(
            settings: "host = \"a\"\nprofile = \"abb-b23\"\nsunspec = true",
            message: "source.x: choose one: a profile, registers of its own, or sunspec = true"
        ),
        Mistake(
            settings: "host = \"a\"\nregisters = { w = { address = 1, unit = \"kWh\" } }",
            message: "source.x.registers.w.unit: w is stored in W, expected \"W\", \"kW\", \"MW\""
        ),
        Mistake(
            settings: "host = \"a\"\nforbidden = [\"9-1\"]\nregisters = { t = { address = 1 } }",
            message: "source.x.forbidden: \"9-1\" is not a range"
        ),
        Mistake(
            settings:
                "host = \"a\"\nforbidden = [\"0x10-0x1F\"]\nregisters = { t = { address = 0x0F, type = \"int32\" } }",
            message: "source.x.registers.t.address: it lies in a range that is forbidden"
        ),
        Mistake(
            settings: "host = \"a\"\nregisters = { t = { address = 65535, type = \"int32\" } }",
            message: "source.x.registers.t.address: it ends behind the last register"
        ),
    ]

    @Test("a wrong configuration is said with its place", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let config = try box.configure("http://a", sources: "[source.x]\ntype = \"modbus\"\n" + mistake.settings)
        let check = try box.run("check", config)
        #expect(check.code == 78)
        #expect(check.output.contains(mistake.message), "\(check.output)")
    }

    @Test("mistakes in a profile are said with the place in the profile")
    func profileMistakes() throws {
        let profile = box.folder + "/mine.toml"
        try """
        name = "Mine"
        source = "the manual, page 12"
        verified = true
        table = "inputs"

        [registers]
        w = { address = 70000, unit = "W" }
        wh_in = { address = 2, type = "uint32" }
        v = { adress = 4, unit = "V" }
        """.write(toFile: profile, atomically: true, encoding: .utf8)
        let sources = "[source.x]\ntype = \"modbus\"\nhost = \"a\"\nprofile = \"\(profile)\""
        let check = try box.run("check", try box.configure("http://a", sources: sources))
        #expect(check.code == 78)
        for message in [
            "mine.toml:4:9: table: expected one of \"holding\", \"input\", \"coil\", \"discrete\"",
            "mine.toml:7:17: registers.w.address: expected an integer from 0 to 65535, found the integer 70000",
            "mine.toml:8:9: registers.wh_in: unit: missing; wh_in is stored in Wh, so it matters",
            "mine.toml:9:7: registers.v.adress: unknown setting; did you mean \"address\"?",
        ] {
            #expect(check.output.contains(message), "\(check.output)")
        }
    }

    @Test("the profiles are listed, printed, and each of them is used as it is printed")
    func profiles() throws {
        let list = try box.run("profiles").output.split(separator: "\n")
        let types = list.map { $0.split(separator: " ")[1] }
        #expect(["modbus", "http", "mqtt"].map { type in types.count { $0 == type } } == [42, 30, 7])
        // What a profile leaves to its user.
        let key = try box.writeSecret("key", "k")
        let places = [
            "openweathermap": "parameters = { lat = \"1\", lon = \"2\" }\nkey_file = \"\(key)\"",
            "opendtu-inverter": "host = \"a\"\nparameters = { serial = \"1\" }",
            "opendtu-inverter-mqtt": "broker = \"mqtt://a\"\nparameters = { serial = \"1\" }",
            "ahoydtu-mqtt": "broker = \"mqtt://a\"\nparameters = { inverter = \"1\" }",
            "marstek-api": "host = \"192.168.1.30\"", "marstek-api-2": "host = \"192.168.1.30\"",
            "f1atb": "broker = \"mqtt://a\"\nparameters = { topic = \"t\" }",
            "victron-gx-mqtt": "broker = \"mqtt://a\"\nparameters = { portal = \"p\" }",
        ]
        for line in list {
            let words = line.split(separator: " ")
            let name = String(words[0])
            let text = try box.run("profiles", name).output
            let file = "\(box.folder)/\(name).toml"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            #expect(text.contains("source = ") && text.contains("verified = \(!line.contains("(not confirmed)"))"))
            let accept = text.contains("verified = true") ? "" : "\naccept_unverified = true"
            for profile in [name, file] {
                let place = places[name] ?? (words[1] == "mqtt" ? "broker = \"mqtt://a\"" : "host = \"a\"")
                let sources = "[source.x]\ntype = \"\(words[1])\"\n\(place)\nprofile = \"\(profile)\"" + accept
                let check = try box.run("check", try box.configure("http://a", sources: sources))
                #expect(check.code == (name == "enerdis-ulys-td80" ? 78 : 0), "\(check.output)")
            }
        }
        #expect(try box.run("profiles", "nothing").code == 64)
    }
}

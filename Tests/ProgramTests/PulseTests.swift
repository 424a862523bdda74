import Foundation
import Glibc
import InfluxOutput
import MeterCore
import Testing

/// The built program with the real libgpiod, whichever version it has, and a chip that the test moves.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct PulseTests {
    private let box: Installation
    private let pins: Pins

    init() throws {
        box = try Installation()
        pins = try Pins(box)
    }

    @Test("pulses become points that InfluxQL reads back, in the meter's unit")
    func stored() async throws {
        let server = try box.influxd()
        let url = server.line()
        let water = "[source.water]\ntype = \"pulse\"\nrole = \"water\"\nline = 5\npulses_per_m3 = 1000\ninitial = 7.5"
        let config = try box.configurePulses(url, more: water)
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try pins.start(box, config)
        _ = pins.tell("wait 5")
        #expect(pins.tell("pulses 24 1 4 40 500") == "played")
        #expect(pins.tell("pulses 5 0 250 200 1000") == "played")
        func rows(_ source: String) async throws -> [[String: InfluxValue]] {
            let fields = "\"count\", \"value\", \"w\", \"rejected\", \"lost\", \"role\""
            return try await box.rows(url, "SELECT \(fields) FROM \"raw\".\"pulse\" WHERE \"source\" = '\(source)'")
        }
        #expect(try await eventually { try await rows("meter").last?["count"] == .integer(4) })
        #expect(try await eventually { try await rows("water").last?["count"] == .integer(250) })
        let meter = try #require(try await rows("meter").last)
        #expect(meter["value"] == .float(0.004) && meter["role"] == .string("production"))
        let watts = number(meter["w"])
        #expect(watts > 10 && watts <= 7200, "3 pulses of 1 Wh in 1.5 s, then it decays: \(meter)")
        let last = try #require(try await rows("water").last)
        #expect(last["value"] == .float(7.75) && last["role"] == .string("water") && last["w"] == .null)
        #expect(last["rejected"] == .integer(0) && last["lost"] == .integer(0))
        let production = try await box.rows(url, "SELECT wh, kind FROM \"raw\".\"production\"")
        #expect(production.last?["wh"] == .integer(4) && production.last?["kind"] == .string("pulse"))
        #expect(daemon.terminate().code == 0)
    }

    /// A whole number in a field of floats is read back as an integer.
    private func number(_ value: InfluxValue?) -> Double { value?.number ?? .nan }

    @Test("the line is asked for as configured, with the kernel's debounce where it has one", arguments: Pins.kernels)
    func request(isOld: Bool) throws {
        let config = try box.configurePulses()
        let daemon = try pins.start(box, config, isOld: isOld)
        let words = pins.tell("wait 24").split(separator: " ")
        #expect(words[0] == (isOld ? "1" : "2"))
        let flags = try #require(UInt64(words[1].dropFirst(2), radix: 16))
        switch words[0] {
        case "1":
            // Input, active low, pull-up; both edges in the upper half.
            #expect(flags == 0x3_0000_0025 && words[2...] == ["0", "16"])
        default:
            // Active low, input, both edges, pull-up.
            #expect(flags == 0x136 && words[2...] == ["5000", "1024"])
        }
        #expect(daemon.terminate().code == 0)
    }

    @Test(
        "a minute of a thousand edges a second is counted to the edge, played as fast as it is read",
        arguments: Pins.kernels
    )
    func fast(isOld: Bool) async throws {
        let config = try box.configurePulses(
            "http://127.0.0.1:1",
            "role = \"consumption\"\npulses_per_kwh = 1000\nmin_width = \"500us\"\nmin_gap = \"500us\""
        )
        let daemon = try pins.start(box, config, isOld: isOld)
        #expect(pins.tell("pulses 24 0 30000 1 2") == "played")
        let found = try await box.pulses(config) { ($0["pulses"] ?? 0) >= 30_000 }
        #expect(found == ["pulses": 30_000, "rejected edges": 0, "lost edges": 0])
        #expect(daemon.terminate().code == 0)
        #expect(box.savedPulses() == 30_000)
        #expect(pins.tell("lost") == "0")
    }

    @Test("a contact that bounces on both edges counts once, and each bounce is told")
    func bounces() async throws {
        let config = try box.configurePulses()
        let daemon = try pins.start(box, config)
        // Closed after six changes within 2 ms, 60 ms long, open after four more.
        let pulse = "300 0.3 0.4 0.2 0.6 0.5 0.2 60 0.7 0.4 0.9 0.3"
        let changes = Array(repeating: pulse, count: 20).joined(separator: " ")
        #expect(pins.tell("play 24 0 \(changes)") == "played")
        let found = try await box.pulses(config) { ($0["pulses"] ?? 0) >= 20 }
        // Twelve edges a pulse, of which the first of the pulse and the first of its end count.
        #expect(found == ["pulses": 20, "rejected edges": 200, "lost edges": 0])
        #expect(daemon.terminate().code == 0)
    }

    @Test("what the kernel has no room for is told, and nothing is made up for it", arguments: Pins.kernels)
    func overflow(isOld: Bool) async throws {
        let config = try box.configurePulses()
        let daemon = try pins.start(box, config, isOld: isOld)
        #expect(pins.tell("pulses 24 0 10 40 100") == "played")
        daemon.freeze()
        let changes = Array(repeating: "50", count: 3000).joined(separator: " ")
        #expect(pins.tell("play 24 1000000 \(changes)") == "played")
        var lost = try #require(Int(pins.tell("lost")))
        #expect(lost > 0)
        if lost % 2 == 0 {
            // After an odd number the next edge is out of turn, which interface 1 shows as well.
            #expect(pins.tell("play 24 1000000 50") == "played")
            lost += 1
        }
        #expect(pins.tell("lost") == "\(lost)")
        #expect(kill(daemon.identifier, SIGCONT) == 0)
        #expect(pins.tell("play 24 0 100") == "played")
        let found = try await box.pulses(config) { ($0["lost edges"] ?? 0) > 0 }
        #expect(found["lost edges"] == (isOld ? 1 : lost), "the first interface counts not how many")
        let pulses = try #require(found["pulses"])
        #expect((10...1511).contains(pulses), "\(found)")
        #expect(daemon.terminate().code == 0)
    }

    @Test("totals are exact over restarts; kill -9 loses what was counted since the last save, a minute at most")
    func restarts() async throws {
        let config = try box.configurePulses()
        var daemon = try pins.start(box, config)
        #expect(pins.tell("pulses 24 0 50 40 100") == "played")
        #expect(try await eventually { box.savedPulses() == 50 })
        #expect(pins.tell("pulses 24 0 7 40 100") == "played")
        daemon.kill()
        #expect(box.savedPulses() == 50, "saved at most once a minute")
        daemon = try pins.start(box, config)
        #expect(try await box.pulses(config) { $0["pulses"] != nil }["pulses"] == 50)
        for round in 1...3 {
            #expect(pins.tell("pulses 24 0 7 40 100") == "played")
            #expect(daemon.terminate().code == 0)
            let total = 50 + 7 * round
            #expect(box.savedPulses() == total, "stopped in good order nothing is lost")
            daemon = try pins.start(box, config)
            // The chip may know the line of the one before; the program that counts answers.
            #expect(try await box.pulses(config) { $0["pulses"] == total }["pulses"] == total)
        }
        #expect(daemon.terminate().code == 0)
    }

    @Test("a chip that goes away is found again, and the total goes on")
    func unplugged() async throws {
        let config = try box.configurePulses()
        let daemon = try pins.start(box, config)
        #expect(pins.tell("pulses 24 0 5 40 100") == "played")
        for round in 1...2 {
            #expect(pins.tell("unplug 24") == "done")
            #expect(try await eventually { try box.status(config).contains("is gone") })
            _ = pins.tell("wait 24")
            #expect(pins.tell("pulses 24 0 5 40 100") == "played")
            #expect(try await box.pulses(config) { $0["pulses"] == 5 + 5 * round }["lost edges"] == 0)
        }
        #expect(daemon.terminate().code == 0)
        #expect(box.savedPulses() == 15)
    }

    @Test("pulse set aligns the total, with the daemon and without it, for good")
    func aligned() async throws {
        let config = try box.configurePulses()
        #expect(
            try pins.run(box, "pulse", "set", "meter", "10", "--config", config).output
                == "meter: 10.0 kWh, was 0.0 kWh\n"
        )
        var daemon = try pins.start(box, config)
        #expect(pins.tell("pulses 24 0 500 40 100") == "played")
        #expect(try await eventually { box.savedPulses() == 500 })
        // Through the daemon, and on the disk although the last save was just now.
        let answer = try box.run("pulse", "set", "meter", "1234,5", "--config", config)
        #expect(answer.output == "meter: 1234.5 kWh, was 10.5 kWh\n" && answer.code == 0, "\(answer)")
        daemon.kill()
        #expect(try box.run("pulse", "set", "meter", "1234.5", "--config", config).output.hasSuffix("was 1234.5 kWh\n"))
        daemon = try pins.start(box, config)
        #expect(pins.tell("pulses 24 0 250 40 100") == "played")
        // Played, and counted: a stop in between takes the last one along.
        #expect(try await box.pulses(config) { $0["pulses"] == 750 }["lost edges"] == 0)
        #expect(daemon.terminate().code == 0)
        let last = try box.run("pulse", "set", "meter", "2000", "--config", config)
        #expect(last.output == "meter: 2000.0 kWh, was 1234.75 kWh\n", "\(last)")
    }

    @Test("pulse set leaves an event that says from what to what, with the daemon and without it")
    func alignedEvents() async throws {
        let server = try box.influxd()
        let url = server.line()
        // The events wait until there is a date, which a Linky's confirms.
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        let linky = "[source.linky]\ntype = \"teleinfo\"\ndevice = \"\(box.folder)/linky\""
        let config = try box.configurePulses(url, more: linky)
        #expect(try box.run("provision", "--config", config).code == 0)
        #expect(try box.run("pulse", "set", "meter", "10", "--config", config).code == 0)
        #expect(try box.run("pulse", "set", "meter", "12,25", "--config", config).code == 0)
        let daemon = try pins.start(box, config)
        #expect(pins.tell("pulses 24 0 500 40 100") == "played")
        #expect(try await eventually { box.savedPulses() == 500 })
        // Events have whole seconds: this one shall not take the place of the one before.
        let second = Timestamp.now().seconds
        try await wait { Timestamp.now().seconds > second }
        #expect(try box.run("pulse", "set", "meter", "1234.5", "--config", config).code == 0)
        func events() async throws -> [[String: InfluxValue]] {
            try await box.rows(url, "SELECT title, text, kind, site FROM \"day\".\"event\" WHERE kind = 'meter'")
                .filter { $0["title"] == .string("Index aligné sur le compteur") }
        }
        let isThere = try await eventually {
            let events = try await events()
            // What a slow server did not take at once comes after what is newer.
            return events.count >= 2
                && events.last?["text"] == .string("meter : l'index passe de 12,75 à 1234,5 kWh.")
        }
        let told = try await events()
        #expect(isThere, "\(told)")
        // Set twice within a second it is one event.
        let texts = told.dropLast().map { $0["text"] }
        #expect(
            texts == [.string("meter : l'index passe de 0 à 12,25 kWh.")]
                || texts == [
                    .string("meter : l'index passe de 0 à 10 kWh."),
                    .string("meter : l'index passe de 10 à 12,25 kWh."),
                ],
            "\(told)"
        )
        #expect(told.allSatisfy { $0["site"] == .string("maison") })
        #expect(daemon.terminate().code == 0)
        withExtendedLifetime((server, house)) {}
    }

    /// The answer to an order that another program than ours gives.
    private func ordered(_ order: String, at path: String) throws -> String {
        let script =
            "import socket, sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.settimeout(60); "
            + "s.connect(sys.argv[1]); s.send(sys.argv[2].encode()); print(s.recv(4096).decode())"
        return try Peer.run(["/usr/bin/python3", "-c", script, path, order]).output
    }

    @Test("pulse set refuses what it cannot do, and changes nothing then")
    func refusals() throws {
        let linky = "[source.linky]\ntype = \"teleinfo\"\ndevice = \"/dev/null\""
        let config = try box.configurePulses(more: linky)
        for (arguments, code, words) in [
            (["meter", "much"], 64, "is not what a display shows"), (["meter", "nan"], 64, "is not what"),
            (["meter", "1e12"], 64, "is not what"), (["nobody", "1"], 64, "no source is called"),
            (["linky", "1"], 64, "is not a pulse meter"),
        ] as [([String], Int32, String)] {
            let result = try Peer.run([box.program, "pulse", "set"] + arguments + ["--config", config])
            #expect(result.code == code && result.output.contains(words), "\(result)")
        }
        let daemon = try pins.start(box, config)
        let socket = box.folder + "/state/control.sock"
        let permissions = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        // Its own limits are those of the command, whoever speaks to it.
        for number in ["-1e300", "-1", "1e300", "nan", "inf"] {
            let answer = try ordered("pulse set meter \(number)", at: socket)
            #expect(
                answer.hasPrefix("failed ") && answer.contains("is not what a display shows"),
                "\(number): \(answer)"
            )
        }
        // A daemon that cannot be told keeps the file to itself.
        try FileManager.default.removeItem(atPath: socket)
        let result = try box.run("pulse", "set", "meter", "5", "--config", config)
        #expect(result.code == 1 && result.output.contains("another boxenergie uses it"), "\(result)")
        #expect(daemon.terminate().code == 0)
        #expect(try box.run("pulse", "set", "meter", "5", "--config", config).output.hasSuffix("was 0.0 kWh\n"))
    }

    @Test(
        "a line that cannot be had is explained",
        arguments: [
            ("consumer 24 heating pump", "line = 24", "in use by \"heating pump\""),
            ("refuse \(EACCES)", "line = 24", "sudo usermod -aG"),
            ("level 24 1", "line = 99", "has no line 99, only 0 to 53"),
            ("level 24 1", "line_name = \"GPIO77\"", "no line called GPIO77; there are: GPIO0"),
            ("label gpio-mockup", "line = 24", "set chip to one of: /dev/gpiochip0 (gpio-mockup, 54 lines)"),
            ("level 24 1", "line = 24\nchip = \"pinctrl-rp1\"", "no GPIO chip is called pinctrl-rp1"),
            ("level 24 1", "line = 24\nchip = \"/dev/gpiochip7\"", "there is no such chip"),
            ("level 24 1", "line = 24\nchip = \"/dev/null\"", "it is not a GPIO chip"),
        ]
    )
    func unavailable(_ order: String, _ line: String, _ words: String) throws {
        let config = try box.configurePulses(line: line)
        pins.tell(order)
        let result = try pins.run(box, "read", "meter", "--seconds", "3", "--config", config)
        #expect(result.code == 69 && result.output.contains(words), "\(result)")
        #expect(!result.output.contains("count"), "nothing is read of it")
    }

    @Test("a line is found by its name and its chip by its label or path")
    func found() throws {
        for line in [
            "line_name = \"GPIO24\"", "line = 24\nchip = \"pinctrl-bcm2711\"", "line = 24\nchip = \"/dev/gpiochip0\"",
        ] {
            let config = try box.configurePulses(line: line)
            let result = try pins.run(box, "read", "meter", "--seconds", "4", "--config", config)
            #expect(result.code == 0 && result.output.contains("count 0"), "\(result)")
        }
    }

    @Test("a simulated day of pulses is decoded to the pulse, and its bounces are noise")
    func simulated() throws {
        let trace = box.folder + "/trace"
        let arguments = ["--pulses", "1000", "--output", trace, "--from", "1718000000", "--seconds", "86400"]
        #expect(try Peer.run([box.program, "simulate"] + arguments).code == 0)
        let edges = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").dropFirst()
        // What should come out, by another way: the contact rests for 20 ms only where a pulse begins or ends.
        let times = try edges.map { try #require(Double($0.split(separator: " ")[0].dropFirst(5))) }
        let rests = zip(times, times.dropFirst()).count { $1 - $0 > 0.02 } + 1
        #expect(rests > 2000 && rests % 2 == 0)
        let decoded = try box.run("decode", "pulse", trace)
        let last = try #require(decoded.output.split(separator: "\n").last { $0.hasPrefix("pulse,") })
        #expect(last.contains("count=\(rests / 2)i,value=\(Double(rests / 2) / 1000),w="), "\(last)")
        #expect(
            decoded.output.contains("\(edges.count) edges, \(rests / 2) pulses, \(edges.count - rests) rejected edges")
        )
        let json = try box.run("decode", "pulse", trace, "--format", "json").output
        let object = try #require(json.split(separator: "\n").last { $0.hasPrefix("{") })
        let values = try JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Double]
        #expect(values?["count"] == Double(rests / 2))
    }

    @Test("a trace is decoded with the settings of a meter, and what is none of it is counted")
    func decoded() throws {
        let config = try box.configurePulses(
            "http://127.0.0.1:1",
            "role = \"water\"\npulses_per_m3 = 10\ninitial = 3\nmin_width = \"300ms\"\nevery = \"10s\""
        )
        let trace =
            "# of a tap\n10.5 rising gpiochip0 5\n10.9 falling\n12 1\n12.2 0\nnonsense\n1e5 1\n9223372036 1\n13 active\n13.3 inactive"
        let result = try box.run("decode", "pulse", "--source", "meter", "--config", config, input: trace)
        #expect(result.output.contains("pulse,role=water,site=maison,source=meter count=2i,value=3.2,"), "\(result)")
        #expect(result.output.contains("6 edges, 2 pulses, 2 rejected edges, 3 lines that are none"), "\(result)")
        #expect(try box.run("decode", "pulse", input: "nothing\n").code == 1)
    }

    @Test("settings that do not fit each other are mistakes with a place")
    func mistakes() throws {
        for (settings, line, words) in [
            ("role = \"water\"\npulses_per_kwh = 10", "line = 5", "counted in m³: use pulses_per_m3"),
            ("role = \"gas\"", "line = 5", "pulses_per_m3 is missing"),
            ("role = \"import\"\npulses_per_kwh = 0", "line = 5", "pulses_per_kwh"),
            ("role = \"heat\"\npulses_per_kwh = 0.1", "", "line is missing"),
            ("role = \"heat\"\npulses_per_kwh = 0.1", "line = 5\nline_name = \"GPIO5\"", "only one of line"),
        ] {
            let result = try box.run("check", try box.configurePulses("http://x", settings, line: line))
            #expect(result.code == 78 && result.output.contains(words), "\(result)")
        }
        let fast = "role = \"import\"\npulses_per_kwh = 10000\nmin_width = \"30ms\"\nmin_gap = \"30ms\""
        let result = try box.run("check", try box.configurePulses("http://x", fast))
        #expect(result.code == 0 && result.output.contains("up to 6000 W only"), "\(result)")
    }
}

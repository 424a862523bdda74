import Foundation
import MeterIO
import Testing

/// `probe` on lines with meters that are not ours, where there are such, and on lines that are nobody's business.
///
/// Time limits are generous: peers may be slow to answer on a busy machine, so that they get a whole second each.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ProbeTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// Runs `probe`.
    ///
    /// - Returns: its exit code, the piece of configuration that it printed, and what it said besides.
    private func probe(_ arguments: String...) throws -> (code: Int32, blocks: String, words: String) {
        let words = "\(box.folder)/words"
        let command = ([box.program, "probe"] + arguments + ["--config", "/nowhere"]).map { "'\($0)'" }
        let run = try Peer.run(["/bin/sh", "-c", command.joined(separator: " ") + " 2> '\(words)'"])
        return (run.code, run.output, try String(contentsOfFile: words, encoding: .utf8))
    }

    /// Makes a configuration of printed blocks, checks it, and reads one of its sources.
    ///
    /// - Returns: what the source says, as line protocol.
    private func read(_ name: String, of blocks: String, seconds: String = "4") throws -> String {
        let config = box.folder + "/found.toml"
        try "state = \"\(box.folder)\"\n[influx]\nurl = \"http://127.0.0.1:1\"\n\(blocks)"
            .write(toFile: config, atomically: true, encoding: .utf8)
        let check = try box.run("check", config)
        #expect(check.code == 0, "\(check.output)")
        let read = try box.run("read", name, "--config", config, "--seconds", seconds, "--format", "influx")
        #expect(read.code == 0, "\(read.output)")
        return read.output
    }

    // MARK: - What is there

    @Test(
        "a Linky is found by listening, whatever its mode, and its block reads it",
        arguments: ["standard", "historique"]
    )
    func linky(_ mode: String) throws {
        let house = try box.start("simulate", "--mode", mode, "--link", box.folder + "/linky")
        let line = house.line()
        let found = try probe(line)
        #expect(found.code == 0, "\(found.words)")
        #expect(found.blocks.contains("# Linky ••••3456, TIC in mode \(mode)"))
        #expect(found.words.contains(": 1 meter found. Tried: TIC at "), "\(found.words)")
        #expect(try read("linky", of: found.blocks, seconds: "15").contains("linky,site=maison,source=linky "))
    }

    /// A three-phase meter that says who made it, but not what it is.
    private static let meter: [String: [Int]] = {
        var words: [String: [Int]] = [:]
        for phase in 0..<3 {
            let values: [(Int, Float)] = [
                (0x00, 231.5), (0x06, 1.25), (0x0C, 280), (0x12, 290), (0x18, -12), (0x1E, 0.97), (0x15A, 41.5),
                (0x160, 2.25),
            ]
            for (address, value) in values { words["\(address + 2 * phase)"] = Words.float(value + Float(phase) / 100) }
        }
        for (address, value) in [
            (0x34, 840), (0x38, 870), (0x3C, -36), (0x3E, 0.97), (0x46, 50), (0x48, 124.5), (0x4A, 6.75),
        ]
            as [(Int, Float)]
        {
            words["\(address)"] = Words.float(value)
        }
        return words
    }()

    @Test(
        "Modbus devices are told by their values, by SunSpec or by their word, and are only read",
        arguments: [
            ModbusPeer.Way.rtu, .tcp,
        ]
    )
    func modbus(_ way: ModbusPeer.Way) throws {
        let devices = try ModbusPeer(
            way,
            [
                "units": ["3": ["4": Self.meter], "9": ["3": ["0": [4711, 12]]]],
                "sunspec": [
                    "5": [
                        "base": 40_000,
                        "models": [
                            ["ID": 1, "Mn": "Soleil", "Md": "S3", "SN": "X77", "DA": 5],
                            ["ID": 101, "W": 1234, "W_SF": 0, "WH": 5000, "WH_SF": 0, "A": 5, "A_SF": 0, "St": 4],
                        ],
                    ]
                ],
            ]
        )
        let found = try probe(
            way == .rtu ? devices.path : "--tcp=127.0.0.1:\(devices.path)",
            "--only=modbus",
            "--units=1,3,5,9",
            "--timeout=1"
        )
        #expect(found.code == 0, "\(found.words)")
        let blocks = found.blocks
        #expect(blocks.contains("# Peer P1 3, like Eastron SDM630"), "\(blocks)")
        #expect(blocks.contains("profile = \"eastron-sdm630\"") && blocks.contains("231.5 V, 50.0 Hz"))
        #expect(blocks.contains("# Soleil S3 no. X77, by SunSpec; Modbus unit 5"))
        #expect(blocks.contains("# Peer P1 3; Modbus unit 9") && blocks.contains("and read 4711"))
        #expect(blocks.matches(of: /\[source\.[a-z]+\]/).count == 3)
        #expect(blocks.contains("parity") == false)
        #expect(try read("compteur", of: blocks).contains("source=compteur w=840,va=870,"))
        #expect(try read("onduleur", of: blocks).contains(/source=onduleur w=1234,.*state=4i/))
        #expect(try read("modbus", of: blocks).contains("source=modbus value=4711 "))
        #expect(try devices.requests().allSatisfy { (1...4).contains($0[1]) })
    }

    @Test("a device that answers as unit 126 or 71 only is found without being told where", arguments: ["126", "71"])
    func network(_ unit: String) throws {
        let model = ["ID": 1, "Mn": "Soleil", "Md": "S3", "SN": "X77", "DA": 5] as [String: Any]
        let inverter = ["ID": 101, "W": 1234, "W_SF": 0, "WH": 5000, "WH_SF": 0, "St": 4]
        let devices = try ModbusPeer(.tcp, ["sunspec": [unit: ["base": 40_000, "models": [model, inverter]]]])
        let found = try probe("--tcp=127.0.0.1:\(devices.path)", "--only=modbus", "--timeout=1")
        #expect(found.blocks.contains("# Soleil S3 no. X77, by SunSpec; Modbus unit \(unit)"), "\(found)")
        #expect(found.blocks.matches(of: /\[source\.[a-z]+\]/).count == 1)
    }

    @Test("the meter of a SolarEdge, whose power is positive while the house gives, is read the other way round")
    func solarEdge() throws {
        let models: [[String: Any]] = [
            ["ID": 1, "Mn": "SolarEdge", "Md": "SE5K", "SN": "7E1", "DA": 1],
            ["ID": 103, "W": 3000, "W_SF": 0, "WH": 5000, "WH_SF": 0, "St": 4],
            ["ID": 203, "W": 1200, "W_SF": 0],
        ]
        let device = try ModbusPeer(.tcp, ["sunspec": ["1": ["base": 40_000, "models": models]]])
        let found = try probe("--tcp=127.0.0.1:\(device.path)", "--only=modbus", "--units=1", "--timeout=1")
        #expect(found.blocks.contains("invert_power = true"), "\(found)")
        let read = try read("onduleur", of: found.blocks)
        #expect(read.contains(/role=consumption.* w=-1200/), "\(read)")
    }

    @Test("a device without identity is one block when any number calls it, and two that are not are two")
    func everywhere() throws {
        let words = ["3": ["0": [4711, 12]]]
        let any = try ModbusPeer(
            .tcp,
            ["units": Dictionary(uniqueKeysWithValues: (1...255).map { ("\($0)", words) })]
        )
        let one = try probe("--tcp=127.0.0.1:\(any.path)", "--only=modbus", "--timeout=1")
        #expect(one.blocks.matches(of: /\[source\.[a-z]+\]/).count == 1, "\(one)")
        #expect(one.words.contains("also answers as other units"))
        let two = try ModbusPeer(.tcp, ["units": ["3": words, "9": words]])
        let both = try probe("--tcp=127.0.0.1:\(two.path)", "--only=modbus", "--timeout=1")
        #expect(both.blocks.contains("unit = 3") && both.blocks.contains("unit = 9"), "\(both)")
    }

    @Test("a named meter is one block when any number calls it and its values move, and two that read alike are two")
    func named() throws {
        let units = (1...255).map { unit in
            var meter = Self.meter
            meter["0"] = Words.float(231.5 + Float(unit) / 100)
            return ("\(unit)", ["4": meter])
        }
        let any = try ModbusPeer(.tcp, ["units": Dictionary(uniqueKeysWithValues: units)])
        let one = try probe("--tcp=127.0.0.1:\(any.path)", "--only=modbus", "--units=1-3", "--timeout=1")
        #expect(one.blocks.matches(of: /\[source\.[a-z0-9]+\]/).count == 1, "\(one)")
        let two = try ModbusPeer(.tcp, ["units": ["1": ["4": Self.meter], "2": ["4": Self.meter]]])
        let both = try probe("--tcp=127.0.0.1:\(two.path)", "--only=modbus", "--units=1-3", "--timeout=1")
        #expect(both.blocks.contains("unit = 1") && both.blocks.contains("unit = 2"), "\(both)")
    }

    @Test("the name in SunSpec's model 1 is told of a device without inverter and meter")
    func nameAlone() throws {
        let model = ["ID": 1, "Mn": "Soleil", "Md": "Gate", "SN": "X78", "DA": 1] as [String: Any]
        let devices = try ModbusPeer(.tcp, ["sunspec": ["1": ["base": 40_000, "models": [model]]]])
        let found = try probe("--tcp=127.0.0.1:\(devices.path)", "--only=modbus", "--units=1", "--timeout=1")
        #expect(found.blocks.contains("# Soleil Gate no. X78; Modbus unit 1"), "\(found)")
    }

    @Test("an inverter is named that answers by an independent implementation", .enabled(if: PythonPeer.isThere))
    func aurora() throws {
        let wire = try Peer([
            PythonPeer.python, PythonPeer.script("wire.py"), "--echo", "\(box.folder)/bus",
            "\(PythonPeer.python) \(PythonPeer.script("aurora.py")) --address 4",
        ])
        _ = wire.line()
        let found = try probe("\(box.folder)/bus", "--only", "aurora", "--timeout", "1")
        #expect(found.code == 0, "\(found.words)")
        #expect(
            found.blocks.contains("# Aurora inverter, 3.0 kW, grid rule VDE 0126, transformerless, -3I33-, no. 654321")
        )
        #expect(found.blocks.contains("address = 4\nspeed = 19200"))
        #expect(try read("onduleur", of: found.blocks, seconds: "8").contains("w=1523.5"))
        _ = wire.identifier
    }

    @Test("the meters of an M-Bus are told apart, by number or by address")
    func mbus() throws {
        let slave = try MBusTests.bus()
        let line = slave.line()
        let found = try probe(line, "--only", "mbus", "--timeout", "1")
        #expect(found.code == 0, "\(found.words)")
        #expect(
            found.blocks.contains("id = \"12345678\"\nmanufacturer = \"ABB\"\nrole = \"consumption\""),
            "\(found.blocks)"
        )
        #expect(found.blocks.contains("SPX 87654321, water; M-Bus address 10"))
        #expect(try read("compteur", of: found.blocks, seconds: "15").contains("wh_in=12345670i,w=-1500"))
        #expect(try read("eau", of: found.blocks, seconds: "8").contains("value=1234.567"))
        // Selections, resets and questions for data: nothing that changes a meter.
        let orders = found.words.isEmpty ? [] : (0..<6).map { _ in slave.line() }
        #expect(orders.allSatisfy { $0.hasPrefix("68 0b 0b 68 73 fd 52 ") || $0.hasPrefix("10 ") })
    }

    @Test("the meters of an M-Bus are found behind a gateway in the network, too")
    func gateway() async throws {
        let slave = try MBusTests.bus()
        // Below those that the system gives to connections, of which there are many.
        let port = Int.random(in: 20_000..<32_000)
        // One client after the other: a child that lingers would take the answer to the next one's question.
        let gateway = try Peer([
            "/usr/bin/socat", "-t", "0.1", "TCP-LISTEN:\(port),bind=127.0.0.1,reuseaddr,fork,max-children=1",
            "OPEN:\(slave.line()),raw,echo=0",
        ])
        // It does not end on SIGTERM.
        defer { gateway.kill() }
        let isOpen = try await eventually {
            try !Peer.run(["/usr/bin/ss", "-Hltn", "sport = :\(port)"]).output.isEmpty
        }
        try #require(isOpen)
        let found = try probe("--tcp", "127.0.0.1:\(port)", "--only", "mbus", "--timeout", "3")
        #expect(found.code == 0, "\(found.words)")
        #expect(found.blocks.contains("host = \"127.0.0.1\"\nport = \(port)\nid = \"12345678\""), "\(found.blocks)")
        #expect(try read("compteur", of: found.blocks, seconds: "15").contains("wh_in=12345670i,w=-1500"))
        withExtendedLifetime(slave) {}
    }

    private static let neighbours = Installation.root + "/Tests/peers/neighbours"
    private static let hasNeighbours =
        FileManager.default.isExecutableFile(atPath: "/usr/bin/owserver")
        && (try? Peer.run(["/usr/bin/unshare", "--user", "--map-root-user", "--net", "/bin/true"]).code) == 0

    @Test(
        "in the network Eco-Devices are found by a broadcast, and 1-Wire chips at owserver; their blocks read them",
        .enabled(if: hasNeighbours)
    )
    func neighbours() throws {
        let (blocks, words) = ("\(box.folder)/blocks", "\(box.folder)/words")
        let probe = "'\(box.program)' probe --network --config /nowhere > '\(blocks)' 2> '\(words)'"
        let config = "\(box.folder)/found.toml"
        let head = "state = \"\(box.folder)\"\n[influx]\nurl = \"http://127.0.0.1:1\"\n"
        try head.write(toFile: config, atomically: true, encoding: .utf8)
        // An Eco-Devices whose pages ask for a password has the same values elsewhere.
        let script = """
            \(probe) && sed -e 's/^teleinfo = 1/&\\npages = "json"/' -e 's/^type = "ecodevices-rt2"/&\\nevery = "10s"/' \\
                '\(blocks)' >> '\(config)'
            '\(box.program)' check '\(config)' || exit 1
            for name in compteur temperature linky; do
                '\(box.program)' read $name --config '\(config)' --seconds 3 --format influx || exit 1
            done
            # A register is believed when it comes again.
            '\(box.program)' read rt2 --config '\(config)' --seconds 14 --format influx
            """
        let run = try Peer.run([Self.neighbours, "/bin/sh", "-c", script])
        let said = try String(contentsOfFile: words, encoding: .utf8)
        let found = try String(contentsOfFile: blocks, encoding: .utf8)
        #expect(run.code == 0, "\(run.output) \(said)")
        #expect(said.contains("IPX800_V4 at 10.9.8.1:81 is a device of GCE Electronics, but no Eco-Devices"), "\(said)")
        for part in [
            "TIC input 1\n# It asks for a user and a password: add username and password_file.\n[source.linky]\n",
            "[source.linky.counter_1]\nrole = \"water\"", "host = \"10.9.9.1:8080\"\n",
            "type = \"onewire\"\nsensor = \"28.",
        ] {
            #expect(found.contains(part), "\(found)")
        }
        // Both counters of the chip and the four others, each once, though each device answers twice.
        #expect(found.matches(of: /\[source\.[a-z0-9]+\]/).count == 5, "\(found)")
        for reading in ["source=compteur ", "source=temperature ", "linky,site=maison,source=linky ", "source=rt2 "] {
            #expect(run.output.contains(reading), "\(run.output)")
        }
        #expect(run.output.contains("va_in=1640i") && run.output.contains("wh_in=1234i"), "\(run.output)")
    }

    // MARK: - What is left alone

    @Test("to a port that is off limits nothing is sent, by whatever name it is called")
    func offLimits() throws {
        let open = try PseudoTerminal()
        let shut = try PseudoTerminal()
        let link = box.folder + "/zigbee"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: shut.name)
        let found = try probe(open.name, shut.name, "--not", link, "--only", "aurora", "--timeout", "0.05")
        #expect(found.code == 1 && found.blocks.isEmpty)
        #expect(found.words.contains("\(shut.name) is left alone: it is off limits"), "\(found.words)")
        #expect(try shut.read().isEmpty)
        #expect(try open.read().count >= 180)
        let mistyped = try probe(open.name, "--skip", "/dev/ttyUSB77")
        #expect(mistyped.code == 64 && mistyped.words.contains("there is no /dev/ttyUSB77 that could be left alone"))
        #expect(try open.read().isEmpty)
    }

    @Test("a port that another program has locked is named and left alone")
    func locked() throws {
        let terminal = try PseudoTerminal()
        let holder = try SerialPort(path: terminal.name, settings: SerialSettings(baud: 9600))
        let found = try probe(terminal.name)
        #expect(found.code == 69)
        #expect(found.words.contains("\(terminal.name) is left alone: cannot open \(terminal.name)"), "\(found.words)")
        #expect(found.words.contains("use") && found.words.contains("there is no port to look at"))
        #expect(try terminal.read().isEmpty)
        _ = holder.path
    }

    @Test("into a line on which somebody speaks who is no meter nothing is sent", .enabled(if: PythonPeer.isThere))
    func talking() throws {
        let sent = "\(box.folder)/sent"
        let wire = try Peer([
            PythonPeer.python, PythonPeer.script("wire.py"), "\(box.folder)/bus",
            "sh -c 'while :; do echo GPGGA,123519,4807.038,N,01131.000,E; sleep 0.05; done'", "sh -c 'cat > \(sent)'",
        ])
        _ = wire.line()
        let found = try probe("\(box.folder)/bus", "--only", "modbus")
        #expect(found.code == 1 && found.blocks.isEmpty)
        #expect(found.words.contains("something speaks on \(box.folder)/bus without being asked"), "\(found.words)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: sent)).isEmpty)
        // The recorder does hear what is sent.
        let control = try Peer.run(["/bin/sh", "-c", "printf x > '\(box.folder)/bus'"])
        #expect(control.code == 0)
        while try Data(contentsOf: URL(fileURLWithPath: sent)).isEmpty { Thread.sleep(forTimeInterval: 0.05) }
        _ = wire.identifier
    }

    @Test(
        "a device with a web server is known by one of its pages, and another one is not",
        arguments: [
            (
                "/info",
                "<envoy_info><device><sn>1</sn><pn>800-00654-r08</pn><imeter>false</imeter></device></envoy_info>",
                "enphase-envoy-inverters-6"
            ),
            (
                "/info",
                "<envoy_info><device><sn>1</sn><pn>800-00654-r08</pn><imeter>true</imeter></device></envoy_info>",
                "enphase-envoy-6"
            ),
            ("/shelly", #"{"type":"SHEM","mac":"A","auth":false}"#, "shelly-em"),
            (
                "/shelly", #"{"name":null,"gen":2,"model":"SPEM-003CEBEU","app":"Pro3EM","profile":"monophase"}"#,
                "shelly-em1-0"
            ),
            (
                "/shelly", #"{"name":null,"gen":2,"model":"SPEM-003CEBEU","app":"Pro3EM","profile":"triphase"}"#,
                "shelly-pro-3em"
            ),
            ("/api/livedata/status", #"{"inverters":[],"total":{"YieldTotal":{"v":1}},"hints":{}}"#, "opendtu"),
            ("/properties/report", #"{"properties":{"electricLevel":5,"packInputPower":0}}"#, "zendure-solarflow"),
            ("/index.html", "<html>YieldTotal</html>", ""),
        ]
    )
    func web(_ page: String, _ body: String, _ profile: String) throws {
        let device = try HTTPPeer()
        try device.serve(page, ["body": body])
        let found = try probe("--web", device.host)
        guard !profile.isEmpty else {
            #expect(found.code == 1 && found.blocks.isEmpty, "\(found.blocks)")
            return
        }
        #expect(found.code == 0, "\(found.words)")
        for line in ["type", "host", "profile"] { #expect(found.blocks.contains("\n\(line) "), "\(found.blocks)") }
        #expect(found.blocks.contains("\"\(profile)\""), "\(found.blocks)")
    }

    // MARK: - How it ends

    @Test("a silent port is said with what was tried and what to do")
    func silent() throws {
        let terminal = try PseudoTerminal()
        let found = try probe(terminal.name, "--timeout", "0.05")
        #expect(found.code == 1 && found.blocks.isEmpty)
        #expect(found.words.contains("looking on \(terminal.name), for at most about"))
        for words in [
            "\(terminal.name): no meter was found. Tried: TIC at 9600 and 1200 Bd (listened only); M-Bus at 2400 8E1",
            "Aurora at 19200 8N1, addresses 2 to 10", "Modbus at 9600 8N1, units 1 to 10", "Exchange A and B",
        ] {
            #expect(found.words.contains(words), "\(found.words)")
        }
        #expect(try probe("/dev/no-such-port").code == 69)
        #expect(try probe(terminal.name, "--units", "1-300").code == 64)
        #expect(try probe(terminal.name, "--only", "zigbee").code == 64)
    }

    @Test("Ctrl-C ends it with what it has found so far")
    func interrupted() throws {
        let house = try box.start("simulate", "--link", box.folder + "/linky")
        let silent = try PseudoTerminal()
        let command = "exec '\(box.program)' probe '\(house.line())' '\(silent.name)' --thorough --config /nowhere 2>&1"
        let probe = try Peer(["/bin/sh", "-c", command])
        #expect(probe.line().hasPrefix("looking on"))
        #expect(probe.line().hasPrefix("found on \(box.folder)/linky: Linky ••••3456"))
        #expect(kill(probe.identifier, SIGINT) == 0)
        var rest = ""
        while !rest.contains("1 meter found; put") {
            let line = probe.line()
            guard !line.isEmpty || !rest.hasSuffix("\n\n") else { break }
            rest += line + "\n"
        }
        #expect(rest.contains("[source.linky]\ntype = \"teleinfo\"\ndevice = \"\(box.folder)/linky\""))
        #expect(rest.contains("no meter was found so far") && rest.contains("stopped before the end"), "\(rest)")
        #expect(probe.terminate().code == 0)
    }
}

import Foundation
import MeterCore
import MeterSources
import Testing

/// Devices of solar homes that other people's software plays: pymodbus, mosquitto, a web server with a key of its own.
@Suite(.mayBlock, .timeLimit(.minutes(5))) struct SolarPeersTests {
    private let box: Installation

    init() throws { box = try Installation() }

    /// The points of a source in line protocol, without their times.
    private func lines(_ run: SourceRun) -> Set<String> {
        Set(
            run.all.map { point in
                var encoder = LineProtocolEncoder(precision: .seconds)
                encoder.append(point)
                let text = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
                return text.split(separator: " ").dropLast().joined(separator: " ")
            }
        )
    }

    /// Reads until it has made points that have all these lines among them.
    private func read(_ run: SourceRun, until wanted: Set<String>) async throws {
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { lines(run).isSuperset(of: wanted) }
    }

    /// A Huawei with panels, battery and meter.
    private func inverter() throws -> ModbusPeer {
        let values: [(Int, [Int])] = [
            (30015, Words.unsigned(0x4845_3132_0000_0000, 4) + [Int](repeating: 0, count: 6)),
            (32016, [3805, 455, 3700, 0]), (32064, Words.signed(1731, 2)), (32069, [2301]),
            (32080, Words.signed(-12, 2)), (32085, [5001, 0, 412, 3000, 512]), (32106, Words.unsigned(1_234_567, 2)),
            (32108, Words.unsigned(1_300_000, 2)), (37022, [215]), (37100, [1]), (37101, Words.signed(2302, 2)),
            (37113, Words.signed(-1500, 2)), (37118, [5000]), (37119, Words.signed(20_000, 2)),
            (37121, Words.signed(30_000, 2)), (37758, Words.unsigned(10_000, 2)), (37760, [735]), (37762, [2]),
            (37765, Words.signed(1500, 2)), (37780, Words.unsigned(123_456, 2)), (37782, Words.unsigned(111_111, 2)),
        ]
        let words = Dictionary(uniqueKeysWithValues: values.map { ("\($0.0)", $0.1) })
        return try ModbusPeer(.tcp, ["units": ["1": ["3": words]], "most": 64])
    }

    @Test(
        "a hybrid inverter that pymodbus plays tells panels, port, battery and meter at one time",
        .enabled(if: PythonPeer.isThere)
    )
    func hybrid() async throws {
        let device = try inverter()
        let run = SourceRun(
            ModbusSource.self,
            name: "solaire",
            "\(device.place)\nprofile = \"huawei-sun2000\"\nevery = \"5s\"\ngrid = true\n"
        )
        try await read(
            run,
            until: [
                "production,kind=inverter,source=solaire w=1731,wh=13000000i,vdc1=380.5,adc1=4.55,vdc2=370,adc2=0,"
                    + "temp_c=41.2,riso_mohm=3,state=512i",
                "ac_port,source=solaire w=-12,wh_out=12345670i,v=230.1,hz=50.01",
                "battery,source=solaire w=-1500,soc_pct=73.5,wh_charge=1234560i,wh_discharge=1111110i,"
                    + "capacity_wh=10000,temp_c=21.5,state=2i",
                "meter,role=import,source=solaire w=1500,wh_out=200000i,wh_in=300000i,v=230.2,hz=50",
            ]
        )
        let last = run.all.suffix(4)
        #expect(Set(last.map(\.timestamp)).count == 1 && Set(last.map(\.series.measurement)).count == 4)
        // The device bears 64 registers in a request, and lacks what no profile names.
        #expect(try device.requests().allSatisfy { $0[1] == 3 && $0[3] <= 64 })
    }

    @Test(
        "who holds the only connection of an inverter is what its silence is said to be, until he lets go",
        .enabled(if: PythonPeer.isThere)
    )
    func onlyConnection() async throws {
        let device = try inverter()
        device.order("single on")
        let open =
            "import socket, sys; s = socket.create_connection(('127.0.0.1', \(device.path))); print(1, flush=True); sys.stdin.read()"
        var other: Peer? = try Peer(["/usr/bin/python3", "-c", open])
        _ = other?.line()
        let run = SourceRun(
            ModbusSource.self,
            name: "solaire",
            "\(device.place)\nprofile = \"huawei-sun2000\"\nevery = \"5s\"\ntimeout = \"200ms\"\n"
        )
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { run.status.errors > 0 }
        #expect(run.status.lastError?.contains("It takes one connection only") == true, "\(run.status.lastError ?? "")")
        other = nil
        try await wait { !run.all.isEmpty }
    }

    @Test(
        "with connection = close another program has the only connection of an inverter between two readings",
        .enabled(if: PythonPeer.isThere)
    )
    func sharedConnection() async throws {
        let device = try inverter()
        device.order("single on")
        let run = SourceRun(
            ModbusSource.self,
            name: "solaire",
            "\(device.place)\nprofile = \"huawei-sun2000\"\nevery = \"3600s\"\nconnection = \"close\"\n"
        )
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { !run.all.isEmpty && device.order("clients") == "0" }
        let program = """
            from pymodbus.client import ModbusTcpClient
            client = ModbusTcpClient("127.0.0.1", port=\(device.path))
            client.connect()
            print(client.read_holding_registers(37760, count=1).registers[0])
            """
        let other = try Peer.run([PythonPeer.python, "-c", program])
        #expect(other.output == "735\n", "\(other.output)")
        #expect(run.status.errors == 0, "\(run.status.lastError ?? "")")
    }

    @Test(
        "a GX that speaks only while it is asked to is asked, by nothing but an empty message",
        .enabled(if: MQTTPeer.isThere)
    )
    func victron() async throws {
        let broker = try MQTTPeer()
        // What the device does: each empty message on its topic makes it say everything.
        let heard = box.folder + "/heard"
        let device = """
            mosquitto_sub -h 127.0.0.1 -p \(broker.port) -t '#' -F '%t %l' | while read -r topic size; do
                echo "$topic $size" >> '\(heard)'
                case "$topic" in R/c0619ab1d5f2/keepalive) ;; *) continue ;; esac
                while read -r path value; do
                    mosquitto_pub -h 127.0.0.1 -p \(broker.port) -t "N/c0619ab1d5f2/system/0/$path" -m "{\\"value\\":$value}"
                done <<END
            Dc/Pv/Power 1000
            Ac/PvOnGrid/L1/Power 500.5
            Ac/PvOnGrid/L2/Power null
            Ac/Consumption/L1/Power 1200
            Ac/Grid/L1/Power -350.5
            Dc/Battery/Power -650
            Dc/Battery/Soc 73.0
            END
            done
            """
        let listener = try Peer(["/bin/sh", "-c", device])
        let run = SourceRun(
            MQTTSource.self,
            name: "solaire",
            """
            broker = "mqtt://127.0.0.1:\(broker.port)"
            profile = "victron-gx-mqtt"
            parameters = { portal = "c0619ab1d5f2" }
            """
        )
        try await read(
            run,
            until: [
                "production,kind=inverter,source=solaire w=1500.5", "ac_port,source=solaire w=1550.5",
                "battery,source=solaire w=650,soc_pct=73",
            ]
        )
        let topics = try String(contentsOfFile: heard, encoding: .utf8).split(separator: "\n")
        let ours = topics.filter { !$0.hasPrefix("N/") }
        #expect(!ours.isEmpty && ours.allSatisfy { $0 == "R/c0619ab1d5f2/keepalive 0" }, "\(ours)")
        _ = listener.identifier
    }

    @Test("a gateway with a certificate of its own is known by its key, and another key is refused")
    func pinned() async throws {
        let (certificate, key) = ("\(box.folder)/cert.pem", "\(box.folder)/key.pem")
        let made = try Peer.run(
            ["/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=envoy"]
                + ["-keyout", key, "-out", certificate]
        )
        #expect(made.code == 0, "\(made.output)")
        let hash = try Peer.run([
            "/bin/sh", "-c",
            "openssl x509 -in '\(certificate)' -pubkey -noout | openssl pkey -pubin -outform der"
                + " | openssl dgst -sha256 -binary | base64",
        ])
        let pin = hash.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let gateway = try HTTPPeer(certificate: [certificate, key])
        let meters = #"[{"eid":7,"state":"enabled","measurementType":"production"}]"#
        let readings = #"[{"eid":7,"activePower":1234.5,"actEnergyDlvd":1000,"actEnergyRcvd":0,"freq":50}]"#
        try gateway.serve("/ivp/meters", ["body": meters])
        try gateway.serve("/ivp/meters/readings", ["body": readings])
        let token = box.folder + "/token"
        try "secret-token".write(toFile: token, atomically: true, encoding: .utf8)
        func source(_ pin: String) -> SourceRun {
            SourceRun(
                HTTPSource.self,
                name: "solaire",
                "host = \"\(gateway.host)\"\nprofile = \"enphase-envoy\"\ntoken_file = \"\(token)\"\n"
                    + "pin = \"\(pin)\"\nevery = \"10s\"\n"
            )
        }
        try await read(source(pin), until: ["production,kind=inverter,source=solaire w=1234.5,hz=50"])
        #expect(try gateway.requests().contains { $0.headers["Authorization"] == "Bearer secret-token" })
        let before = try gateway.requests().count
        let other = source(String(pin.dropLast().reversed()) + "=")
        let task = Task { await other.run() }
        defer { task.cancel() }
        try await wait { other.status.errors > 0 }
        #expect(other.status.lastError?.contains("another key than pin") == true, "\(other.status.lastError ?? "")")
        #expect(try gateway.requests().count == before, "nothing was asked, and no token sent")
    }
}

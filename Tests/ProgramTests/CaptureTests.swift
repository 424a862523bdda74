import Foundation
import InfluxOutput
import Testing

/// Meters that are asked: recorded in the field, then decoded and played into a real database.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct CaptureTests {
    private let box: Installation
    private var capture: String { box.folder + "/line.capture" }

    init() throws { box = try Installation() }

    /// Records a source, decodes it as it is and as points, and replays it.
    ///
    /// - Returns: the objects, the line protocol, and the rows of the database.
    private func play(
        _ type: String,
        _ settings: String,
        _ query: String
    ) async throws -> (json: String, points: String, rows: [[String: InfluxValue]]) {
        let server = try box.influxd()
        let url = server.line()
        let config = try box.configure(url, sources: "[source.meter]\ntype = \"\(type)\"\n\(settings)\n")
        #expect(try box.run("provision", "--config", config).code == 0)
        let captured = try box.run("capture", "meter", capture, "--config", config, "--seconds", "9")
        #expect(captured.code == 0 && !captured.output.contains(": 0 readings"), "\(captured.output)")
        let json = try box.run("decode", type, capture, "--format", "json")
        #expect(json.code == 0, "\(json.output)")
        let points =
            type == "mbus"
            ? try box.run("decode", type, capture)
            : try box.run("decode", type, capture, "--source", "meter", "--config", config)
        #expect(points.code == 0, "\(points.output)")
        let replay = try box.run("replay", capture, "--config", config)
        #expect(replay.code == 0 && !replay.output.contains(" 0 points"), "\(replay.output)")
        let rows = try await box.rows(url, query)
        _ = server.identifier
        return (json.output, points.output, rows)
    }

    private func seconds(_ rows: [[String: InfluxValue]]) -> [Int64] {
        rows.compactMap { if case .integer(let time)? = $0["time"] { time } else { nil } }
    }

    @Test(
        "an inverter's line, with echo, becomes the points that it would have become",
        .enabled(if: PythonPeer.isThere)
    )
    func aurora() async throws {
        let wire = try Peer([
            PythonPeer.python, PythonPeer.script("wire.py"), "--echo", "\(box.folder)/bus",
            "\(PythonPeer.python) \(PythonPeer.script("aurora.py"))",
        ])
        _ = wire.line()
        let start = Int64(Date().timeIntervalSince1970)
        let (json, points, rows) = try await play(
            "aurora",
            "device = \"\(box.folder)/bus\"\nevery = \"1s\"",
            "SELECT w, wh FROM \"raw\".\"production\""
        )
        let end = Int64(Date().timeIntervalSince1970)
        #expect(json.contains(/\{"address":2,"question":"its serial number","text":"654321","time":\d+\}/))
        #expect(json.contains(/\{"address":2,"question":"gridWatts","time":\d+,"value":1523.5\}/))
        // An echo is no question; the last one may have been cut off.
        let counts = try #require(
            json.firstMatch(
                of: /(\d+) answers, 0 refusals, (\d+) questions without an answer, 0 bytes that are neither/
            )
        )
        #expect((Int(counts.1) ?? 0) > 4 * (Int(counts.2) ?? 0), "\(counts.0)")
        let times = seconds(rows)
        #expect(!times.isEmpty && times.count == points.matches(of: /source=meter w=1523.5,/).count)
        // The times are those of the capture, and not of the replay.
        #expect(times == times.sorted() && times.allSatisfy { (start...end).contains($0) })
        #expect(rows.allSatisfy { $0["w"] == .float(1523.5) })
        _ = wire.identifier
    }

    @Test(
        "a Modbus line of several devices becomes the points of the one that is meant",
        arguments: [
            ModbusPeer.Way.rtu, .tcp,
        ]
    )
    func modbus(_ way: ModbusPeer.Way) async throws {
        let words = ["0": Words.float(231.5), "12": Words.float(840), "70": Words.float(50), "72": Words.float(12.5)]
        let meter = try ModbusPeer(way, ["units": ["3": ["4": words]]])
        let (json, points, rows) = try await play(
            "modbus",
            "\(meter.place)\nunit = 3\nprofile = \"eastron-sdm120\"\nevery = \"1s\"",
            "SELECT w, v, hz FROM \"raw\".\"meter\""
        )
        #expect(json.contains(/"address":3,"question":"inputRegisters: \d+ registers at \d+"/), "\(json.prefix(300))")
        #expect(json.contains("\"refused\":\"the device refused: exception 2"))
        #expect(
            !rows.isEmpty && rows.count == points.matches(of: /source=meter v=231.5,w=840,hz=50/).count,
            "\(points)"
        )
        #expect(rows.allSatisfy { $0["v"] == .float(231.5) && $0["w"] == .integer(840) })
        let bare = try box.run("decode", "modbus", capture, "--format", "influx")
        #expect(bare.code == 64 && bare.output.contains("--source"))
        #expect(try box.run("decode", "aurora", capture).code == 1)
    }

    @Test("an M-Bus meter is recorded, decoded and played")
    func mbus() async throws {
        let slave = try MBusTests.bus()
        let (json, points, rows) = try await play(
            "mbus",
            "device = \"\(slave.line())\"\naddress = 5\nevery = \"5s\"",
            "SELECT wh_in, w FROM \"raw\".\"meter\""
        )
        #expect(json.contains("\"control\":\"REQ_UD2\"") && json.contains("\"control\":\"RSP_UD\""))
        #expect(points.contains("wh_in=12345670i"))
        #expect(!rows.isEmpty && rows.allSatisfy { $0["wh_in"] == .integer(12_345_670) && $0["w"] == .integer(-1500) })
    }

    @Test("the simulated inverter is found, and read as the house's sun has it")
    func simulated() throws {
        // Noon in June.
        let house = try box.start(
            "simulate",
            "--link",
            box.folder + "/linky",
            "--aurora",
            box.folder + "/rs485",
            "--from",
            "1718013600"
        )
        #expect(Set([house.line(), house.line()]) == [box.folder + "/linky", box.folder + "/rs485"])
        let config = try box.configure(
            "http://127.0.0.1:1",
            sources: "[source.solaire]\ntype = \"aurora\"\ndevice = \"\(box.folder)/rs485\"\nevery = \"1s\"\n"
        )
        let read = try box.run("read", "solaire", "--config", config, "--seconds", "6", "--format", "influx")
        #expect(read.output.contains(/source=solaire w=[1-9]\d+,wh=123456\d\di,/), "\(read.output)")
        // Details come with the first round of a minute.
        #expect(read.output.contains(/source=solaire w=[1-9]\d+,v=2\d\d,/), "\(read.output)")
    }
}

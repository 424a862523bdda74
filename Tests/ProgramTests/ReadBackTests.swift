import Foundation
import InfluxOutput
import MeterCore
import MeterIO
import MeterSimulation
import Testing

/// A meter that a test plays.
struct PlayedMeter: Sendable, CustomTestStringConvertible {
    var mode: HouseMode
    var phases: Int
    var tariff: HouseTariff
    /// Whether the server asks for users.
    var hasUsers: Bool

    var testDescription: String { "\(mode), \(phases) phase(s), \(tariff), \(hasUsers ? "with" : "without") users" }

    func house(at start: Int64) -> House {
        var options = HouseOptions()
        options.mode = mode
        options.phases = phases
        options.tariff = tariff
        options.isProducer = mode == .standard
        return House(options: options, start: start)
    }
}

/// What InfluxQL should give for one frame, from the groups as they were sent and not from any decoder.
struct ExpectedPoints {
    private let values: [String: String]
    private let mode: HouseMode
    private let phases: Int

    init(_ state: HouseState) {
        values = Dictionary(state.groups.map { ($0.label, $0.data) }) { first, _ in first }
        mode = state.options.mode
        phases = state.phases.count
    }

    private func integer(_ label: String, times factor: Int64 = 1) -> InfluxValue {
        values[label].flatMap { Int64($0) }.map { .integer($0 * factor) } ?? .null
    }

    /// The fields of `raw.linky`; the registers only when they are believed.
    func linky(withRegisters: Bool) -> [String: InfluxValue] {
        switch mode {
        case .standard:
            var fields = [
                "va_in": integer("SINSTS"), "va_out": integer("SINSTI"), "ntarf": integer("NTARF"),
                "pref_va": integer("PREF", times: 1000), "pcoup_va": integer("PCOUP", times: 1000),
                "smax_va": integer("SMAXSN"), "smax_prev_va": integer("SMAXSN-1"), "w_ccasn": integer("CCASN"),
                "w_ccain": integer("CCAIN"), "varh_q1": integer("ERQ1"), "varh_q2": integer("ERQ2"),
                "varh_q3": integer("ERQ3"), "varh_q4": integer("ERQ4"),
                "stge": values["STGE"].flatMap { Int64($0, radix: 16) }.map { .integer($0) } ?? .null,
            ]
            if withRegisters {
                fields["wh_in"] = integer("EAST")
                fields["wh_out"] = integer("EAIT")
            }
            return fields
        case .historique:
            let periods = [
                "TH..", "HC..", "HP..", "HCJB", "HPJB", "HCJW", "HPJW", "HCJR", "HPJR",
            ]
            let numbers: [Int64] = [1, 1, 2, 1, 2, 3, 4, 5, 6]
            let period = periods.firstIndex(of: values["PTEC"] ?? "").map { InfluxValue.integer(numbers[$0]) }
            var fields = [
                "va_in": integer("PAPP"), "ntarf": period ?? .null,
                "pref_va": integer("ISOUSC", times: 200 * Int64(phases)),
            ]
            if withRegisters {
                fields["wh_in"] = .integer(registers.values.reduce(0, +))
            }
            return fields
        }
    }

    /// The fields of `raw.phase` of one phase.
    func phase(_ number: Int) -> [String: InfluxValue] {
        switch mode {
        case .standard:
            [
                "v": integer("URMS\(number)"), "v_avg": integer("UMOY\(number)"), "i": integer("IRMS\(number)"),
                "va": integer(phases == 1 ? "SINSTS" : "SINSTS\(number)"),
            ]
        case .historique:
            phases == 1
                ? ["i": integer("IINST"), "va": integer("PAPP")] : ["i": integer("IINST\(number)")]
        }
    }

    /// The registers of the tariff, as the tag `register` calls them, in Wh.
    var registers: [String: Int64] {
        let historique = ["BASE", "HCHC", "HCHP"] + ["B", "W", "R"].flatMap { ["BBRHCJ\($0)", "BBRHPJ\($0)"] }
        let short = ["HCHC": "HC", "HCHP": "HP"]
        var registers: [String: Int64] = [:]
        for (label, data) in values {
            if label.hasPrefix("EASF") || label.hasPrefix("EASD") {
                registers[String(label.dropFirst(3))] = Int64(data)
            } else if historique.contains(label) {
                let name = label.hasPrefix("BBR") ? String(label.dropFirst(3)) : short[label] ?? label
                registers[name] = Int64(data)
            }
        }
        return registers
    }
}

/// Frames go over a pseudo-terminal at the meter's speed into the running program; every field of every point is read
/// back by InfluxQL and compared with what was sent.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct ReadBackTests {
    private static let meters = [
        PlayedMeter(mode: .standard, phases: 1, tariff: .hphc, hasUsers: true),
        PlayedMeter(mode: .standard, phases: 3, tariff: .tempo, hasUsers: false),
        PlayedMeter(mode: .historique, phases: 1, tariff: .tempo, hasUsers: false),
        PlayedMeter(mode: .historique, phases: 3, tariff: .base, hasUsers: true),
    ]

    @Test("every field that was sent is read back", arguments: meters)
    func everyField(_ meter: PlayedMeter) async throws {
        let box = try Installation()
        let server = try meter.hasUsers ? box.influxd("--auth") : box.influxd()
        let url = server.line()
        let client = try await provision(box, url, hasUsers: meter.hasUsers)
        let daemon = try box.start("run", "--config", box.folder + "/boxenergie.toml")
        let sent = try await play(meter, at: box.folder + "/linky")

        func rows(_ measurement: String) async throws -> [[String: InfluxValue]] {
            try await client.query("SELECT * FROM \"raw\".\"\(measurement)\"", database: "boxenergie").flatMap(\.rows)
        }
        // On a busy machine the last frame is read late.
        _ = try await eventually { try await rows("linky").count >= sent.count }
        #expect(daemon.terminate().code == 0)
        let linky = try await rows("linky")
        #expect(linky.count == sent.count)
        var times: [InfluxValue: Int] = [:]
        for (index, (row, frame)) in zip(linky, sent).enumerated() {
            times[row["time"] ?? .null] = index
            let time = try #require(seconds(row))
            // Whole seconds, a read every 0.3 s, and a machine that may stand still for a while.
            #expect((-2...10).contains(Double(time) - frame.end), "the frame ended at \(frame.end), not at \(time)")
            // The very first registers, and what the meter is, are held until a second frame confirms them.
            check(row, ["source": "linky"], frame.points.linky(withRegisters: index > 0), isFirst: index == 0)
        }
        let phases = try await rows("phase")
        #expect(((sent.count - 1) * meter.phases...sent.count * meter.phases).contains(phases.count))
        for row in phases {
            let index = try #require(times[row["time"] ?? .null])
            let number = try #require(row["phase"].flatMap { Int("\($0)") })
            let fields = sent[index].points.phase(number)
            check(row, ["source": "linky", "phase": "\(number)"], fields, isFirst: index == 0)
        }
        let registers = try await rows("index")
        for row in registers {
            let index = try #require(times[row["time"] ?? .null])
            let name = try #require(row["register"]).description
            let value = try #require(sent[index].points.registers[name])
            check(row, ["source": "linky", "register": name], ["wh": .integer(value)])
        }
        #expect(Set(registers.compactMap { $0["register"]?.description }) == Set(sent[1].points.registers.keys))
    }

    /// Holds a row to what was sent; of the first frame fields may be missing, but none is another one.
    private func check(
        _ row: [String: InfluxValue],
        _ tags: [String: String],
        _ fields: [String: InfluxValue],
        isFirst: Bool = false
    ) {
        var expected = fields
        for (name, value) in tags { expected[name] = .string(value) }
        expected["site"] = .string("maison")
        expected["time"] = row["time"]
        let found = row.filter { $0.value != .null }
        #expect(found == expected.filter { $0.value != .null && (!isFirst || found[$0.key] != nil) })
    }

    private func seconds(_ row: [String: InfluxValue]) -> Int64? {
        if case .integer(let time)? = row["time"] { time } else { nil }
    }

    /// Makes the database, with users or without, and the configuration.
    ///
    /// - Returns: a client that may read.
    private func provision(_ box: Installation, _ url: String, hasUsers: Bool) async throws -> InfluxClient {
        guard hasUsers else {
            #expect(try box.run("provision", "--config", try box.configure(url)).code == 0)
            return try box.client(url)
        }
        let (admin, writer) = (try box.writeSecret("admin", "a"), try box.writeSecret("writer", "w"))
        let reader = try box.writeSecret("reader", "r")
        let config = try box.configure(url, "username = \"writer\"\npassword_file = \"\(writer)\"")
        _ = try await box.client(url, user: "admin", password: "a")
            .query("CREATE USER \"admin\" WITH PASSWORD 'a' WITH ALL PRIVILEGES")
        let result = try box.run(
            "provision",
            "--config",
            config,
            "--admin",
            "admin",
            "--admin-password-file",
            admin,
            "--reader",
            "reader:\(reader)"
        )
        #expect(result.code == 0, "\(result)")
        return box.client(url, user: "reader", password: "r")
    }

    /// Sends six frames at the meter's speed, with a pause after each so that no two fall into one second.
    private func play(
        _ meter: PlayedMeter,
        at link: String
    ) async throws -> [(points: ExpectedPoints, end: Double)] {
        var terminal = try PseudoTerminal()
        try terminal.link(at: link)
        let baud = meter.mode == .standard ? 9600 : 1200
        for _ in 0..<600 where terminal.readerBaud != baud { try await Task.sleep(for: .milliseconds(50)) }
        #expect(terminal.readerBaud == baud, "nobody listens at the meter's speed")
        let start = Int64(Date().timeIntervalSince1970)
        var house = meter.house(at: start - 7200)
        _ = house.advance(to: start - 3600)
        var sent: [(points: ExpectedPoints, end: Double)] = []
        for number in 0..<Int64(6) {
            let state = house.advance(to: start + 2 * number)
            let frame = TICWriter.frame(state)
            let piece = baud / 200
            for first in stride(from: 0, to: frame.count, by: piece) {
                #expect(try terminal.write(frame[first..<min(first + piece, frame.count)]) > 0)
                try await Task.sleep(for: .milliseconds(50))
            }
            sent.append((ExpectedPoints(state), Date().timeIntervalSince1970))
            try await Task.sleep(for: .milliseconds(2300))
        }
        return sent
    }
}

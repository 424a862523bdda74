import Foundation
import InfluxOutput
import MeterIO
import MeterNotation
import Testing

@testable import boxenergie

/// What the box's own database has, given to an output that lacks it.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct SendTests {
    private let box: Installation
    /// A day whose readings are still kept.
    private let day: LocalDate
    /// Its beginning.
    private let start: Int64

    init() throws {
        box = try Installation()
        let calendar = LocalCalendar(.paris)
        day = calendar.date(Int64(Date().timeIntervalSince1970) - 10 * 86_400)
        start = calendar.start(of: day)
    }

    /// Points of all types of fields, by policy.
    private var lines: [String: String] {
        [
            "raw": """
            meter,role=import,site=maison,source=compteur wh_in=1000001i,w_in=500 \(start + 10)
            meter,role=import,site=maison,source=compteur wh_in=1000002i,w_in=0.1 \(start + 80_000)
            meter,role=import,site=autre,source=compteur wh_in=7i \(start + 10)
            """,
            "m15": """
            energy,site=maison import_wh=150,estimated=true \(start)
            energy,site=maison import_wh=0.25 \(start + 900)
            energy,site=maison import_wh=99 \(start - 900)
            """,
            "day": """
            event,kind=box,site=maison title="Un \\"titre\\", long",text="a=b c\\\\d" \(start + 60)
            energy,site=maison import_wh=1e21 \(start)
            """,
        ]
    }

    private func write(_ lines: [String: String], to output: String, _ config: String) throws {
        for (policy, text) in lines {
            let done = try box.run("write", "--policy", policy, "--output", output, "--config", config, input: text)
            #expect(done.code == 0, "\(done.output)")
        }
    }

    @Test("sums and events of the days, as they were written and with the tag of the box, and readings when asked for")
    func send() async throws {
        let (own, central) = (try box.influxd(), try box.influxd())
        let (url, place) = (own.line(), central.line())
        func config(_ more: String = "") throws -> String {
            try box.configure(url, sources: "[output.central]\ntype = \"influx\"\nurl = \"\(place)\"\n\(more)")
        }
        for address in [url, place] {
            #expect(try box.run("provision", "--config", box.configure(address, sources: "")).code == 0)
        }
        try write(lines, to: "influx", config())
        // From before there was the tag.
        try write(["day": "energy,site=maison import_wh=7 \(start)"], to: "central", config("box_tag = false"))
        let missing = try box.run("rollup", "--output", "central", "--config", config())
        #expect(missing.code == 1 && missing.output.contains("boxenergie send --readings"), "\(missing.output)")
        let word = BoxIdentity.of(box.folder).word
        func rows(_ measurement: String, of word: String, at address: String? = nil) async throws -> [String] {
            let condition = "box = '\(word)' AND site = 'maison' AND time >= \(start)s"
            return try await box.rows(address ?? place, "SELECT * FROM \(measurement) WHERE \(condition)").map { row in
                row.filter { $0.key != "box" && $0.value != .null }.map { "\($0.key)=\($0.value)" }.sorted()
                    .joined(separator: " ")
            }
        }
        #expect(try send(config: config("only = [\"day.*\"]")).output.contains("2 points sent to central"))
        #expect(try await rows("m15.energy", of: word).isEmpty)
        #expect(try await rows("day.event", of: word).count == 1)
        for _ in 1...2 {
            let done = try send("--readings", config: config("only = [\"m15.*\", \"day.*\"]\nevery = \"1h\""))
            #expect(done.code == 0 && done.output.contains("6 points sent to central"), "\(done.output)")
            #expect(done.output.contains("under other names: autre"), "\(done.output)")
            for measurement in ["raw.meter", "m15.energy", "day.event", "day.energy"] {
                let (sent, kept) = (try await rows(measurement, of: word), try await rows(measurement, of: "", at: url))
                #expect(sent == kept && !sent.isEmpty, "\(measurement): \(sent) \(kept)")
            }
        }
        #expect(try await box.rows(place, "SELECT * FROM raw.meter WHERE site = 'autre'").isEmpty)
        for measurement in ["raw.meter", "m15.energy", "day.energy", "day.event"] {
            let question = "SHOW FIELD KEYS FROM \(measurement)"
            #expect(try await box.rows(place, question) == box.rows(url, question), "\(measurement)")
        }

        // What was there without the tag goes as the README says.
        #expect(try await rows("day.energy", of: "").count == 1)
        _ = try await box.rows(place, "DROP SERIES WHERE box = ''")
        #expect(try await rows("day.energy", of: "").isEmpty)
        #expect(try await rows("day.energy", of: word).count == 1)

        #expect(try send(config: box.configure(url, sources: "")).code == 64)
        let years = ["send", "--from", "2020-01-01", "--to", "2020-02-01", "--to-output", "central", "--config"]
        let nothing = try Peer.run([box.program] + years + [config()])
        #expect(nothing.code == 1 && nothing.output.contains("nothing to send"), "\(nothing.output)")
        #expect(try box.run("send", "--from", "\(day)", "--to-output", "influx", "--config", config()).code == 64)
    }

    /// The box at work with its Linky, and a centre whose users are made by hand.
    private func runBeside(_ body: (_ config: String, _ centre: CentrePeer) async throws -> Void) async throws {
        let (own, centre) = (try box.influxd(), try CentrePeer())
        let url = own.line()
        let password = try box.writeSecret("central", "secret")
        let central = """
            [output.central]
            type = "influx"
            url = "\(centre.inside)"
            database = "parc"
            username = "box-dupont"
            password_file = "\(password)"
            flush = "1s"
            """
        let config = try box.configure(url, central)
        #expect(try box.run("provision", "--config", config).code == 0)
        let daemon = try box.start("run", "--config", config)
        #expect(try await eventually { try box.report(config) != nil })
        try await body(config, centre)
        #expect(daemon.terminate().code == 0)
    }

    private func command(_ config: String) -> [String] {
        [box.program, "send", "--from", "\(day)", "--to", "\(day)", "--to-output", "central", "--config", config]
    }

    private func send(_ more: String..., config: String) throws -> (code: Int32, output: String) {
        try Peer.run(command(config) + more)
    }

    @Test("beside the running box it needs no spool: refused it says so and ends, said again it sends all, once")
    func beside() async throws {
        try await runBeside { config, centre in
            // More than may wait in memory.
            let readings = (0..<40_000).map { number in
                "meter,role=import,site=maison,source=compteur wh_in=\(1_000_000 + number)i,w_in=500.5 "
                    + "\(start + Int64(number * 2))"
            }
            let input = readings.joined(separator: "\n")
            let written = try box.run("write", "--policy", "raw", "--config", config, input: input)
            #expect(written.code == 0 && written.output.isEmpty, "\(written.output)")
            try write(lines.filter { $0.key != "raw" }, to: "influx", config)
            for more in [[], ["--readings"]] {
                let began = Date()
                let done = try Peer.run(command(config) + more)
                let isTold = done.output.contains("waits nowhere") && done.output.contains("say the same again later")
                #expect(done.code == 69 && isTold && !done.output.contains("another boxenergie"), "\(done.output)")
                #expect(Date().timeIntervalSince(began) < 60)
            }
            _ = try await centre.rows("CREATE USER \"box-dupont\" WITH PASSWORD 'secret'")
            _ = try await centre.rows("GRANT WRITE ON \"parc\" TO \"box-dupont\"")
            // Interrupted somewhere, then said again, with a bar for a person at a terminal.
            let first = try Peer(command(config) + ["--readings"])
            try await Task.sleep(for: .milliseconds(300))
            first.kill()
            let words = (command(config) + ["--readings"]).joined(separator: " ")
            let shown = try Peer.run(["/usr/bin/script", "-qec", words, "/dev/null"])
            #expect(shown.code == 0 && shown.output.contains("40004 points sent to central"), "\(shown.output)")
            #expect(shown.output.contains("send [########################################] 100 %"), "\(shown.output)")
            let count = try await centre.rows("SELECT count(wh_in) FROM raw.meter").first?["count"]
            #expect(count == .integer(40_000), "\(count as Any)")
            let quiet = try send("--readings", config: config)
            #expect(quiet.code == 0 && quiet.output.split(separator: "\n").count == 1, "\(quiet.output)")
        }
    }

    @Test("the days of a box that was renamed since are told, and go when its name of then is given")
    func renamed() async throws {
        let (own, central) = (try box.influxd(), try box.influxd())
        let (url, place) = (own.line(), central.line())
        func config(_ site: String) throws -> String {
            let output = "[output.central]\ntype = \"influx\"\nurl = \"\(place)\"\n[tags]\nsite = \"\(site)\"\n"
            return try box.configure(url, sources: output)
        }
        for address in [url, place] {
            #expect(try box.run("provision", "--config", box.configure(address, sources: "")).code == 0)
        }
        try write(lines, to: "influx", config("maison"))
        let nothing = try send(config: config("gîte"))
        #expect(nothing.code == 1 && nothing.output.contains("nothing to send of gîte"), "\(nothing.output)")
        #expect(nothing.output.contains("other names: maison"), "\(nothing.output)")
        #expect(try send("--site", "maison", config: config("gîte")).output.contains("4 points sent"))
        #expect(try send("--site", "maison", "--site", "gîte", config: config("gîte")).output.contains("4 points sent"))
        let all = try send("--readings", "--all-sites", config: config("gîte"))
        #expect(all.code == 0 && all.output.contains("7 points sent to central"), "\(all.output)")
        let other = try send("--readings", config: config("maison")).output
        #expect(other.contains("6 points") && other.contains("under other names: autre"), "\(other)")
        #expect(try send("--site", "maison", "--all-sites", config: config("gîte")).code == 64)
        let word = BoxIdentity.of(box.folder).word
        let rows = try await box.rows(place, "SELECT * FROM m15.energy WHERE box = '\(word)' AND site = 'maison'")
        #expect(rows.count == 2)
    }

    @Test("a command that cannot know which box this is reads and writes nothing in the name of another")
    func unknown() throws {
        let nobody = "http://127.0.0.1:9"
        let central = "[output.central]\ntype = \"influx\"\nurl = \"\(nobody)\"\n"
        let config = try box.configure(nobody, sources: central)
        let word = try box.run("identity", "--config", config).output
        let file = box.folder + "/identity"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try "machine=1\n".write(toFile: file, atomically: true, encoding: .utf8)
        let commands = [
            ["write", "--output", "central"], ["rollup", "--output", "central"],
            ["register", "verify", "--output", "central"], ["export", "--output", "central"], ["identity"],
            ["identity", "keep"],
        ]
        for command in commands {
            let done = try Peer.run([box.program] + command + ["--config", config], input: "a b=1 1772319600\n")
            let isRefused = [1, 66].contains(done.code) && done.output.contains("identity: it is damaged")
            #expect(isRefused, "\(command): \(done.output)")
        }
        let named = try box.run("register", "verify", "--output", "central", "--box", "k7f39-x2m4t", "--config", config)
        #expect(named.code == 69, "\(named.output)")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try box.run("identity", "--config", config).output == word)
        try "".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try box.run("identity", "renew", "--config", config).code == 0)
        #expect(try box.run("identity", "--config", config).code == 0)
    }
}

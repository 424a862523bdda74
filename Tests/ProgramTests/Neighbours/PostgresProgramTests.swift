import Foundation
import InfluxOutput
import MeterCore
import Testing

@testable import boxenergie

/// The whole program beside a real PostgreSQL 15, in every way in which one is away, full, wrong or sick.
@Suite(.mayBlock, .enabled(if: PostgresPeer.isThere, "postgresql is not installed"), .timeLimit(.minutes(15)))
struct PostgresProgramTests {
    private let box: Installation
    private let device: HTTPPeer
    private let server: Peer
    private let url: String

    init() throws {
        box = try Installation()
        device = try HTTPPeer()
        server = try box.influxd()
        url = server.line()
        try device.serve("/", ["body": "{\"wh\": 1000001, \"w\": 500}"])
    }

    /// A meter that is read each second, and this database, made ready by its administrator.
    private func configure(_ peer: PostgresPeer, _ more: String = "", provisioned: Bool = true) throws -> String {
        let password = try box.writeSecret("hoster", "write's \\ \"secret")
        _ = try box.writeSecret("admin", "secret")
        let config = try box.configure(
            url,
            sources: "\(device.meter("compteur"))\n\(peer.output(box, password: password, more))"
        )
        let check = try box.run("check", config)
        #expect(check.code == 0, "\(check.output)")
        #expect(try box.run("provision", "--config", config).code == 0)
        if provisioned {
            let made = try box.provision(config, byAdministrator: true)
            #expect(made.code == 0, "\(made.output)")
        }
        return config
    }

    private func trouble(_ config: String, _ words: String) async throws -> Bool {
        try await eventually { try box.report(config)?.outputs["hoster"]?.lastError?.contains(words) == true }
    }

    private func isSent(_ config: String) async throws -> Bool {
        try await eventually { try box.report(config)?.outputs["hoster"]?.waitingBatches == 0 }
    }

    /// The times and values of the meter's register in both databases.
    private func registers(_ peer: PostgresPeer) async throws -> (there: [String], here: [String]) {
        let there = peer.sql(
            """
            SELECT extract(epoch FROM t)::bigint || ' ' || value FROM boxenergie.reading
            WHERE measurement = 'raw.meter' AND source = 'compteur' AND field = 'wh_in' ORDER BY t
            """
        )
        let here = try await box.rows(url, "SELECT wh_in FROM raw.meter").compactMap { row -> String? in
            guard case .integer(let time)? = row["time"], case .integer(let value)? = row["wh_in"] else { return nil }
            return "\(time) \(value)"
        }
        return (there, here)
    }

    @Test(
        "what InfluxDB has, PostgreSQL has, once each: through a wrong password, a power cut, a standstill and a kill"
    )
    func delivery() async throws {
        let peer = try PostgresPeer()
        let config = try configure(peer)
        _ = try box.writeSecret("hoster", "wrong")
        var daemon = try box.start("run", "--config", config)
        #expect(
            try await trouble(
                config,
                "password authentication failed for user \"box\"); check username and password_file"
            )
        )
        _ = try box.writeSecret("hoster", "write's \\ \"secret")
        #expect(try await eventually { try await registers(peer).there.count > 3 })
        peer.order("stop")
        #expect(try await eventually { try box.report(config)?.outputs["hoster"]?.waitingBatches ?? 0 > 2 })
        // It is known by a name, and each address is told of.
        #expect(try await trouble(config, "(127.0.0.1)"))
        daemon.kill()
        let killed = Int64(Date().timeIntervalSince1970)
        daemon = try box.start("run", "--config", config)
        #expect(try await box.hasRead(3, more: "compteur", config))
        peer.order("start")
        #expect(try await isSent(config))
        // One that stands still holds up nobody.
        peer.order("freeze")
        let before = (try device.requests().count, Date())
        let rows = try await registers(peer: nil).count
        #expect(try await box.hasRead(20, more: "compteur", config))
        let (count, seconds) = (try device.requests().count - before.0, Date().timeIntervalSince(before.1))
        #expect(Double(count) > seconds / 1.1 - 2, "\(count) readings in \(seconds) s")
        #expect(try await eventually { try await registers(peer: nil).count >= rows + 15 })
        peer.order("thaw")
        #expect(try await isSent(config))
        #expect(daemon.terminate().code == 0)
        let (there, here) = try await registers(peer)
        // What was in memory when the power went each output had sent, or not, at its own moment.
        let differing = Set(there).symmetricDifference(here)
        let atTheCut = (killed - 4...killed + 1).map { "\($0) " }
        #expect(differing.allSatisfy { one in atTheCut.contains { one.hasPrefix($0) } }, "\(killed): \(differing)")
        #expect(there.count > 20 && Set(there).count == there.count)
        // Texts, too.
        let texts = "SELECT count(*) > 0 FROM boxenergie.reading WHERE field = 'state' AND text = 'reading'"
        #expect(peer.sql(texts) == ["t"])
    }

    private func registers(peer: PostgresPeer?) async throws -> [String] {
        try await box.rows(url, "SELECT wh_in FROM raw.meter").map { "\($0)" }
    }

    @Test("the writer may insert and nothing else; a month without partition gets one, a date that cannot be gets none")
    func rights() async throws {
        let peer = try PostgresPeer()
        let config = try configure(peer)
        let look = try box.provision(config, "--check", byAdministrator: true)
        #expect(look.code == 0, "\(look.output)")
        for right in ["SELECT", "UPDATE", "DELETE", "TRUNCATE"] {
            #expect(peer.sql("SELECT has_table_privilege('box', 'boxenergie.reading', '\(right)')") == ["f"])
        }
        #expect(peer.sql("SELECT to_regclass('boxenergie.reading_2019_03') IS NULL") == ["t"])
        // Two rows for one time, a month long ago, and a day that is no more than a mistake.
        let lines = """
            energy,site=maison import_wh=1,export_wh=2 1551441600
            energy,site=maison import_wh=3 1551441600
            energy,site=maison import_wh=7 99
            energy,site=maison import_wh=4 1551442500
            """
        let written = try box.write(lines, to: "hoster", "m15", config)
        #expect(written.code == 1 && written.output.contains("no reading is of 1970"), "\(written.output)")
        let sums = """
            SELECT string_agg(field || '=' || value, ' ' ORDER BY field, t) FROM boxenergie.reading
            WHERE measurement = 'm15.energy' AND t < '2020-01-01'
            """
        #expect(peer.sql(sums) == ["export_wh=2 import_wh=3 import_wh=4"])
        #expect(peer.sql("SELECT to_regclass('boxenergie.reading_2019_03') IS NOT NULL") == ["t"])
        // A sum that is written again counts, a reading does not.
        for policy in ["m15", "raw"] {
            for value in [5, 6] {
                let line = "energy,site=maison import_wh=\(value) 1551442500\n"
                let again = try box.write(line, to: "hoster", policy, config)
                #expect(again.code == 0, "\(again.output)")
            }
        }
        let again = """
            SELECT measurement || ' ' || value FROM boxenergie.reading WHERE t = to_timestamp(1551442500) ORDER BY 1
            """
        #expect(peer.sql(again) == ["m15.energy 6", "raw.energy 5"])
    }

    @Test("energies of days are InfluxDB's, over both changes of the clock")
    func days() async throws {
        let peer = try PostgresPeer()
        let config = try configure(peer)
        var lines = ""
        // The last Sundays of March and October, and the days around them.
        for start in [1_774_738_800, 1_792_879_200] {
            for quarter in stride(from: start - 86_400, to: start + 3 * 86_400, by: 900) {
                lines += "energy,site=maison import_wh=\(100 + quarter / 900 % 7),production_wh=0.5 \(quarter)\n"
            }
        }
        for output in ["influx", "hoster"] {
            let written = try box.write(lines, to: output, "m15", config)
            #expect(written.code == 0, "\(written.output)")
        }
        let here = try await box.rows(
            url,
            "SELECT sum(import_wh) FROM m15.energy WHERE time > '2026-03-01' AND time < '2026-11-10' "
                + "GROUP BY time(1d) fill(none) tz('Europe/Paris')"
        ).compactMap { row -> String? in
            guard case .integer(let time)? = row["time"], case .integer(let value)? = row["sum"] else { return nil }
            return "\(time) \(value)"
        }
        let there = peer.sql(
            "SELECT extract(epoch FROM \"time\")::bigint || ' ' || import_wh FROM boxenergie.energy_per_day ORDER BY \"time\""
        )
        #expect(there == here && there.count >= 8, "\(there) \(here)")
    }

    @Test(
        "tables that are not there, a full disk, a certificate of another host and no TLS are said, and nothing is lost"
    )
    func refusals() async throws {
        let peer = try PostgresPeer()
        let config = try configure(peer)
        #expect(peer.sql("DROP SCHEMA boxenergie CASCADE").allSatisfy { !$0.hasPrefix("ERROR") })
        let daemon = try box.start("run", "--config", config)
        #expect(try await trouble(config, "run: boxenergie provision --output hoster"))
        #expect(try box.provision(config, "--check", byAdministrator: true).code == 1)
        #expect(try box.provision(config, byAdministrator: true).code == 0)
        #expect(try await isSent(config))
        #expect(try await eventually { try await registers(peer).there.count > 3 })
        if getuid() == 0 {
            peer.order("fill")
            _ = peer.sql("CREATE TABLE filler AS SELECT repeat('x', 1000) FROM generate_series(1, 100000)")
            #expect(try await trouble(config, "takes nothing now"))
            peer.order("clear")
            #expect(try await isSent(config))
        }
        // The certificate is for localhost.
        let text = try String(contentsOfFile: config, encoding: .utf8)
        func change(_ old: String, _ new: String) throws {
            try text.replacing(old, with: new).write(toFile: config, atomically: true, encoding: .utf8)
            #expect(kill(daemon.identifier, SIGHUP) == 0)
        }
        try change("host = \"localhost\"", "host = \"127.0.0.1\"")
        #expect(try await trouble(config, "does not match host name"))
        try change("ca_file = \"\(peer.folder)/ca.crt\"", "")
        #expect(try await trouble(config, "certificate verify failed"))
        try change("ca_file = \"\(peer.folder)/ca.crt\"", "tls = \"off\"")
        #expect(try await trouble(config, "no pg_hba.conf entry"))
        try change("host = \"localhost\"", "host = \"nobody.invalid\"")
        #expect(try await trouble(config, "could not translate host name"))
        // By its socket there is no TLS, and none is needed.
        try change("host = \"localhost\"", "host = \"\(peer.folder)\"")
        #expect(try await isSent(config))
        #expect(daemon.terminate().code == 0)
        let (there, here) = try await registers(peer)
        #expect(there == here, "\(Set(there).symmetricDifference(here))")
    }

    @Test("what makes the tables is printed, without the password, and psql takes it")
    func script() throws {
        let peer = try PostgresPeer()
        let config = try configure(peer, provisioned: false)
        let reader = try box.writeSecret("grafana", "read")
        let printed = try box.provision(config, "--dry-run", "--reader", "grafana:\(reader)")
        #expect(printed.code == 0 && printed.output.contains("GRANT INSERT ON boxenergie.reading TO \"box\";"))
        #expect(!printed.output.contains("secret") && printed.output.contains("PASSWORD '•••'"))
        for isFirst in [true, false] {
            let lines = printed.output.split(separator: "\n").filter { isFirst || !$0.hasPrefix("CREATE ROLE") }
            let run = try peer.psql(lines.joined(separator: "\n"), makesDatabase: isFirst)
            #expect(run.code == 0, "\(run.output)")
        }
        // It is the file that the package brings.
        let file = try String(
            contentsOfFile: Installation.root + "/Sources/Packaging/postgresql/boxenergie.sql",
            encoding: .utf8
        )
        #expect(printed.output.hasPrefix(file))
        #expect(try box.provision(config, "--rebuild").code == 64)
    }
}

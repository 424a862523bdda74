import Foundation
import MeterCore
import MeterIO
import Testing

@testable import MeterOutputs
@testable import boxenergie

/// Several homes in a real PostgreSQL 15, tables of an earlier release, and a server that is slow.
@Suite(.mayBlock, .enabled(if: PostgresPeer.isThere, "postgresql is not installed"), .timeLimit(.minutes(10)))
struct PostgresHomesTests {
    private let boxes: [Installation]

    init() throws { boxes = [try Installation(), try Installation()] }

    /// The configuration of a box, with more sections.
    private func configure(_ box: Installation, _ peer: PostgresPeer, _ more: String = "") throws -> String {
        let password = try box.writeSecret("hoster", "write")
        _ = try box.writeSecret("admin", "secret")
        return try box.configure("http://127.0.0.1:1", sources: "\(peer.output(box, password: password))\n\(more)")
    }

    private func identity(_ box: Installation) -> String { BoxIdentity.of(box.folder).word }

    /// Quarters of two local days around midnight in a time zone that is so many seconds ahead.
    private func quarters(_ tags: String, wh: Int, ahead: Int) -> String {
        let midnight = 1_795_910_400 - ahead
        return (-4..<4).map { "energy,\(tags) import_wh=\(wh) \(midnight + $0 * 900)\n" }.joined()
    }

    private func days(_ peer: PostgresPeer) -> [String] {
        peer.sql(
            """
            SELECT box || ' ' || extract(epoch FROM "time")::bigint || ' ' || import_wh FROM boxenergie.energy_per_day
            WHERE site = 'maison' ORDER BY box, "time"
            """
        )
    }

    @Test("two homes of one site never mix, each has the days of its own time zone, and tags of [tags] are no parts")
    func homes() throws {
        let peer = try PostgresPeer()
        // The 29th of November 2026 in Paris (UTC+1) and on La Réunion (UTC+4).
        let homes = [
            (3600, "[tags]\netage = \"haut, 1\""), (4 * 3600, "box_tag = true\n[site]\ntimezone = \"Indian/Reunion\""),
        ]
        var expected: [String] = []
        for (place, box) in boxes.enumerated() {
            let config = try configure(box, peer, homes[place].1)
            let check = try box.run("check", config)
            #expect(check.code == 0, "\(check.output)")
            let made = try box.provision(config, byAdministrator: true)
            #expect(made.code == 0, "\(made.output)")
            let tags = place == 0 ? "etage=haut\\,\\ 1,site=maison" : "box=\(identity(box)),site=maison"
            let written = try box.write(
                quarters(tags, wh: 10 + place, ahead: homes[place].0)
                    + "tariff,\(tags),register=HP wh=1 1795910400\n",
                to: "hoster",
                "m15",
                config
            )
            #expect(written.code == 0, "\(written.output)")
            let look = try box.provision(config, "--check", byAdministrator: true)
            #expect(look.code == 0, "\(look.output)")
            for day in [-86_400, 0] {
                expected.append("\(identity(box)) \(1_795_910_400 - homes[place].0 + day) \(4 * (10 + place))")
            }
        }
        #expect(days(peer) == expected.sorted())
        let parts = peer.sql(
            "SELECT DISTINCT part || '|' || tags FROM boxenergie.reading WHERE measurement = 'm15.tariff' ORDER BY 1"
        )
        #expect(parts == ["register=HP|", #"register=HP|etage=haut\, 1"#])
        #expect(peer.sql("SELECT count(*) FROM boxenergie.reading WHERE box = ''") == ["0"])
        #expect(peer.sql("SELECT boxenergie.tell('x', 'y', 'Nowhere/Town')") == [""])
        #expect(peer.sql("SELECT zone IS NULL FROM boxenergie.home WHERE box = 'x'") == ["t"])
    }

    @Test("tables of an earlier release are refused with what to do, and brought up to this one without a loss")
    func earlier() throws {
        let peer = try PostgresPeer()
        let box = boxes[0]
        let config = try configure(box, peer, "[tags]\netage = \"haut\"")
        let old = Installation.root + "/Tests/peers/postgres-before-box.sql"
        let tables = try peer.psql(
            String(contentsOfFile: old, encoding: .utf8) + """
                CREATE ROLE box LOGIN PASSWORD 'write';
                GRANT USAGE ON SCHEMA boxenergie TO box;
                GRANT INSERT ON boxenergie.reading TO box;
                GRANT EXECUTE ON FUNCTION boxenergie.prepare(double precision[]) TO box;
                CREATE ROLE grafana LOGIN;
                GRANT USAGE ON SCHEMA boxenergie TO grafana;
                GRANT SELECT ON boxenergie.reading, boxenergie.energy_per_day TO grafana;
                SELECT boxenergie.prepare(ARRAY[1795910400]);
                -- As an earlier release wrote them: before and after [tags], and with box_tag.
                INSERT INTO boxenergie.reading VALUES
                    ('maison', 'm15.energy', '', '', 'import_wh', to_timestamp(1795906800), 1, NULL),
                    ('maison', 'm15.energy', '', 'etage=haut', 'import_wh', to_timestamp(1795907700), 2, NULL),
                    ('maison', 'm15.energy', '', 'box=k7f39-x2m4t,etage=a\\,b', 'import_wh', to_timestamp(1795907700), 8, NULL),
                    ('maison', 'm15.tariff', '', 'etage=haut,register=HP', 'wh', to_timestamp(1795907700), 3, NULL),
                    ('maison', 'raw.meter', 'zigbee', 'device=a\\,b,etage=haut,role=consumption', 'wh_in', to_timestamp(1795907700), 4, NULL),
                    ('maison', 'raw.phase', 'linky', 'phase=2', 'v', to_timestamp(1795907700), 230, NULL),
                    ('autre', 'm15.energy', '', '', 'import_wh', to_timestamp(1795907700), 5, NULL);

                """,
            makesDatabase: true
        )
        #expect(tables.code == 0, "\(tables.output)")
        let lines = quarters("etage=haut,site=maison", wh: 10, ahead: 3600)
        let refused = try box.write(lines, to: "hoster", "m15", config)
        #expect(refused.output.contains("run: boxenergie provision --output hoster"), "\(refused.output)")
        #expect(try box.provision(config, "--check", byAdministrator: true).code == 1)
        for isFirst in [true, false] {
            let made = try box.provision(config, byAdministrator: true)
            #expect(made.code == 0 && made.output.contains(" 5 rows of before") == isFirst, "\(made.output)")
        }
        #expect(try box.provision(config, "--check", byAdministrator: true).code == 0)
        let own = identity(box)
        let rows = peer.sql(
            """
            SELECT concat_ws('|', site, box, measurement, part, tags, value) FROM boxenergie.reading
            WHERE t < to_timestamp(1795907701) AND (t > to_timestamp(1795907699) OR value = 1) ORDER BY value
            """
        )
        #expect(
            rows == [
                "maison|\(own)|m15.energy|||1", "maison|\(own)|m15.energy||etage=haut|2",
                "maison|\(own)|m15.tariff|register=HP|etage=haut|3",
                #"maison|\#(own)|raw.meter|device=a\,b,role=consumption|etage=haut|4"#, "autre||m15.energy|||5",
                #"maison|k7f39-x2m4t|m15.energy||etage=a\,b|8"#, "maison|\(own)|raw.phase|phase=2||230",
            ]
        )
        // What waited comes, and is written over what was there.
        let written = try box.run("spool", "flush", "--config", config, "--output", "hoster")
        #expect(written.code == 0, "\(written.output)")
        let midnight = 1_795_906_800
        #expect(days(peer).filter { $0.hasPrefix(own) } == ["\(own) \(midnight - 86_400) 40", "\(own) \(midnight) 40"])
        #expect(peer.sql("SELECT has_table_privilege('grafana', 'boxenergie.energy_per_day', 'SELECT')") == ["t"])
    }

    @Test("a batch that takes the server too long is ended there, and goes in smaller ones")
    func slow() async throws {
        let peer = try PostgresPeer()
        let box = boxes[0]
        let config = try configure(box, peer)
        #expect(try box.provision(config, byAdministrator: true).code == 0)
        let pause = try peer.psql(
            """
            CREATE FUNCTION boxenergie.pause() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$;
            CREATE TRIGGER pause BEFORE INSERT ON boxenergie.reading FOR EACH ROW EXECUTE FUNCTION boxenergie.pause();
            """
        )
        #expect(pause.code == 0, "\(pause.output)")
        let text = peer.output(box, password: "\(box.folder)/hoster.password")
        let section = try #require(ConfigDocument(text: text, file: "test").root.namedSections("output").first).section
        let context = HistoryContext(box: "b", site: "maison", common: ["site"], zone: "Europe/Paris")
        let sink = PostgresSink(PostgresSettings(settings: section), context, longest: .seconds(2))
        var pieces = [
            Batch(
                database: "boxenergie",
                policy: .m15,
                precision: .seconds,
                lines: [UInt8](
                    (0..<400).map { "energy,site=maison import_wh=\($0) \(1_795_906_800 + $0 * 900)\n" }.joined().utf8
                ),
                points: 400
            )
        ]
        var splits = 0
        while let piece = pieces.first {
            switch await sink.write(piece) {
            case .accepted: pieces.removeFirst()
            case .split:
                splits += 1
                let (first, second) = try #require(piece.halves)
                pieces.replaceSubrange(0...0, with: [first, second])
            case let other:
                Issue.record("\(other)")
                return
            }
        }
        #expect(splits > 1)
        #expect(peer.sql("SELECT count(*), sum(value) FROM boxenergie.reading WHERE box = 'b'") == ["400|79800"])
        // Nothing of it goes on at the server.
        #expect(
            peer.sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT%' AND state = 'active'") == ["0"]
        )
    }
}

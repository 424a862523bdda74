import Logging
import MeterCore
import MeterNotation
import Testing

@testable import MeterSources

/// Line protocol by a program, by a post and by a broker: one reader, one set of rules for its times.
@Suite struct LineTimesTests {
    enum Way: String, CaseIterable, Sendable { case exec, push, mqtt }

    private static let now = Timestamp(seconds: 1_795_000_000)
    private static let context = SourceContext(
        name: "it",
        tags: [("site", "maison")],
        logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
    )

    private func rules(_ way: Way, _ more: String = "") throws -> LineRules {
        let settings =
            switch way {
            case .exec: "command = [\"/bin/true\"]\n"
            case .push: "token_file = \"/etc/token\"\nformat = \"line\"\ntags = [\"role\", \"room\"]\n"
            case .mqtt: "topics = [\"a/b\"]\nformat = \"line\"\ntags = [\"role\", \"room\"]\n"
            }
        let text = settings + "precision = \"s\"\nmeasurements = [\"raw.meter\", \"raw.sauna\"]\n" + more
        let document = ConfigDocument(text: text, file: "f")
        let payload =
            switch way {
            case .exec: ExecSettings(settings: document.root).payload
            case .push: PushSettings(settings: document.root).payload
            case .mqtt: MQTTSettings(settings: document.root).payload
            }
        #expect(document.diagnostics.all.isEmpty, "\(document.diagnostics.all)")
        guard case .lines(let rules) = payload.content else { throw PayloadError("no line protocol") }
        return rules
    }

    private func read(_ rules: LineRules, _ line: String, _ trust: BoxTime.Trust = .sure) throws -> [Point] {
        var known: Set<String> = []
        let now = Moment(time: Self.now, uptime: .now, trust: trust)
        let reading = try rules.reading(of: [UInt8](line.utf8), Self.context, at: now, known: &known)
        if let problem = reading.problems.first { throw PayloadError("\(problem)") }
        return reading.points
    }

    @Test("a line with a time of its own keeps it, whatever the box's clock says later", arguments: Way.allCases)
    func record(way: Way) throws {
        let rules = try rules(way)
        let point = try #require(try read(rules, "sauna temp=81.5 1794990000").first)
        #expect(point.timestamp.seconds == 1_794_990_000 && point.isRecord)
        let present = try #require(try read(rules, "sauna temp=81.5").first)
        #expect(present.timestamp == Self.now && !present.isRecord)
    }

    @Test("a line older than any policy is taken: the database says which it keeps", arguments: Way.allCases)
    func old(way: Way) throws {
        let point = try #require(try read(try rules(way), "sauna temp=1 1420070400").first)
        #expect(point.timestamp.seconds == 1_420_070_400 && point.isRecord)
    }

    @Test("1970 and a clock that was never set are refused, with what to look at", arguments: Way.allCases)
    func unset(way: Way) throws {
        let rules = try rules(way)
        for time in ["0", "1000", "946684800", "-5"] {
            let error = #expect(throws: PayloadError.self) { _ = try read(rules, "sauna temp=1 \(time)") }
            #expect(
                error?.description.contains("before 2001") == true && error?.description.contains("precision") == true
            )
        }
    }

    @Test("tomorrow is refused, and taken where forecasts are allowed", arguments: Way.allCases)
    func future(way: Way) throws {
        let line = "sauna temp=1 \(Self.now.seconds + 86_400)"
        let error = #expect(throws: PayloadError.self) { _ = try read(try rules(way), line) }
        #expect(error?.description.contains("in the future") == true && error?.description.contains("ahead") == true)
        #expect(try read(try rules(way, "ahead = \"48h\"\n"), line).count == 1)
        #expect(try read(try rules(way), "sauna temp=1 \(Self.now.seconds + 3000)").count == 1)
    }

    @Test("a box that nobody told the time does not know what is in the future", arguments: Way.allCases)
    func clockBehind(way: Way) throws {
        for (ahead, trust, isTaken) in [
            (7200, .assumed, true), (2 * 86_400, .assumed, true), (32 * 86_400, .assumed, false),
            (400 * 86_400, .unknown, true),
        ] as [(Int64, BoxTime.Trust, Bool)] {
            let line = "sauna temp=1 \(Self.now.seconds + ahead)"
            let points = try? read(try rules(way), line, trust)
            #expect(points?.map(\.timestamp.seconds) == (isTaken ? [Self.now.seconds + ahead] : nil))
        }
    }

    @Test("a line of a kind of the schema counts as any other reading of it", arguments: Way.allCases)
    func kind(way: Way) throws {
        let point = try #require(try read(try rules(way), "meter,role=water value=3.5 1794990000").first)
        #expect(point.facts == [.register(MeterRegister(.water), value: 3.5)])
        #expect(point.series.key.hasSuffix("meter,role=water,site=maison,source=it"))
        #expect(try read(try rules(way), "sauna temp=1").first?.facts == [])
    }

    @Test("a line cannot pass for another source or site")
    func identity() throws {
        let point = try #require(try read(try rules(.exec), "meter,source=linky,site=x,room=a wh_in=3i").first)
        #expect(point.series.key == "meter,room=a,site=maison,source=it")
    }

    @Test("a bad line costs none of the others", arguments: Way.allCases)
    func eachForItself(way: Way) throws {
        var known: Set<String> = []
        let text = "sauna temp=1 1794990000\nsauna temp=2 0\nsauna,=\nkeller x=1\nsauna temp=3 1794990060"
        let now = Moment(time: Self.now, uptime: .now)
        let reading = try rules(way).reading(of: [UInt8](text.utf8), Self.context, at: now, known: &known)
        #expect(reading.points.map(\.timestamp.seconds) == [1_794_990_000, 1_794_990_060])
        #expect(reading.problems.map { $0.prefix(6) } == ["line 2", "line 3", "line 4"])
    }

    @Test("numbers are stored as the schema has them; other types are refused", arguments: Way.allCases)
    func types(way: Way) throws {
        let rules = try rules(way)
        let point = try #require(try read(rules, "meter,role=consumption wh_in=1000.5,w=7i").first)
        #expect(point[.whIn] == .integer(1001) && point[.w] == .float(7))
        for field in ["wh_in=\"1000\"", "wh_in=true", "wh_in=1e30", "w=false"] {
            #expect(throws: PayloadError.self, "\(field)") { _ = try read(rules, "meter,role=consumption \(field)") }
        }
    }

    @Test("each tag that may come tells meters apart", arguments: Way.allCases)
    func parts(way: Way) throws {
        let rules = try rules(way)
        func meter(_ tags: String) throws -> String? {
            try read(rules, "meter,\(tags) wh_in=1i").first?.series.subject.meter
        }
        #expect(try meter("role=consumption,room=a") == "it a")
        #expect(try meter("role=consumption,room=b") == "it b")
        #expect(try meter("role=consumption") == "it")
    }
}

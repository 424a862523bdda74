import Logging
import MeterCore
import Testing

@testable import MeterSources

/// Each profile of a web server or a broker in a solar home, by a device as the facts about it say.
@Suite struct DocumentProfileTests {
    /// A recording of pages or messages.
    private actor Played: Recording {
        private var waiting: ArraySlice<RecordedInput>

        init(_ all: [RecordedInput]) { waiting = all[...] }

        func next() -> RecordedInput? { waiting.popFirst() }
    }

    private final class Taken: PointReceiver, @unchecked Sendable {
        // Safe because: one source's replay is its only caller.
        var lines: [(second: Int64, line: String)] = []

        func append(_ point: Point) {
            var encoder = LineProtocolEncoder(precision: .seconds)
            encoder.append(point)
            let text = encoder.withBytes { String(decoding: $0, as: UTF8.self) }
            let line = text.replacing(",source=solaire", with: "").split(separator: " ").dropLast()
            lines.append((point.timestamp.seconds, line.joined(separator: " ")))
        }
    }

    private func source(_ example: DocumentProfileCase) throws -> any MeterSource {
        let text = "profile = \"\(example.profile)\"\naccept_unverified = true\n" + example.settings
        let document = ConfigDocument(text: text, file: "test")
        let kind = try #require(SourceRegistry.builtIn[example.type])
        let source = kind.init(settings: document.root)
        document.root.finish()
        try #require(document.diagnostics.all.isEmpty, "\(document.diagnostics.all.map(\.description))")
        return source
    }

    /// The points of the last of several rounds, thirty seconds apart, and what was wrong.
    private func play(
        _ example: DocumentProfileCase,
        _ rounds: [[(String, String)]]
    ) async throws -> (last: Set<String>, all: [String], trouble: String?) {
        let start: Int64 = 1_750_000_000
        let inputs = rounds.enumerated().flatMap { round, pages in
            pages.map { name, text in
                RecordedInput([UInt8](text.utf8), at: Timestamp(seconds: start + Int64(round) * 30), label: name)
            }
        }
        let context = SourceContext(
            name: "solaire",
            tags: [],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let taken = Taken()
        try await source(example).replay(Played(inputs), into: taken, context: context)
        let end = start + Int64(rounds.count - 1) * 30
        let last = taken.lines.filter { $0.second == end }.map(\.line)
        return (Set(last), taken.lines.map(\.line), context.status.snapshot.lastError)
    }

    private func lines(_ expected: [String: String]) -> Set<String> { Set(expected.map { "\($0.key) \($0.value)" }) }

    @Test("a profile makes of its device what the facts say, in W and Wh", arguments: DocumentProfileCase.all)
    func good(_ example: DocumentProfileCase) async throws {
        let found = try await play(example, [example.pages, example.pages])
        #expect(found.last == lines(example.expected))
        #expect(found.trouble == nil)
        for other in example.others {
            let found = try await play(example, [example.pages, example.pages, other.pages])
            #expect(found.last == lines(other.expected), "\(other.name)")
        }
    }

    @Test("what is of another type or not there makes no point", arguments: DocumentProfileCase.all)
    func wrong(_ example: DocumentProfileCase) async throws {
        let broken = example.pages.map { name, text -> (String, String) in
            guard text.contains("{") else { return (name, "abc") }
            // Numbers become lists.
            let lists = text.replacing(/:-?[0-9][0-9.]*/, with: ":[]").replacing(/\[\[.*\]\]/, with: "[[]]")
            return (name, lists)
        }
        let empty = example.pages.map { ($0.0, $0.1.contains("{") ? "{}" : "null") }
        for pages in [broken, empty] {
            let found = try await play(example, [pages])
            #expect(found.all.isEmpty, "\(found.all)")
        }
        // And the device goes on as before.
        let found = try await play(example, [example.pages, broken, empty, example.pages, example.pages])
        #expect(found.last == lines(example.expected))
    }

    @Test("every profile of such a device has its case")
    func complete() {
        let web: [(key: String, profile: HTTPProfile)] = ProfileLibrary.all(.http)
        let broker: [(key: String, profile: MQTTProfile)] = ProfileLibrary.all(.mqtt)
        // These have theirs in ProgramTests/HTTP and in the cases of http.
        let earlier: Set = [
            "fronius", "legrand-ecocompteur", "openweathermap", "shelly-3em", "shelly-em", "shelly-plug",
            "shelly-pro-3em", "tasmota",
        ]
        let names = Set(web.map(\.key) + broker.map(\.key)).subtracting(earlier)
        #expect(names == Set(DocumentProfileCase.all.map(\.profile)))
    }

    @Test("a value that a topic has no more is forgotten after its time, and one that says null at once")
    func silence() async throws {
        let example = try #require(DocumentProfileCase.all.first { $0.profile == "victron-gx-mqtt" })
        let part = example.pages.filter { !$0.0.contains("Battery") }
        let held = try await play(example, [example.pages, part])
        #expect(held.last.contains("battery w=650,soc_pct=73"), "half a minute is within the time")
        let old = try await play(example, [example.pages, part, part, part])
        #expect(!old.last.contains { $0.hasPrefix("battery") })
        let gone = example.pages.map { ($0.0, $0.0.hasSuffix("Battery/Power") ? "" : $0.1) }
        let left = try await play(example, [example.pages, gone])
        #expect(left.last.contains("battery soc_pct=73"), "an empty message is that of a device that is gone")
    }

    @Test(
        "a battery with the wrong sign is turned, and a meter at a battery is by itself",
        arguments: [
            ("zendure-solarflow", "invert_battery = true", "battery w=350,soc_pct=64,temp_c=25"),
            ("sonnen", "invert_power = true", "battery w=344,soc_pct=26"),
            // A plug sees what the battery takes as positive.
            (
                "shelly-pm-mini", "role = \"battery\"",
                "battery w=310.2,v=231,a=1.35,hz=50,wh_charge=501i,wh_discharge=1500i"
            ),
            (
                "shelly-pm-mini", "role = \"battery\"\ninvert_power = true",
                "battery w=-310.2,v=231,a=1.35,hz=50,wh_charge=501i,wh_discharge=1500i"
            ),
        ]
    )
    func turned(_ profile: String, _ settings: String, _ expected: String) async throws {
        var example = try #require(DocumentProfileCase.all.first { $0.profile == profile })
        example.settings = "host = \"h\"\n" + settings
        let found = try await play(example, [example.pages, example.pages])
        #expect(found.last.contains { $0.contains(expected) }, "\(found.last)")
        let store = try #require(try source(example).declaration.stores.first { $0.kind == .battery })
        let inverts = settings.contains("= true")
        #expect(store.turning?.hasSuffix(inverts ? "= false" : "= true") == true)
    }

    @Test(
        "a meter counts in the direction that its role and the household say, its power and its registers alike",
        arguments: [
            // A plug sees what is plugged in as drawing, so that what panels give is below 0.
            ("shelly-pm-mini", "role = \"production\"", "production,kind=meter w=310.2,wh=1500i"),
            ("shelly-switch", "role = \"production\"", "production,kind=meter w=310.2,wh=1500i"),
            ("shelly-switch", "invert = true", "meter,role=consumption w=310.2,wh_in=1500i,wh_out=501i"),
            ("shelly-switch", "role = \"production\"\ninvert = true", "production,kind=meter w=-310.2,wh=501i"),
            (
                "shelly-pm-mini", "role = \"battery\"\ninvert = true",
                "battery w=-310.2,wh_charge=1500i,wh_discharge=501i"
            ),
            ("shelly-em-2", "role = \"import\"\ninvert = true", "meter,role=import w=712.5,wh_in=654321i,wh_out=1235i"),
            (
                "shelly-em-2", "role = \"import\"\ninvert_power = true",
                "meter,role=import w=712.5,wh_in=1235i,wh_out=654321i"
            ),
            ("shelly-em-2", "role = \"production\"\ninvert = true", "production,kind=meter w=712.5,wh=654321i"),
            ("shelly-em-2", "role = \"production\"", "production,kind=meter w=-712.5,wh=1235i"),
            ("maxpv", "invert = true", "meter,role=import w=812,wh_in=765432i,wh_out=1234567i"),
        ]
    )
    func directions(_ profile: String, _ settings: String, _ expected: String) async throws {
        var example = try #require(DocumentProfileCase.all.first { $0.profile == profile })
        example.settings += "\n" + settings
        let found = try await play(example, [example.pages, example.pages])
        let lines = found.last.map { line in
            let words = line.split(separator: " ")
            let fields = words[1].split(separator: ",").filter { $0.contains(/^w(h(_\w+)?)?=/) }.sorted()
            return "\(words[0]) \(fields.joined(separator: ","))"
        }
        let words = expected.split(separator: " ")
        let fields = words[1].split(separator: ",").sorted().joined(separator: ",")
        #expect(lines == ["\(words[0]) \(fields)"])
    }

    @Test("panels in a plug that does not tell apart what came back have no register, and the household is told why")
    func withoutReturn() async throws {
        var example = try #require(DocumentProfileCase.all.first { $0.profile == "shelly-switch" })
        example.settings += "\nrole = \"production\""
        let page = #"{"apower":-310.2,"voltage":231.0,"aenergy":{"total":2000.5}}"#
        let found = try await play(example, [[("", page)]])
        #expect(found.last == ["production,kind=meter w=310.2,v=231"])
        #expect(found.trouble?.contains("ret_aenergy.total") == true)
    }

    @Test(
        "settings that cannot be are refused",
        arguments: [
            ("http", "profile = \"shelly-plug\"\nhost = \"h\"\ninvert = true", "no registers of both directions"),
            ("http", "profile = \"opendtu\"\nhost = \"h\"\ninvert = true", "no registers of both directions"),
            (
                "http", "url = \"http://h/\"\ninvert = true\nfields = { w = { path = \"w\", unit = \"W\" } }",
                "scale = -1"
            ),
            (
                "http", "profile = \"shelly-switch\"\nhost = \"h\"\nrole = \"production\"\ninvert_power = true",
                "turned already"
            ),
            (
                "http",
                "url = \"http://h/\"\nfields = { w = { path = \"w\", unit = \"W\", first_if_there = true } }",
                "it is for a sum"
            ),
            ("http", "profile = \"enphase-envoy\"\nhost = \"h\"\nevery = \"5s\"", "every 10 s at most"),
            ("http", "profile = \"sonnen\"\nhost = \"h\"\nbattery = false", "no such part"),
            ("http", "profile = \"sonnen\"\nhost = \"h\"\ninvert_battery = true", "no such part"),
            (
                "http", "profile = \"zendure-solarflow\"\nhost = \"h\"\ninvert_power = true",
                "tells panels, port and battery"
            ),
            (
                "http", "url = \"http://h/\"\ninvert_power = true\nfields = { w = { path = \"w\", unit = \"W\" } }",
                "scale = -1"
            ),
            (
                "http", "profile = \"zendure-solarflow\"\nhost = \"h\"\nrole = \"import\"",
                "tells panels, port and battery"
            ),
            (
                "http", "url = \"https://h/\"\npin = \"abc\"\nfields = { w = { path = \"w\", unit = \"W\" } }",
                "44 characters"
            ),
            (
                "http", "profile = \"marstek-api\"\naccept_unverified = true\nhost = \"battery.local\"",
                "known by its address"
            ),
            ("mqtt", "profile = \"victron-gx-mqtt\"", "it must fill"),
            ("mqtt", "profile = \"maxpv\"", "nobody has confirmed"),
            ("mqtt", "profile = \"opendtu-mqtt\"\ntopics = [\"a\"]", "the profile says so"),
            ("mqtt", "profile = \"opendtu-mqtt\"\nparameters = { base = \"#\" }", "no wildcards"),
            ("mqtt", "profile = \"opendtu\"", "is a profile for type = \"http\""),
        ]
    )
    func refused(_ type: String, _ text: String, _ words: String) throws {
        let document = ConfigDocument(text: text, file: "test")
        let kind = try #require(SourceRegistry.builtIn[type])
        _ = kind.init(settings: document.root)
        document.root.finish()
        let mistakes = document.diagnostics.all.map(\.description)
        #expect(mistakes.contains { $0.contains(words) }, "\(mistakes)")
    }

    @Test("the end of a gateway's token is said a month before, once a day, and when it is over")
    func token() {
        // Its claims are {"aud":"122","exp":1800000000,"username":"x?>"}, without filling and with the letters of URLs.
        let token = "e30.eyJhdWQiOiIxMjIiLCJleHAiOjE4MDAwMDAwMDAsInVzZXJuYW1lIjoieD8-In0.c2ln"
        #expect(TokenEnd.end(of: token) == 1_800_000_000)
        #expect(TokenEnd.end(of: "0123456789abcdef") == nil)
        #expect(TokenEnd.end(of: "a.b.c") == nil)
        var end = TokenEnd()
        #expect(end.sentence(token, at: 1_800_000_000 - 31 * 86_400) == nil)
        #expect(end.sentence(token, at: 1_800_000_000 - 20 * 86_400)?.contains("ends in 20 days") == true)
        #expect(end.sentence(token, at: 1_800_000_000 - 20 * 86_400 + 60) == nil)
        #expect(end.sentence(token, at: 1_800_000_000 + 1)?.contains("has ended") == true)
        #expect(end.sentence("0123456789abcdef", at: 1_900_000_000) == nil)
    }
}

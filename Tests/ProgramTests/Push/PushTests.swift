import Foundation
import MeterCore
import MeterIO
import MeterSources
import Testing

/// Devices that post, by curl: what is taken, and what is refused in which words.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct PushTests {
    private static let token = "0123456789abcdef0123456789abcdef"
    private let box: Installation
    private let port = freePort()

    init() throws { box = try Installation() }

    private var url: String { "http://127.0.0.1:\(port)/push/it" }

    private func source(_ name: String, _ settings: String, token: String = PushTests.token) throws -> SourceRun {
        let file = try box.writeSecret(name, token + "\n")
        return SourceRun(
            PushSource.self,
            name: name,
            "listen = \"127.0.0.1:\(port)\"\ntoken_file = \"\(file)\"\n" + settings
        )
    }

    /// Runs sources while something is done.
    ///
    /// They run where the program runs them, since curl keeps one of the test's few threads.
    private func whileRunning(_ runs: [SourceRun], _ body: () async throws -> Void) async throws {
        let tasks = runs.map { run in Task(executorPreference: EventLoop.main) { await run.run() } }
        defer { for task in tasks { task.cancel() } }
        try await wait { runs.allSatisfy { $0.status.device != nil } }
        try await body()
    }

    struct Format: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var settings: String
        var arguments: [String] = []
        var body: String
        var lines: [String]
    }

    static let formats = [
        Format(
            testDescription: "JSON",
            settings: """
                measurement = "raw.pool"
                fields = { temp_c = { path = "water.temp", unit = "°C" }, pump = { path = "pump", type = "boolean" } }
                """,
            arguments: ["-H", "Content-Type: application/json; charset=utf-8"],
            body: #"{"water": {"temp": "27,5 "}, "pump": true}"#,
            lines: ["pool temp_c=27.5,pump=true"]
        ),
        Format(
            testDescription: "a form",
            settings: """
                format = "form"
                measurement = "raw.cellar"
                fields = { hum = { path = "hum idity" }, name = { path = "name", type = "string" } }
                """,
            body: "hum+idity=54.5&name=Caf%C3%A9%20d%27%C3%A9t%C3%A9&more=%zz",
            lines: ["cellar hum=54.5,name=\"Café d'été\""]
        ),
        Format(
            testDescription: "XML",
            settings: """
                format = "xml"
                role = "consumption"
                fields = { w = { path = "/d/power", unit = "kW" } }
                """,
            arguments: ["-H", "Content-Type: text/xml"],
            body: "<?xml version=\"1.0\"?><d><power>0.64</power></d>",
            lines: ["meter,role=consumption w=640"]
        ),
        Format(
            testDescription: "CSV",
            settings: """
                format = "csv"
                decimal = "comma"
                measurement = "raw.log"
                fields = { temp_c = { path = "Temp", unit = "°C" } }
                """,
            arguments: ["-H", "Content-Type: text/csv"],
            body: "Date;Temp\n1;20,5\n2;21,5\n",
            lines: ["log temp_c=21.5"]
        ),
        Format(
            testDescription: "text",
            settings: """
                format = "text"
                measurement = "raw.tank"
                fields = { level = { path = "level ([0-9.]+)", type = "float" } }
                """,
            arguments: ["-H", "Content-Type: text/plain"],
            body: "tank level 81.5 %",
            lines: ["tank level=81.5"]
        ),
        Format(
            testDescription: "line protocol",
            settings: """
                format = "line"
                measurements = ["raw.shop", "heat"]
                tags = ["machine"]
                """,
            arguments: ["-H", "Content-Type:"],
            body: "# two lines\r\nshop,machine=a\\ b w=12.5,on=t\r\n\nheat t=3i\n",
            lines: ["shop,machine=a\\ b w=12.5,on=true", "heat t=3i"]
        ),
    ]

    @Test("what a device posts in each format becomes the readings that it says", arguments: formats)
    func posts(_ format: Format) async throws {
        let run = try source("it", format.settings)
        try await whileRunning([run]) {
            let data = ["--data-binary", format.body, "-H", "Authorization: Bearer \(Self.token)", url]
            let answer = try Peer.run(["/usr/bin/curl", "-s", "-w", "%{http_code}"] + format.arguments + data)
            #expect(answer.output == "204")
        }
        #expect(run.all.map(lineText) == format.lines)
        #expect(run.status.reads == 1 && run.status.errors == 0)
    }

    @Test("a dumb device may put everything into the address, where it sends a form")
    func address() async throws {
        let run = try source("it", "format = \"form\"\nmeasurement = \"m\"\nfields = { hum = { path = \"hum\" } }")
        try await whileRunning([run]) {
            let answer = try curl("\(url)?token=\(Self.token)&hum=%35%34.5")
            #expect(answer.status == 204)
        }
        #expect(run.all.map(lineText) == ["m hum=54.5"])
    }

    private static let simple = "measurement = \"m\"\nfields = { val = { path = \"v\" } }"
    private static let good = #"{"v": 1}"#

    @Test("only a device's own token, in one of three ways, lets it in")
    func tokens() async throws {
        let other = String(Self.token.reversed())
        let runs = [try source("it", Self.simple), try source("other", Self.simple, token: other)]
        try await whileRunning(runs) {
            let bearer = "Authorization: Bearer "
            for header in [bearer + Self.token, "authorization: bearer \(Self.token)"] {
                #expect(try curl("-H", header, url, body: Self.good).status == 204)
            }
            #expect(try curl("-u", "any:\(Self.token)", url, body: Self.good).status == 204)
            #expect(try curl("\(url)?token=\(Self.token)", body: Self.good).status == 204)
            let wrong = [
                bearer, bearer + Self.token.dropLast(), bearer + Self.token + "0", bearer + Self.token.uppercased(),
                bearer + "\(Self.token) \(Self.token)", "Authorization: Basic !!!",
                "Authorization: Basic \(Self.token)",
                "Authorization: Digest \(Self.token)", "X-Token: \(Self.token)", "Authorization: \(Self.token)",
            ]
            for header in wrong {
                let answer = try curl("-H", header, url, body: Self.good)
                #expect(answer.status == 401 && answer.text.contains("token"), "\(header): \(answer)")
            }
            for address in ["\(url)?token=", "\(url)?token=\(Self.token)x", "\(url)?Token=\(Self.token)", url] {
                #expect(try curl(address, body: Self.good).status == 401)
            }
            #expect(try curl("-u", "\(Self.token):", url, body: Self.good).status == 401)
            // The other's token opens the other's door only, and says which that is to nobody else.
            let answer = try curl("-H", bearer + other, url, body: Self.good)
            #expect(answer.status == 404 && answer.text.contains("/push/other"))
        }
        #expect(runs[0].all.count == 4 && runs[1].all.isEmpty)
        #expect(runs[0].status.quality["posts without its token"] == wrongCount)
    }

    private var wrongCount: Int { 10 + 4 + 1 }

    @Test(
        "a post that takes too long to read is given up and said; meanwhile others, and small ones of its own, are read"
    )
    func tooLong() async throws {
        // The work grows with the square of the number of elements: a minute of it here.
        let path = "count(//a[count(preceding::a) > count(following::a)])"
        let sick = try source(
            "it",
            "format = \"xml\"\nlargest = \"1MB\"\nmeasurement = \"m\"\nfields = { val = { path = \"\(path)\" } }"
        )
        let other = try source("other", Self.simple, token: String(Self.token.reversed()))
        let file = box.folder + "/sick.xml"
        try write("<r>" + String(repeating: "<a>1</a>", count: 45_000) + "</r>", to: file)
        try await whileRunning([sick, other]) {
            let late = try Peer(
                ["/usr/bin/curl", "-s", "-w", "%{http_code}\n", "--data-binary", "@" + file]
                    + ["-H", "Authorization: Bearer \(Self.token)", "-H", "Content-Type: text/xml", url]
            )
            let others = "http://127.0.0.1:\(port)/push/other?token=\(String(Self.token.reversed()))"
            var answered = 0
            while sick.status.errors == 0 {
                #expect(try curl(others, body: Self.good).status == 204)
                answered += 1
                // A device that posts without a pause is told to wait.
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(answered > 1 && sick.status.reads == 0)
            #expect(late.line().contains("takes longer than 5 s"))
            #expect(late.line() == "503")
            let own = "\(url)?token=\(Self.token)"
            #expect(try curl(own, "-H", "Content-Type: text/xml", body: "<r><a>1</a><a>1</a></r>").status == 204)
            let again = try curl(own, "-H", "Content-Type: text/xml", "--data-binary", "@" + file)
            #expect(again.status == 503 && again.text.contains("still takes time"))
            #expect(try curl(others, body: Self.good).status == 204)
            #expect(other.all.count == answered + 1)
        }
        #expect(sick.all.count == 1)
        #expect(sick.status.lastError?.contains("still takes time") == true)
    }

    @Test("a large post is answered like a small one")
    func large() async throws {
        let run = try source("it", Self.simple + "\nlargest = \"1MB\"\n")
        let space = String(repeating: " ", count: 100_000)
        try await whileRunning([run]) {
            let own = "\(url)?token=\(Self.token)"
            for _ in 0..<3 { #expect(try curl(own, body: Self.good + space).status == 204) }
            let wrong = try curl(own, body: "{\"v\": \"x\"}" + space)
            #expect(wrong.status == 400 && wrong.text.contains("is no number"))
        }
        #expect(run.all.map(lineText) == ["m val=1", "m val=1", "m val=1"] && run.status.reads == 3)
    }

    @Test("each refusal has its status and a sentence, is counted, and nothing comes of it")
    func refusals() async throws {
        let run = try source("it", Self.simple + "\nlargest = \"1kB\"\n")
        try await whileRunning([run]) {
            let bearer = "Authorization: Bearer \(Self.token)"
            func expect(_ status: Int, _ words: String, _ arguments: String..., body: String?) throws {
                let answer = try Peer.run(
                    ["/usr/bin/curl", "-s", "-w", "\n%{http_code}", "-H", bearer] + arguments
                        + (body == nil ? [] : ["--data-binary", "@-"]),
                    input: body ?? ""
                )
                #expect(answer.output.hasSuffix("\(status)") && answer.output.contains(words), "\(answer.output)")
            }
            try expect(400, "it sent nothing", url, body: " ")
            try expect(400, "ends in the middle", url, body: "{\"v\": ")
            try expect(400, "not JSON", url, body: "<xml/>")
            try expect(400, "val: \"x\" at v is no number", url, body: "{\"v\": \"x\"}")
            try expect(400, "there is nothing at v", url, body: "{}")
            try expect(404, "there is nothing here", url + "/more", body: Self.good)
            try expect(405, "sent with POST", "-X", "DELETE", url, body: nil)
            try expect(405, "sent with POST", url, body: nil)
            try expect(413, "more than the 1kB", url, body: String(repeating: " ", count: 1001))
            try expect(
                413,
                "more than the 1kB",
                "-H",
                "Transfer-Encoding: chunked",
                url,
                body: Self.good + String(repeating: " ", count: 1000)
            )
            try expect(415, "image/png is not json", "-H", "Content-Type: image/png", url, body: Self.good)
            try expect(415, "gzip is not taken", "-H", "Content-Encoding: gzip", url, body: Self.good)
            #expect(try curl("http://127.0.0.1:\(port)/health").status == 200)
            #expect(try curl("-X", "POST", "http://127.0.0.1:\(port)/health").status == 405)
        }
        #expect(run.all.isEmpty && run.status.reads == 0)
        // 404 is no device's.
        #expect(run.status.quality["posts refused"] == 10)
        #expect(run.status.lastError?.contains("gzip is not taken") == true)
    }

    @Test("a device that posts too often is told to wait, and another one is not")
    func rates() async throws {
        let other = String(Self.token.reversed())
        let runs = [
            try source("it", Self.simple + "\nposts_per_minute = 5"), try source("other", Self.simple, token: other),
        ]
        try await whileRunning(runs) {
            let answers = try (0..<12).map { _ in try curl("\(url)?token=\(Self.token)", body: Self.good).status }
            #expect(answers.prefix(5).allSatisfy { $0 == 204 } && answers.contains(429), "\(answers)")
            let address = "http://127.0.0.1:\(port)/push/other?token=\(other)"
            #expect(try curl(address, body: Self.good).status == 204)
        }
        #expect(runs[0].all.count < 12)
    }

    @Test("line protocol keeps to its measurements, tags and times, each line for itself")
    func lineRules() async throws {
        let settings = "format = \"line\"\nmeasurements = [\"raw.a\"]\ntags = [\"t\"]\nprecision = \"s\""
        let run = try source("it", settings)
        try await whileRunning([run]) {
            let wrong = [
                ("\nb v=1", "line 2: the measurement b"), ("a,u=1 v=1", "line 1: the tag u"),
                ("a,source=x v=1", "the tag source"), ("a,site=x v=1", "the tag site"),
                ("\n\na v=x", "line 3, column 5"), ("a v=1 1000", "before 2001"),
                ("a v=1 99999999999", "out of range"), ("a v=1 9000000000", "in the future"), ("# nothing", "no line"),
            ]
            for (body, words) in wrong {
                let answer = try curl("\(url)?token=\(Self.token)", body: body)
                #expect(answer.status == 400 && answer.text.contains(words), "\(body): \(answer)")
            }
            #expect(run.all.isEmpty)
            let many = (0..<1001).map { "a,t=\($0) v=1" }.joined(separator: "\n")
            let answer = try curl("\(url)?token=\(Self.token)", body: many)
            #expect(answer.status == 400 && answer.text.contains("1000 different values"), "\(answer)")
            #expect(try curl("\(url)?token=\(Self.token)", body: "a,t=1 v=1 1767225600").status == 204)
            let partly = try curl("\(url)?token=\(Self.token)", body: "a v=1 1767225660\nb v=1\na v=2 1767225720")
            #expect(partly.status == 200 && partly.text.contains("but for line 2: the measurement b"), "\(partly)")
        }
        #expect(run.all.map(\.timestamp.seconds) == [1_767_225_600, 1_767_225_660, 1_767_225_720])
    }

    @Test("a token that cannot be read or is too short lets nobody in, and is said; a new one counts")
    func badTokens() async throws {
        let run = try source("it", Self.simple, token: "short")
        try await whileRunning([run]) {
            let answer = try curl("\(url)?token=short", body: Self.good)
            #expect(answer.status == 503 && answer.text.contains("cannot read this device's token"), "\(answer)")
            #expect(run.status.lastError?.contains("too short: at least 16 characters") == true)
            _ = try box.writeSecret("it", Self.token)
            #expect(try await eventually { try curl("\(url)?token=\(Self.token)", body: Self.good).status == 204 })
            // Not the token of before any more, and as soon as that is known a stranger's.
            let newest = String(Self.token.reversed())
            _ = try box.writeSecret("it", newest)
            #expect(try await eventually { try curl("\(url)?token=\(newest)", body: Self.good).status == 204 })
            #expect(try await eventually { try curl("\(url)?token=\(Self.token)", body: Self.good).status == 401 })
        }
        #expect(run.all.count == 2)
    }

    @Test(
        "mistakes in the settings are said",
        arguments: [
            ("listen = \"8780\"", "an address of this machine and a port"),
            ("listen = \"box:8780\"", "an address of this machine and a port"), ("", "token_file: missing"),
            ("token = \"abc\"", "a secret does not belong in this file"), ("", "nothing to keep"),
            ("format = \"line\"", "measurements: missing"),
            ("format = \"line\"\nmeasurements = [\"a b\"]", "is no measurement"),
            ("format = \"line\"\nmeasurements = [\"a\"]\ntags = [\"site\"]", "the box sets the tag site itself"),
            ("format = \"line\"\nmeasurements = [\"a\"]\ntags = [\"box\"]", "the box sets the tag box itself"),
            ("format = \"line\"\nmeasurements = [\"a\"]\nrole = \"grid\"", "line protocol says so itself"),
            ("tags = [\"a\"]", "it is for the format line"), ("delimiter = \";\"", "it is for the format csv"),
            ("fields = { val = { path = \"a[\" } }", "is not a place in JSON"),
        ]
    )
    func mistakes(settings: String, words: String) throws {
        let document = ConfigDocument(text: settings, file: "test.toml")
        _ = PushSource(settings: document.root)
        #expect(document.diagnostics.all.contains { $0.description.contains(words) }, "\(document.diagnostics.all)")
    }
}

import MeterCore
import Testing

@testable import InfluxOutput

/// What an engine without retention policies is sent, and how a server with tokens is asked.
struct PolicyNamesTests {
    private func lines(_ text: String, policy: String = "m15") -> String {
        let bytes = [UInt8](text.utf8)
        let batch = Batch(
            database: "d",
            policy: RetentionPolicy(policy),
            precision: .seconds,
            lines: bytes,
            points: 1
        )
        return String(decoding: PolicyNames.lines(of: batch), as: UTF8.self)
    }

    @Test(
        "the policy stands before the name, and texts are left out",
        arguments: [
            ("energy,site=a import_wh=1,estimated=true 7\n", "m15_energy,site=a import_wh=1,estimated=true 7\n"),
            ("e t=\"a b,c=d\",f=1 7\n", "m15_e f=1 7\n"), ("e f=1,t=\"x\" 7\n", "m15_e f=1 7\n"),
            ("e f=1,t=\"\",g=2i 7\n", "m15_e f=1,g=2i 7\n"), ("e t=\"x\" 7\n", ""), ("e f=1\n", "m15_e f=1\n"),
            ("e t=\"say \\\"no\\\", x=1 \\\\\",f=1 7\n", "m15_e f=1 7\n"),
            ("my\\ e,a\\,b=c\\ d\\=e f\\ g=1,h\\,i=2 7\n", "m15_my\\ e,a\\,b=c\\ d\\=e f\\ g=1,h\\,i=2 7\n"),
            ("e,q=\"x f=1 7\n", "m15_e,q=\"x f=1 7\n"),
            ("a f=1 1\nb t=\"x\" 2\nc f=3 3\n", "m15_a f=1 1\nm15_c f=3 3\n"),
        ]
    )
    func names(_ text: String, _ expected: String) {
        #expect(lines(text) == expected)
    }

    @Test("without a policy the name stays")
    func none() { #expect(lines("e f=1 7\n", policy: "") == "e f=1 7\n") }

    @Test("an engine without policies is asked for none, and a token is shown in a header")
    func request() async throws {
        let server = try FakeInflux { _ in (204, "") }
        defer { server.stop() }
        var settings = InfluxSettings()
        settings.url = server.url + "/influx"
        settings.names = .policy
        let client = InfluxClient(lasting: settings)
        let batch = Batch(
            database: "d",
            policy: RetentionPolicy("day"),
            precision: .seconds,
            lines: [UInt8]("e f=1,t=\"x\" 7\n".utf8),
            points: 1
        )
        #expect(await client.write(batch) == .accepted)
        #expect(server.requests.map(\.target) == ["/influx/write?db=d&precision=s"])
        #expect(server.requests.map(\.text) == ["day_e f=1 7\n"])
        #expect(client.name == "InfluxDB at " + server.url.dropFirst(7))
    }
}

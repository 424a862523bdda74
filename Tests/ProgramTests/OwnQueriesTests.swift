import InfluxOutput
import MeterCore
import Testing

/// A real InfluxDB tells how often others ask it.
@Suite(.mayBlock, .timeLimit(.minutes(5))) struct OwnQueriesTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func client(_ url: String) -> InfluxClient {
        var settings = InfluxSettings()
        settings.url = url
        return InfluxClient(lasting: settings)
    }

    @Test("a server with passwords tells it a user who may not administrate, too")
    func passwords() async throws {
        let server = try box.influxd("--auth")
        let url = server.line()
        _ = try await client(url).query("CREATE USER admin WITH PASSWORD 'secret' WITH ALL PRIVILEGES")
        let box = try #require(await client(url).queries())
        await #expect(throws: InfluxError.self) { _ = try await client(url).query("SHOW STATS FOR 'httpd'") }
        #expect(await client(url).queries() == box)
        withExtendedLifetime(server) {}
    }

    @Test("the questions of others change the number, this program's own, its writes and the question itself do not")
    func counts() async throws {
        let server = try box.influxd()
        let url = server.line()
        let own = client(url)
        let before = try #require(await own.queries())
        _ = try await own.query("CREATE DATABASE boxenergie")
        let lines = Batch(
            database: "boxenergie",
            policy: .default,
            precision: .seconds,
            lines: Array("a b=1 1\n".utf8),
            points: 1
        )
        #expect(await own.write(lines) == .accepted)
        #expect(await own.queries() == before)
        // Under another name of the machine it is somebody else for the count, as Grafana is.
        _ = try await client(url.replacing("127.0.0.1", with: "localhost")).query("SHOW DATABASES")
        let after = try #require(await own.queries())
        #expect(after == before + 1)
        #expect(await own.queries() == after)
        withExtendedLifetime(server) {}
    }

    @Test("a server that is away tells nothing")
    func untold() async throws {
        #expect(await client("http://127.0.0.1:1").queries() == nil)
    }
}

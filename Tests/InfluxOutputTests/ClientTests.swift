import Dispatch
import MeterCore
import Testing

@testable import InfluxOutput

@Suite struct ClientTests {
    private func settings(_ server: FakeInflux) -> InfluxSettings {
        var settings = InfluxSettings()
        settings.url = server.url
        return settings
    }

    @Test(
        "a batch goes to its database and policy, in its precision",
        arguments: [
            ("raw", Precision.seconds, "/write?db=b%20x&precision=s&rp=raw"),
            ("", .microseconds, "/write?db=b%20x&precision=u"), ("", .milliseconds, "/write?db=b%20x&precision=ms"),
        ]
    )
    func write(_ policy: String, _ precision: Precision, _ target: String) async throws {
        let server = try FakeInflux { _ in (204, "") }
        defer { server.stop() }
        let lines = [UInt8]("m f=1i 7\n".utf8)
        let batch = Batch(
            database: "b x",
            policy: RetentionPolicy(policy),
            precision: precision,
            lines: lines,
            points: 1
        )
        #expect(await InfluxClient(lasting: settings(server)).write(batch) == .accepted)
        #expect(server.requests.map(\.target) == [target])
        #expect(server.requests.map(\.text) == ["m f=1i 7\n"])
    }

    @Test("a database that hangs keeps none of the same server's others waiting, however many hang")
    func hangingDatabases() async throws {
        let hold = DispatchSemaphore(value: 0)
        let server = try FakeInflux { request in
            if !request.target.contains("db=well") { hold.wait() }
            return (204, "")
        }
        defer { server.stop() }
        let client = InfluxClient(lasting: settings(server))
        let databases = (1...4).map { "sick\($0)" } + ["well"]
        await withTaskGroup(of: String.self) { group in
            for database in databases {
                group.addTask {
                    let batch = Batch(database: database, policy: .default, precision: .seconds, lines: [1], points: 1)
                    return "\(database) \(await client.write(batch))"
                }
            }
            #expect(await group.next() == "well accepted")
            for _ in databases { hold.signal() }
        }
    }

    @Test("of an answer to a write that is as long as its lines, the beginning is read")
    func longAnswer() async throws {
        let words = String(repeating: "unable to parse 'x': missing fields ", count: 200_000)
        let server = try FakeInflux { _ in (400, words) }
        defer { server.stop() }
        let batch = Batch(database: "b", policy: .default, precision: .seconds, lines: [1], points: 1)
        guard case .rejected(let reason, .texts(["x"])) = await InfluxClient(lasting: settings(server)).write(batch)
        else {
            Issue.record("it was not understood")
            return
        }
        #expect(reason.utf8.count <= 2000)
    }

    @Test("the last quarter is that of whichever energy came last")
    func lastQuarter() async throws {
        let server = try FakeInflux { request in
            let times = ["import_wh": 2700, "export_wh": 900, "production_wh": 1800]
            guard let time = times.first(where: { request.text.contains("\"\($0.key)\"") })?.value else {
                return (200, "")
            }
            return (200, "name,tags,time,last\nenergy,,\(time),5\n")
        }
        defer { server.stop() }
        let history = LedgerHistory(try InfluxClient(settings(server)), site: "maison")
        #expect(try await history.lastQuarter(before: 5000) == 2700)
        #expect(server.statements.allSatisfy { $0.contains("\"site\" = 'maison' AND time < 5000s") })
    }
}

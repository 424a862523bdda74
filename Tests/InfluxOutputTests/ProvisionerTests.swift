import MeterCore
import Synchronization
import Testing

@testable import InfluxOutput

@Suite struct ProvisionerTests {
    private static let policyColumns = ["name", "duration", "shardGroupDuration", "replicaN", "default"]

    private func client(_ server: FakeInflux) throws -> InfluxClient {
        var settings = InfluxSettings()
        settings.url = server.url
        return try InfluxClient(settings)
    }

    /// A server with the standard policies, of which `raw` keeps readings for a span of its own.
    private func server(raw: String) throws -> FakeInflux {
        try FakeInflux { request in
            switch request.text {
            case "SHOW DATABASES": return (200, FakeInflux.table(["name"], [["\"boxenergie\""]]))
            case let text where text.hasPrefix("SHOW RETENTION POLICIES"):
                let rows = [
                    ["\"raw\"", "\"\(raw)\"", "\"168h0m0s\"", "1", "true"],
                    ["\"m15\"", "\"0s\"", "\"4368h0m0s\"", "1", "false"],
                    ["\"day\"", "\"0s\"", "\"87360h0m0s\"", "1", "false"],
                ]
                return (200, FakeInflux.table(Self.policyColumns, rows))
            case let text where text.hasPrefix("SELECT count(*)"):
                return (200, FakeInflux.table(["time", "count_wh"], [["0", "1234"]]))
            default: return (200, FakeInflux.nothing)
            }
        }
    }

    @Test("the policies keep raw readings for 60 days, which is the default, and the sums for ever")
    func standard() {
        #expect(
            RetentionSchema.standard.map { $0.creation(in: "b") } == [
                "CREATE RETENTION POLICY \"raw\" ON \"b\" DURATION 60d REPLICATION 1 SHARD DURATION 7d DEFAULT",
                "CREATE RETENTION POLICY \"m15\" ON \"b\" DURATION INF REPLICATION 1 SHARD DURATION 26w",
                "CREATE RETENTION POLICY \"day\" ON \"b\" DURATION INF REPLICATION 1 SHARD DURATION 520w",
            ]
        )
    }

    @Test("a database that is as it should be is left alone")
    func right() async throws {
        let server = try server(raw: "1440h0m0s")
        defer { server.stop() }
        try await Provisioner(try client(server)).run { #expect($0.state == .asItShould) }
        #expect(server.statements.allSatisfy { $0.hasPrefix("SHOW") })
    }

    @Test(
        "a policy that keeps readings for longer is never shortened unasked",
        arguments: [("0s", false), ("0s", true), ("2400h0m0s", false), ("2400h0m0s", true), ("720h0m0s", false)]
    )
    func shortened(_ raw: String, _ mayShorten: Bool) async throws {
        let server = try server(raw: raw)
        defer { server.stop() }
        let items = Mutex<[SchemaItem]>([])
        try await Provisioner(try client(server), mayShorten: mayShorten).run { item in
            items.withLock { $0.append(item) }
        }
        let isLonger = raw != "720h0m0s"
        let altered = server.statements.filter { $0.hasPrefix("ALTER") }
        let change = "ALTER RETENTION POLICY \"raw\" ON \"boxenergie\" DURATION 60d"
        #expect(altered == (isLonger && !mayShorten ? [] : [change]))
        let advice = items.withLock { $0 }.first { $0.subject == "retention policy raw" }?.advice
        #expect((advice?.contains("1234 points") == true) == (isLonger && !mayShorten))
    }

    @Test(
        "what was copied is counted before the original goes: nothing is deleted while a point is missing",
        arguments: [9, 10]
    )
    func rebuild(_ copied: Int) async throws {
        let hasSpare = Mutex(false)
        let isGone = Mutex(false)
        let server = try FakeInflux { request in
            let text = request.text
            if text == "SHOW DATABASES" { return (200, FakeInflux.table(["name"], [["\"boxenergie\""]])) }
            if text.hasPrefix("SHOW RETENTION POLICIES") {
                let raw = [
                    "\"raw\"", "\"1440h0m0s\"", isGone.withLock { $0 } ? "\"168h0m0s\"" : "\"24h0m0s\"", "1", "true",
                ]
                let spare = ["\"raw_rebuild\"", "\"0s\"", "\"168h0m0s\"", "1", "false"]
                return (200, FakeInflux.table(Self.policyColumns, [raw] + (hasSpare.withLock { $0 } ? [spare] : [])))
            }
            if text.hasPrefix("CREATE RETENTION POLICY \"raw_rebuild\"") { hasSpare.withLock { $0 = true } }
            if text == "DROP RETENTION POLICY \"raw\" ON \"boxenergie\"" { isGone.withLock { $0 = true } }
            if text.hasPrefix("SELECT count(*)") {
                let count = text.contains("raw_rebuild") ? copied : 10
                return (200, FakeInflux.table(["time", "count_wh"], [["0", "\(count)"]]))
            }
            if text.hasPrefix("SELECT *"), text.hasSuffix("LIMIT 1") {
                return (200, FakeInflux.table(["time", "wh"], [["0", "1"]]))
            }
            return (200, FakeInflux.nothing)
        }
        defer { server.stop() }
        let provisioner = Provisioner(try client(server), policies: [RetentionSchema.standard[0]])
        if copied < 10 {
            await #expect(throws: InfluxError.self) { try await provisioner.rebuild { _ in } }
            #expect(server.statements.allSatisfy { !$0.hasPrefix("DROP") })
        } else {
            try await provisioner.rebuild { _ in }
            let dropped = server.statements.filter { $0.hasPrefix("DROP") }
            #expect(dropped == ["raw", "raw_rebuild"].map { "DROP RETENTION POLICY \"\($0)\" ON \"boxenergie\"" })
        }
    }

    @Test("a user who may do more than was granted, or less, fails the proof")
    func proof() {
        for right in [DatabaseUser.Right.read, .write, .readAndWrite] {
            for (mayRead, mayWrite) in [(false, false), (false, true), (true, false), (true, true)] {
                let proof = Provisioner.Proof(user: "u", mayWrite: mayWrite, mayRead: mayRead, right: right)
                #expect(proof.isRight == (mayRead == (right != .write) && mayWrite == (right != .read)))
            }
        }
    }

    @Test("what a statement can make right is said to be mended by provision, that of a password, too")
    func mended() {
        var item = SchemaItem(subject: "user u", state: .missing)
        #expect(!item.canBeMended)
        item.secretStatements = ["SET PASSWORD FOR \"u\" = 'x'"]
        #expect(item.canBeMended)
    }
}

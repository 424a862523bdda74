import Foundation
import InfluxOutput
import Logging
import MeterCore
import MeterSources
import SourceCases
import Testing

@testable import boxenergie

/// What every source hears in every role, three ways into a real database: live, computed again from what was stored,
/// and replayed.
///
/// All that a type of source hears happens in one house, at the same time.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct MatrixTests {
    /// 2025-06-10 10:00 UTC: in the two hours from then on each register of a case grows by 2000 Wh, 2 m³ or 2 kWh.
    private static let start: Int64 = 1_749_549_600
    private static let hours = start..<(start + 7200)
    private static let tables = [Kind.quarterEnergy, .quarterMeter, .dayEnergy]

    /// The rows of the sums, by table, house, time and meter; of each the numbers.
    private typealias Sums = [String: [String: Double]]

    /// A house with all meters of one type.
    private struct House {
        var type: String
        var cases: [(example: SourceCase, text: String)] = []

        /// Its configuration; each case's source has the name of the case.
        func configuration(site: String) -> Configuration {
            let text = cases.map(\.text).joined(separator: "\n") + "\n[tags]\nsite = \"\(site)\"\n"
            return Configuration(ConfigDocument(text: text, file: type))
        }

        /// Lets a source hear what its case says, once each.
        func replay(site: String, _ take: (Point) async throws -> Void) async throws {
            let configuration = configuration(site: site)
            // The cases are one house here, and none of them has a line of its own: that they share one is no fault of theirs.
            let errors = configuration.diagnostics.errors.filter { !"\($0)".contains(" this line already") }
            #expect(errors.isEmpty, "\(type): \(errors)")
            for source in configuration.sources {
                let example = try #require(cases.first { $0.example.name == source.name }).example
                let context = SourceContext(name: source.name, tags: configuration.tags, logger: silent)
                let points = PointList()
                try await source.source.replay(try example.recording(), into: points, context: context)
                for point in points.all { try await take(point) }
            }
        }
    }

    private static let silent = Logger(label: "matrix") { _ in SwiftLogNoOpLogHandler() }
    private let box: Installation
    private let url: String
    private let server: Peer

    init() throws {
        box = try Installation()
        server = try box.influxd()
        url = server.line()
    }

    @Test("every source's energies are the same to the watt-hour live, computed again, and replayed")
    func matrix() async throws {
        let houses = try await houses()
        #expect(houses.map(\.type).sorted() == SourceRegistry.builtIn.all.map { $0.type }.sorted())
        try await provision()
        try await write { batcher in for house in houses { try await playLive(house, batcher) } }
        let live = try await sums()

        // Lost, and computed again from what is in raw.
        for policy in [RetentionPolicy.m15, .day] {
            _ = try await box.client(url).query("DROP RETENTION POLICY \(policy.name) ON boxenergie")
        }
        try await provision()
        #expect(try await sums().isEmpty)
        try await write { batcher in
            for house in houses { try await recompute(house.configuration(site: house.type), batcher) }
        }
        expect(try await sums(), toBe: live, "computed again")

        // Replayed somewhere else.
        for policy in [RetentionPolicy.m15, .day, .raw] {
            _ = try await box.client(url).query("DROP RETENTION POLICY \(policy.name) ON boxenergie")
        }
        try await provision()
        try await write { batcher in
            for house in houses { try await house.replay(site: house.type) { batcher.append($0) } }
        }
        try await write { batcher in
            for house in houses { try await recompute(house.configuration(site: house.type), batcher) }
        }
        expect(try await sums(), toBe: live, "replayed")

        for house in houses { check(house, live) }
    }

    // MARK: - The three ways

    /// The cases that count, by type.
    private func houses() async throws -> [House] {
        let folder = URL(fileURLWithPath: Installation.root + "/Tests/MeterSourcesTests/cases")
        var houses: [House] = []
        // The Linky of such a case falls silent: the house would wait for it live, and computed again it does not.
        for example in try SourceCase.all(in: folder)
        where !example.name.hasPrefix("bad-") && !example.name.hasPrefix("tic-") {
            guard let text = example.text("config.toml"), example.text("expected.lines") != nil,
                let name = text.firstMatch(of: /\[source\.([a-z0-9_-]+)/)?.1
            else { continue }
            if houses.last?.type != example.type { houses.append(House(type: example.type)) }
            let renamed = text.replacingOccurrences(of: "[source.\(name)", with: "[source.\(example.name)")
            var alone = House(type: example.type)
            alone.cases = [(example, renamed)]
            var counts = false
            try await alone.replay(site: "maison") { point in
                counts = counts || point.facts.contains { if case .register = $0 { true } else { false } }
            }
            if counts { houses[houses.count - 1].cases += alone.cases }
        }
        return houses
    }

    /// As the daemon does it: in the order of time through the intake, which keeps the books.
    private func playLive(_ house: House, _ batcher: Batcher) async throws {
        let intake = Intake(
            to: [batcher],
            ledger: Ledger(house.configuration(site: house.type).energy.ledger),
            clock: { ClockReading(wall: .now(), uptime: .now, isSynchronized: true) },
            logger: Self.silent
        )
        intake.openLedger { _ in [] }
        var points: [Point] = []
        try await house.replay(site: house.type) { points.append($0) }
        let ordered = points.enumerated().sorted { one, other in
            (one.element.timestamp, one.offset) < (other.element.timestamp, other.offset)
        }
        for (_, point) in ordered { intake.append(point) }
        try await makeRoom(batcher)
    }

    private func recompute(_ configuration: Configuration, _ batcher: Batcher) async throws {
        var settings = InfluxSettings()
        settings.url = url
        let work = Recomputation(configuration.energy.ledger, try InfluxClient(settings), configuration.places)
        let span = try #require(try await work.span(from: nil, to: nil), "\(configuration.tags)")
        try await work.run(span) { points, _, _ in
            for point in points { batcher.append(point) }
            try await makeRoom(batcher)
        }
    }

    // MARK: - The database

    private func provision() async throws {
        #expect(try box.run("provision", "--config", try box.configure(url)).code == 0)
        // The cases are of a day long ago.
        _ = try await box.client(url).query("ALTER RETENTION POLICY raw ON boxenergie DURATION INF")
    }

    private func write(_ body: (Batcher) async throws -> Void) async throws {
        var settings = InfluxSettings()
        settings.url = url
        let uploader = Uploader(
            batcher: Batcher(database: "boxenergie"),
            outbox: Outbox(spool: nil),
            sink: InfluxClient(lasting: settings),
            deadLetters: nil,
            logger: Self.silent
        )
        async let end: Void = uploader.run()
        do {
            try await body(uploader.batcher)
        } catch {
            uploader.batcher.finish()
            throw error
        }
        uploader.batcher.finish()
        await end
        let counts = uploader.counts
        #expect(counts.rejected == 0 && counts.dropped == 0 && counts.accepted > 0, "\(counts)")
    }

    private func makeRoom(_ batcher: Batcher) async throws {
        while batcher.isFull {
            batcher.flush()
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private func sums() async throws -> Sums {
        var sums: Sums = [:]
        for kind in Self.tables {
            for row in try await box.rows(url, "SELECT * FROM \(kind.measurement)") {
                let place = ["site", "time", "source", "device", "role"].compactMap { name in
                    row[name].flatMap { $0 == .null ? nil : "\(name)=\($0)" }
                }
                let fields = row.filter { !["site", "time", "source", "device", "role"].contains($0.key) }
                // Consumers tell of hours here that are complete; their rest is made again afterwards, not live.
                sums["\(kind.rawValue) \(place.joined(separator: " "))"] = fields.compactMapValues(number)
                    .filter { $0.key != Field.restWh.rawValue }
            }
        }
        return sums
    }

    private func number(_ value: InfluxValue) -> Double? {
        if case .boolean(let flag) = value { flag ? 1 : 0 } else { value.number }
    }

    // MARK: - What is right

    private func expect(_ sums: Sums, toBe live: Sums, _ what: String) {
        let missing = Set(live.keys).subtracting(sums.keys).sorted()
        let more = Set(sums.keys).subtracting(live.keys).sorted()
        #expect(missing.isEmpty, "\(what), \(missing.count) rows are missing: \(missing.prefix(5))")
        #expect(more.isEmpty, "\(what), \(more.count) rows were not there live: \(more.prefix(5))")
        for (key, fields) in live.sorted(by: { $0.key < $1.key }) {
            guard let again = sums[key] else { continue }
            let isSame =
                fields.keys == again.keys && fields.allSatisfy { abs($0.value - (again[$0.key] ?? .nan)) < 0.01 }
            #expect(isSame, "\(what), \(key) is \(again), live \(fields)")
        }
    }

    /// What each role counts in the two hours, for itself and for the house.
    private func check(_ house: House, _ live: Sums) {
        let own = live.filter { $0.key.contains(" site=\(house.type) ") }
        let quarters = own.filter { row in
            Self.hours.contains { $0 % 900 == 0 && row.key.contains(" time=\($0)") }
        }
        #expect(!quarters.isEmpty, "\(house.type) counts nothing")
        func sum(_ table: Kind, _ field: Field, where isMeant: (String) -> Bool = { _ in true }) -> Double {
            quarters.filter { $0.key.hasPrefix(table.rawValue + " ") && isMeant($0.key) }
                .reduce(0) { $0 + ($1.value[field.rawValue] ?? 0) }
        }
        for example in house.cases.map(\.example) {
            guard example.name.hasPrefix("role-"), let role = MeterRole(rawValue: String(example.name.dropFirst(5)))
            else { continue }
            let wanted = role.isElectric ? 2000.0 : 2
            // A battery counts for the house only.
            if role != .battery {
                let source = house.type == "ecodevices" ? example.name + "-c1" : example.name
                let counted = sum(.quarterMeter, .value) { $0.hasSuffix("source=\(source) role=\(role.rawValue)") }
                #expect(abs(counted - wanted) < 1e-3, "\(example) counted \(counted)")
            }
            let fields: [Field] =
                switch role {
                case .import: [.importWh]
                case .export: [.exportWh]
                case .production: [.productionWh]
                case .battery: [.chargeWh]
                default: []
                }
            for field in fields {
                let counted = sum(.quarterEnergy, field)
                #expect(counted >= wanted - 1e-3, "\(example) is not in \(field.rawValue): \(counted)")
            }
        }
    }
}

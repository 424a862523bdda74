import FoundationEssentials
import Testing

@testable import MeterCore

/// Several meters of one house: what counts for it, and what only for itself.
@Suite struct HouseMetersTests {
    private let midnight: Int64 = 1_767_222_000

    private func point(
        _ kind: Kind,
        _ tags: [(String, String)],
        _ row: KeyValuePairs<Field, FieldValue?>,
        at time: Int64
    )
        -> Point
    {
        Point(Series(kind, tags: tags), at: Timestamp(seconds: time), row: row)
    }

    /// An hour of meters that each grow by so much a minute.
    private func hour(_ settings: Ledger.Settings, _ meters: [(Kind, [(String, String)], Field, Int64)]) -> Books {
        var books = Books(Ledger(settings))
        for minute in Int64(0)...60 {
            for (kind, tags, field, growth) in meters {
                books.take(
                    books.ledger.learn(
                        point(kind, tags, [field: .integer(1000 + minute * growth)], at: midnight + minute * 60)
                    )
                )
            }
        }
        return books
    }

    @Test("a meter at the grid counts for a house without a Linky, and for itself")
    func alone() {
        let books = hour(Ledger.Settings(), [(.meter, [("source", "shelly"), ("role", "import")], .whIn, 10)])
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 150)
        #expect(books.value("m15.meter,role=import,site=maison,source=shelly", "value", at: midnight) == 150)
    }

    @Test("beside a Linky that counts the same it counts for itself only; what the Linky does not count, counts")
    func witness() {
        let books = hour(
            Ledger.Settings(),
            [
                (.linky, [("source", "linky")], .whIn, 10),
                (.meter, [("source", "shelly"), ("role", "import")], .whIn, 9),
                (.pulse, [("source", "edf"), ("role", "export")], .count, 1),
                (.meter, [("source", "edf"), ("role", "export")], .whOut, 4),
            ]
        )
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 150)
        #expect(books.value("m15.meter,role=import,site=maison,source=shelly", "value", at: midnight) == 135)
        #expect(books.value(Books.energy, "export_wh", at: midnight) == 60, "a Linky in historique counts none")
        #expect(!books.rows.keys.contains { $0.series.contains("source=linky") && $0.series.hasPrefix("m15.meter") })
    }

    @Test("a Linky that comes as line protocol is the distributor's all the same, beside meters of the same source")
    func witnessOfTheSameSource() {
        let books = hour(
            Ledger.Settings(),
            [
                (.linky, [("source", "it")], .whIn, 10),
                (.meter, [("source", "it"), ("role", "import"), ("device", "z")], .whIn, 10),
                (.meter, [("source", "it"), ("role", "import")], .whIn, 9),
            ]
        )
        #expect(books.value(Books.energy, "import_wh", at: midnight) == 150)
        #expect(books.value("m15.meter,device=z,role=import,site=maison,source=it", "value", at: midnight) == 150)
        #expect(books.value("m15.meter,role=import,site=maison,source=it", "value", at: midnight) == 135)
    }

    @Test("a battery takes and gives: what the house uses is known with it")
    func battery() {
        var settings = Ledger.Settings()
        settings.production = Production(sources: ["toit"], isComplete: true)
        var books = Books(Ledger(settings))
        for minute in Int64(0)...60 {
            let time = midnight + minute * 60
            for made in [
                point(
                    .linky,
                    [("source", "linky")],
                    [.whIn: .integer(minute * 2), .whOut: .integer(minute)],
                    at: time
                ),
                point(.production, [("source", "toit")], [.wh: .integer(minute * 30)], at: time),
                point(
                    .battery,
                    [("source", "pack")],
                    [.whCharge: .integer(minute * 12), .whDischarge: .integer(minute * 3), .w: -540, .socPercent: 40],
                    at: time
                ),
            ] { books.take(books.ledger.learn(made)) }
        }
        // 30 produced + 2 drawn - 1 injected - 12 taken + 3 given, a minute.
        #expect(abs((books.value(Books.energy, "consumption_wh", at: midnight) ?? 0) - 330) < 1e-6)
        #expect(books.value(Books.energy, "charge_wh", at: midnight) == 180)
        #expect(books.value(Books.day, "discharge_wh", at: midnight) == 180)
    }

    @Test("the live flow has what batteries take and give, and is silent when one of them is")
    func flow() {
        var settings = Ledger.Settings()
        settings.production = Production(sources: ["toit"], isComplete: true)
        var ledger = Ledger(settings)
        var flows: [Point] = []
        for second in stride(from: Int64(0), through: 200, by: 10) {
            let time = midnight + 43_200 + second
            var made = [
                point(.meter, [("source", "shelly"), ("role", "import")], [.w: -300, .whOut: 5], at: time),
                point(.production, [("source", "toit")], [.w: 2000], at: time),
            ]
            if second <= 100 {
                made.append(point(.battery, [("source", "pack")], [.w: -700, .socPercent: 41], at: time))
            }
            for point in made { flows += ledger.learn(point).points.filter { $0.series.kind == .flow } }
        }
        let with = flows.first { $0.timestamp.seconds == midnight + 43_200 + 50 }
        #expect(with?[.consumptionW] == 1000.0 && with?[.chargeW] == 700.0 && with?[.dischargeW] == 0.0)
        #expect(with?[.exportW] == 300.0 && with?[.importW] == 0.0 && with?[.socPercent] == 41.0)
        let without = flows.last
        #expect(without?[.productionW] == 2000.0 && without?[.chargeW] == nil && without?[.consumptionW] == nil)
    }

    @Test("the memory that the last release saved is gone on with")
    func oldMemory() throws {
        let saved = """
            {"site":{"told":{}},"tracks":[{"name":"","track":{"serial":"041","time":1767221890,"missed":0,
            "value":1130},"source":"linky","role":"import"},{"name":"BASE","track":{"value":130,"missed":0,
            "time":1767221890},"source":"linky","role":"tariff"},{"name":"","track":{"time":1767221890,
            "value":13,"missed":0},"source":"toit 2","role":"production"},{"name":"","track":{"missed":0,
            "time":1767221890,"value":0.13},"source":"eau","role":"water"},{"name":"water","track":{"value":13,
            "time":1767221890,"missed":0},"source":"eau","role":"pulses"}],"totals":{"spans":[{"kind":0,
            "end":1767222000,"sums":{"import_wh":69.23076923076923,"production_wh":6.923076923076923},
            "start":1767218400},{"kind":1,"end":1767222000,"sums":{"production_wh":6.923076923076923,
            "import_wh":69.23076923076923},"start":1767135600},{"kind":2,"end":1767222000,
            "sums":{"import_wh":69.23076923076923,"production_wh":6.923076923076923},"start":1764543600}],
            "letGo":[-9223372036854775808,-9223372036854775808,-9223372036854775808]},"quarters":[{"settled":[],
            "start":1767221100,"isEstimated":false,"register":1,"sums":{"pulses eau water":6.076923076923077,
            "tariff BASE":60.769230769230774,"meter eau water":0.06076923076923077,"import":60.769230769230774,
            "production":6.076923076923077,"meter toit 2 production":6.076923076923077}}],
            "completeUntil":1767221100,"countedQuarter":1767221100,"extremes":{"power":{"subscribedVA":6000,
            "quarter":1767221100,"mostVA":500,"time":1767221890},"phases":[{"lastVolts":230,"volts":{"sum":1610,
            "least":230,"count":7,"most":230},"source":"linky","quarter":1767221100,"mostVA":500,"number":1,
            "time":1767221890}],"days":{"1":{"start":1767135600,"least":230,"secondsOutside":0,"end":1767222000,
            "most":230}}},"watch":{"supplier":{"lastTempo":0,"isPeakAnnounced":false},
            "heard":{"toit 2":{"time":1767221890,"isLost":false},"linky":{"time":1767221890,"isLost":false},
            "eau":{"time":1767221890,"isLost":false}},"power":{"most":0,"subscribedVA":6000,"lastOver":0},
            "chapters":{},"voltage":{"linky 1":{"last":1767221890,"wasOutside":false}}},"newest":1767221890}
            """
        let memory = try JSONDecoder().decode(Ledger.Memory.self, from: Data(saved.utf8.filter { $0 != 10 }))
        var books = Books(Ledger(Ledger.Settings(), memory: memory))
        let time = midnight + 20
        books.learn("linky", time, .grid(1140), .tariff("BASE", 140), serial: "041")
        books.learn("toit 2", time, .production(14))
        books.learn("eau", time, Fact.display(0.14, of: .water, pulses: 14))
        #expect(books.events.map(\.kind) == [.box], "\(books.events)")
        let quarter = midnight - 900
        #expect(abs((books.value(Books.energy, "import_wh", at: quarter) ?? 0) - 900.0 / 13) < 1e-5)
        #expect(abs((books.value(Books.energy, "production_wh", at: quarter) ?? 0) - 90.0 / 13) < 1e-5)
        let water = "m15.meter,role=water,site=maison,source=eau"
        #expect(abs((books.value(water, "count", at: quarter) ?? 0) - 90.0 / 13) < 1e-5)
        #expect(abs((books.value(Books.day, "import_wh", at: midnight - 86_400) ?? 0) - 1800.0 / 13) < 1e-5)
    }
}

import Testing

@testable import MeterCore

/// A hybrid inverter: panels and a battery behind one port, whose losses lie between them.
@Suite struct HybridTests {
    /// 2026-01-14 00:00 in Paris.
    private let midnight: Int64 = 1_768_345_200

    /// The powers of a house with a hybrid inverter, in W.
    private struct Powers {
        var drawn = 0.0
        var injected = 0.0
        var panels = 0.0
        var battery = 0.0
        /// Positive while it gives to the house.
        var port = 0.0
        var roof = 0.0
        var store = 0.0
        var soc: Double? = 50
    }

    /// The parts that are read.
    private enum Part: CaseIterable { case panels, battery, port, roof, store }

    /// The registers that the port has.
    private enum PortRegisters: Sendable { case none, out, both }

    private func point(_ kind: Kind, _ source: String, _ row: KeyValuePairs<Field, FieldValue?>, _ time: Int64) -> Point
    {
        let tags = [("site", "maison"), ("source", source)] + (kind == .meter ? [("role", "import")] : [])
        return Point(Series(kind, tags: tags), at: Timestamp(seconds: time), row: row)
    }

    /// Lives for some seconds of constant power, with a reading of each part each ten seconds.
    private func live(
        _ books: inout Books,
        _ span: Range<Int64>,
        _ powers: Powers,
        port registers: PortRegisters = .both,
        step: Double = 1,
        _ parts: [Part],
        _ counts: inout [String: Double]
    ) {
        func register(_ name: String, _ watts: Double) -> FieldValue {
            counts[name, default: 1_000_000] += max(0, watts) / 360
            return .integer(Int64(((counts[name] ?? 0) / step).rounded(.down) * step))
        }
        for second in stride(from: span.lowerBound, to: span.upperBound, by: 10) {
            let time = midnight + second
            books.take(
                books.ledger.learn(
                    point(
                        .meter,
                        "grid",
                        [
                            .w: .float(powers.drawn - powers.injected), .whIn: register("in", powers.drawn),
                            .whOut: register("out", powers.injected),
                        ],
                        time
                    )
                )
            )
            let (panels, charge) = (register("panels", powers.panels), register("charge", -powers.battery))
            let discharge = register("discharge", powers.battery)
            let (given, taken) = (register("given", powers.port), register("taken", -powers.port))
            let roof = register("roof", powers.roof)
            let (filled, emptied) = (register("filled", -powers.store), register("emptied", powers.store))
            for part in parts {
                let made =
                    switch part {
                    case .panels: point(.production, "hybride", [.w: .float(powers.panels), .wh: panels], time)
                    case .battery:
                        point(
                            .battery,
                            "hybride",
                            [
                                .w: .float(powers.battery), .whCharge: charge, .whDischarge: discharge,
                                .socPercent: powers.soc.map { .float($0) },
                            ],
                            time
                        )
                    case .port:
                        point(
                            .acPort,
                            "hybride",
                            [
                                .w: .float(powers.port), .whOut: registers == .none ? nil : given,
                                .whIn: registers == .both ? taken : nil,
                            ],
                            time
                        )
                    case .roof: point(.production, "toit", [.w: .float(powers.roof), .wh: roof], time)
                    case .store:
                        point(
                            .battery,
                            "pack",
                            [.w: .float(powers.store), .whCharge: filled, .whDischarge: emptied],
                            time
                        )
                    }
                books.take(books.ledger.learn(made))
            }
        }
    }

    private static let solar = Part.allCases.filter { $0 != .roof && $0 != .store }

    private func settings(sources: [String] = ["hybride"], batteries: [String] = []) -> Ledger.Settings {
        var settings = Ledger.Settings()
        settings.production = Production(sources: sources, isComplete: true)
        settings.storage = Storage(batteries: batteries, hybrids: ["hybride"])
        (settings.place.latitude, settings.place.longitude) = (47.2, -1.55)
        return settings
    }

    private func flow(_ books: Books, _ second: Int64) -> [String: FieldValue]? {
        books.rows[Books.Key(series: "raw.flow,site=maison", time: midnight + second)]
    }

    private func energy(_ books: Books, _ field: String, at second: Int64 = 43_200) -> Double? {
        books.value(Books.energy, field, at: midnight + second)
    }

    // MARK: - By registers

    @Test("a hybrid inverter that loads its battery: each energy once, and what it loses of its own")
    func loading() throws {
        var books = Books(Ledger(settings()))
        var counts: [String: Double] = [:]
        // The GoodWe of a real house: 3456 W of panels, 2512 into the battery, 831 at the port.
        let powers = Powers(drawn: 0, injected: 100, panels: 3456, battery: -2512, port: 831)
        live(&books, 43_200..<47_000, powers, Self.solar, &counts)
        for (field, watts) in [
            ("production_wh", 3456.0), ("charge_wh", 2512), ("discharge_wh", 0), ("export_wh", 100), ("import_wh", 0),
            ("consumption_wh", 731), ("loss_wh", 113),
        ] {
            let found = try #require(energy(books, field, at: 44_100), "\(field)")
            #expect(abs(found - watts / 4) <= 3, "\(field): \(found)")
            for series in [Books.day, Books.month] {
                let sum = try #require(books.values(series, field).values.first, "\(field) of \(series)")
                #expect(abs(sum - watts) <= 5, "\(field) of \(series): \(sum)")
            }
            let hour = books.value("m15.hourly,hour=12,site=maison", field, at: midnight + 43_200)
            #expect(abs((hour ?? -1) - watts) <= 5, "\(field): \(String(describing: hour))")
        }
    }

    @Test("at night its battery gives, and takes from the grid in the cheap hours: the house uses neither twice")
    func night() {
        var books = Books(Ledger(settings()))
        var counts: [String: Double] = [:]
        live(&books, 0..<3600, Powers(drawn: 2000, battery: -1640, port: -1700), Self.solar, &counts)
        live(&books, 3600..<7300, Powers(drawn: 20, battery: 330, port: 300), Self.solar, &counts)
        for (start, used, loss) in [(Int64(900), 300.0, 60.0), (4500, 320, 30)] {
            #expect(abs((energy(books, "consumption_wh", at: start) ?? -1) - used / 4) <= 3)
            #expect(abs((energy(books, "loss_wh", at: start) ?? -1) - loss / 4) <= 3)
            #expect((energy(books, "production_wh", at: start) ?? -1) == 0)
        }
    }

    @Test("beside it an inverter and a battery of their own count at the house, and all together in the sums")
    func mixed() {
        var books = Books(Ledger(settings(sources: ["hybride", "toit"], batteries: ["pack"])))
        var counts: [String: Double] = [:]
        let powers = Powers(drawn: 40, panels: 1000, battery: -400, port: 560, roof: 700, store: -600)
        live(&books, 43_200..<47_000, powers, Part.allCases, &counts)
        for (field, watts) in [
            ("production_wh", 1700.0), ("charge_wh", 1000), ("discharge_wh", 0), ("consumption_wh", 700),
            ("loss_wh", 40),
        ] {
            #expect(abs((energy(books, field, at: 44_100) ?? -1) - watts / 4) <= 4, "\(field)")
        }
        let meter = "m15.meter,role=production,site=maison,source=hybride"
        #expect(abs((books.value(meter, "value", at: midnight + 44_100) ?? 0) - 250) <= 1)
    }

    @Test(
        "without registers of both directions at its port it is what its panels and its battery say; no loss is known",
        arguments: [PortRegisters.none, .out]
    )
    private func withoutPort(_ registers: PortRegisters) {
        var books = Books(Ledger(settings()))
        var counts: [String: Double] = [:]
        let powers = Powers(injected: 100, panels: 3456, battery: -2512, port: 831)
        live(&books, 43_200..<47_000, powers, port: registers, Self.solar, &counts)
        #expect(abs((energy(books, "consumption_wh", at: 44_100) ?? -1) - (3456.0 - 2512 - 100) / 4) <= 3)
        #expect(abs((energy(books, "production_wh", at: 44_100) ?? -1) - 3456 / 4) <= 3)
        #expect(energy(books, "loss_wh", at: 44_100) == nil)
    }

    @Test(
        "a battery charged from the grid in the cheap hours counts once, though its port counts only what it gives",
        arguments: [PortRegisters.none, .out]
    )
    private func cheapHours(_ registers: PortRegisters) {
        var books = Books(Ledger(settings()))
        var counts: [String: Double] = [:]
        let night = Powers(drawn: 5300, battery: -5000, port: -5000)
        live(&books, 0..<3600, night, port: registers, Self.solar, &counts)
        live(&books, 3600..<7200, Powers(battery: 4750, port: 4750), port: registers, Self.solar, &counts)
        live(&books, 7200..<8200, Powers(), port: registers, Self.solar, &counts)
        let used = books.values(Books.energy, "consumption_wh")
        #expect(abs((used[midnight + 900] ?? -1) - 75) <= 3 && abs((used[midnight + 4500] ?? -1) - 4750 / 4) <= 3)
        #expect(abs((books.value(Books.day, "consumption_wh", at: midnight) ?? -1) - 5050) <= 40)
    }

    @Test("its port alone is enough for what the house uses; nothing is said of panels and battery")
    func portOnly() {
        for registers in [PortRegisters.both, .out] {
            var books = Books(Ledger(settings()))
            var counts: [String: Double] = [:]
            live(&books, 43_200..<47_000, Powers(injected: 100, port: 831), port: registers, [.port], &counts)
            #expect(abs((energy(books, "consumption_wh", at: 44_100) ?? -1) - 731 / 4) <= 3)
            for field in ["production_wh", "charge_wh", "discharge_wh", "loss_wh"] {
                #expect(energy(books, field, at: 44_100) == nil, "\(field)")
            }
            #expect(flow(books, 43_300)?["consumption_w"] == .float(731))
        }
    }

    @Test("a battery without panels that are counted, behind a port that counts what it gives: nobody knows the use")
    func withoutPanels() {
        for parts in [[Part.battery, .port], [.battery, .port, .roof]] {
            var books = Books(Ledger(settings(sources: parts.contains(.roof) ? ["hybride", "toit"] : ["hybride"])))
            var counts: [String: Double] = [:]
            let powers = Powers(drawn: 20, battery: 330, port: 300, roof: 700)
            live(&books, 43_200..<47_000, powers, port: .out, parts, &counts)
            #expect(books.values(Books.energy, "consumption_wh").isEmpty)
            #expect(flow(books, 43_300)?["consumption_w"] == .float(parts.contains(.roof) ? 1020 : 320))
        }
    }

    @Test("its battery's registers are silent for an hour: what the house uses is known meanwhile, the sums afterwards")
    func silentBattery() {
        var books = Books(Ledger(settings()))
        var counts: [String: Double] = [:]
        let powers = Powers(injected: 100, panels: 3456, battery: -2512, port: 831)
        live(&books, 43_200..<44_100, powers, Self.solar, &counts)
        live(&books, 44_100..<47_700, powers, [.panels, .port], &counts)
        #expect(abs((energy(books, "consumption_wh", at: 45_000) ?? -1) - 731 / 4) <= 3)
        #expect(energy(books, "charge_wh", at: 45_000) == nil && energy(books, "loss_wh", at: 45_000) == nil)
        live(&books, 47_700..<49_600, powers, Self.solar, &counts)
        #expect(abs((energy(books, "charge_wh", at: 45_000) ?? -1) - 2512 / 4) <= 3)
        #expect(abs((energy(books, "loss_wh", at: 45_000) ?? -1) - 113 / 4) <= 4)
        #expect(!books.ledger.needsRollup)
    }

    @Test("registers in steps of 100 Wh follow the power of their own group, and their sums stay exact to a step")
    func coarse() {
        var books = Books(Ledger(settings()))
        var counts: [String: Double] = [:]
        let powers = Powers(injected: 100, panels: 3456, battery: -2512, port: 831)
        live(&books, 36_000..<54_100, powers, step: 100, Self.solar, &counts)
        for (field, watts) in [("production_wh", 3456.0), ("charge_wh", 2512)] {
            for quarter in stride(from: Int64(39_600), to: 50_400, by: 900) {
                let found = energy(books, field, at: quarter) ?? -1
                #expect(abs(found - watts / 4) <= 10, "\(field) at \(quarter): \(found)")
            }
            #expect(abs((books.value(Books.day, field, at: midnight) ?? -1) - watts * 5) <= 200)
        }
    }

    @Test("what no consumer's own meter counts is the rest, each energy once")
    func rest() {
        var books = Books(Ledger(settings()))
        var counts: [String: Double] = [:]
        for quarter in Int64(0)..<5 {
            let start = 43_200 + quarter * 900
            for (meter, growth) in [("pompe", 50), ("voiture", 25)] {
                let series = Series(.meter, tags: [("source", meter), ("role", "consumption")])
                let time = Timestamp(seconds: midnight + start)
                let reading = Point(series, at: time, row: [.whIn: .integer(quarter * Int64(growth))])
                books.take(books.ledger.learn(reading))
            }
            live(&books, start..<(start + 900), Powers(drawn: 500, port: 300), [.port], &counts)
        }
        #expect(abs((energy(books, "rest_wh", at: 44_100) ?? -1) - (200 - 75)) <= 3)
        #expect(abs((books.value(Books.day, "rest_wh", at: midnight) ?? -1) - 4 * 125) <= 5)
        var alone = Books()
        for quarter in Int64(0)..<5 { alone.learn("prise", midnight + quarter * 900, .consumption(Double(quarter))) }
        #expect(alone.rows.keys.allSatisfy { $0.series != Books.energy }, "a consumer tells nothing of the house")
    }

    @Test(
        "what a house with a battery uses is not known by registers where the battery has none, and is as soon as it has"
    )
    func withoutRegisters() {
        var books = Books(Ledger(settings(sources: [], batteries: ["pack"])))
        for minute in Int64(0)...90 {
            let time = midnight + minute * 60
            books.learn("linky", time, .grid(Double(minute) * 10), .export(0))
            var facts = [Fact.batteryPower(watts: -300)]
            if minute >= 45 { facts.append(.register(MeterRegister(.charge), value: Double(minute) * 5)) }
            books.learn("pack", time, facts)
        }
        let used = books.values(Books.energy, "consumption_wh")
        #expect(used.keys.sorted() == [2700, 3600, 4500].map { midnight + $0 }, "\(used)")
        #expect(used.values.allSatisfy { $0 == 75 })
        #expect(books.values(Books.energy, "import_wh").count == 6)
    }

    // MARK: - Now

    @Test("the live balance adds the port, and neither the panels nor the battery behind it")
    func flows() {
        var books = Books(Ledger(settings(sources: ["hybride", "toit"], batteries: ["pack"])))
        var counts: [String: Double] = [:]
        let powers = Powers(drawn: 40, panels: 1000, battery: -400, port: 560, roof: 700, store: -600)
        live(&books, 43_200..<43_300, powers, Part.allCases, &counts)
        let expected = [
            "production_w": 1700.0, "import_w": 40, "export_w": 0, "charge_w": 1000, "discharge_w": 0, "loss_w": 40,
            "consumption_w": 700,
        ]
        #expect(flow(books, 43_280) == expected.mapValues { .float($0) })
    }

    @Test("a silent battery behind a port leaves out what it takes and gives; a silent port, what the house uses")
    func stale() {
        let powers = Powers(injected: 100, panels: 3456, battery: -2512, port: 831)
        func later(_ parts: [Part]) -> [String: FieldValue]? {
            var books = Books(Ledger(settings()))
            var counts: [String: Double] = [:]
            live(&books, 43_200..<43_300, powers, Self.solar, &counts)
            live(&books, 43_300..<43_500, powers, parts, &counts)
            return flow(books, 43_480)
        }
        let withoutBattery = later([.panels, .port])
        #expect(withoutBattery?["consumption_w"] == .float(731) && withoutBattery?["production_w"] == .float(3456))
        for field in ["charge_w", "discharge_w", "soc_pct", "loss_w"] { #expect(withoutBattery?[field] == nil) }
        let withoutPort = later([.panels, .battery])
        #expect(withoutPort?["consumption_w"] == nil && withoutPort?["loss_w"] == nil)
        #expect(withoutPort?["charge_w"] == .float(2512) && withoutPort?["soc_pct"] == .float(50))
    }

    @Test("at night a silent inverter is 0 W and a silent port or battery is not; one never heard is not either")
    func silentAtNight() {
        let powers = Powers(drawn: 200, battery: 330, port: 300, store: 50)
        func seen(_ parts: [Part], _ settings: Ledger.Settings) -> [String: FieldValue]? {
            var books = Books(Ledger(settings))
            var counts: [String: Double] = [:]
            live(&books, 0..<200, powers, parts, &counts)
            return flow(books, 180)
        }
        let all = settings(sources: ["hybride", "toit"], batteries: ["pack"])
        let night = seen([.battery, .port, .store], all)
        #expect(night?["consumption_w"] == .float(550) && night?["production_w"] == .float(0))
        #expect(seen([.battery, .port], all)?["consumption_w"] == nil)
        #expect(seen([.battery, .store], all)?["consumption_w"] == nil)
        #expect(seen([.battery, .port], settings())?["consumption_w"] == .float(500))
    }

    @Test("a hybrid inverter is never asleep: its battery works at night")
    func awake() {
        var books = Books(Ledger(settings(sources: ["hybride", "toit"])))
        var counts: [String: Double] = [:]
        live(&books, 0..<100, Powers(drawn: 200), Part.allCases, &counts)
        #expect(books.ledger.asleep(at: midnight) == ["toit", "toit"])
    }
}

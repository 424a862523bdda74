import Testing

@testable import MeterCore

/// What neighbours are shown: the latest of what is known now, and totals of what was read.
struct MirrorBoardTests {
    private let start: Int64 = 1_795_953_600
    private let settings: Ledger.Settings = {
        var settings = Ledger.Settings()
        settings.pauses = ["toit": 600]
        return settings
    }()

    private func present(_ seconds: Int64) -> Present { Present(now: Timestamp(seconds: seconds)) }

    private func point(
        _ kind: Kind,
        _ source: String,
        at time: Int64,
        tags: [(String, String)] = [],
        _ row: KeyValuePairs<Field, FieldValue?>
    ) -> Point {
        Point(Series(kind, tags: [("source", source)] + tags), at: Timestamp(seconds: time), row: row)
    }

    private func shown(_ board: MirrorBoard, _ ledger: Ledger? = nil, at time: Int64) -> [String: ShownValue.Content] {
        let values = board.values(at: present(time), ledger, settings)
        return Dictionary(values.map { ($0.quantity.name, $0.content) }) { first, _ in first }
    }

    @Test("each fact is a value under its own name, of now only")
    func facts() {
        var board = MirrorBoard()
        func note(_ point: Point, at now: Int64) { board.note(point, point.facts, at: present(now)) }
        note(
            point(
                .linky,
                "linky",
                at: start,
                [.vaIn: .integer(640), .vaOut: .integer(0), .prefVA: .integer(9000), .ntarf: .integer(2)]
            ),
            at: start
        )
        note(point(.phase, "linky", at: start, tags: [("phase", "2")], [.v: .float(231.4)]), at: start)
        note(point(.battery, "accu", at: start, [.w: .float(-300), .socPercent: .float(71)]), at: start)
        note(point(.production, "toit", at: start - 61, [.w: .float(900)]), at: start)
        #expect(
            shown(board, at: start) == [
                "linky.import_va": .number(640), "linky.export_va": .number(0), "linky.subscribed_va": .number(9000),
                "linky.tariff": .text("2"), "linky.v_2": .number(231.4), "accu.charge_w": .number(300),
                "accu.discharge_w": .number(0), "accu.soc_pct": .number(71),
            ]
        )
    }

    @Test("a meter of the grid that has told both directions by its sign tells them from then on")
    func signs() {
        var board = MirrorBoard()
        var found: [ShownValue.Content?] = []
        for (second, watts) in [500.0, -3000, 2000].enumerated() {
            let time = start + Int64(second) * 10
            let reading = point(.meter, "grille", at: time, tags: [("role", "import")], [.w: .float(watts)])
            board.note(reading, reading.facts, at: present(time))
            found.append(shown(board, at: time)["grille.export_w"])
        }
        #expect(found == [nil, .number(3000), .number(0)])
    }

    @Test("what is silent for longer than usual is not known any more")
    func silence() {
        var board = MirrorBoard()
        for (kind, source) in [(Kind.production, "toit"), (.battery, "accu")] {
            let reading = point(kind, source, at: start, [.w: .float(100)])
            board.note(reading, reading.facts, at: present(start))
        }
        #expect(shown(board, at: start + 59)["accu.discharge_w"] == .number(100))
        #expect(shown(board, at: start + 61)["accu.discharge_w"] == .unknown)
        #expect(shown(board, at: start + 660)["toit.production_w"] == .number(100))
        #expect(shown(board, at: start + 661)["toit.production_w"] == .unknown)
        board.keep(["toit"])
        #expect(shown(board, at: start)["accu.discharge_w"] == nil)
    }

    @Test("what the box tells each minute of itself and its sources is known until it is late for a minute")
    func ofTheBox() {
        var board = MirrorBoard()
        let points = [
            point(.box, "", at: start, [.cpuTempC: .float(51)]), point(.source, "linky", at: start, [.ageS: .float(3)]),
            point(.source, "toit", at: start, [.ageS: .float(500)]),
        ]
        for point in points { board.note(point, point.facts, at: present(start)) }
        let last = shown(board, at: start + 119)
        #expect(last["box.cpu_temp_c"] == .number(51) && last["linky.age_s"] == .number(3), "\(last)")
        let late = shown(board, at: start + 121)
        #expect(late == ["box.cpu_temp_c": .unknown, "linky.age_s": .unknown, "toit.age_s": .unknown])
    }

    @Test("a total is shown once its register was read since the start, and not as it was saved")
    func totals() {
        var board = MirrorBoard()
        var ledger = Ledger(settings)
        _ = ledger.learn(Reading(of: "linky", [.grid(1000)], at: Timestamp(seconds: start - 900)))
        #expect(shown(board, ledger, at: start).isEmpty)
        let reading = point(.linky, "linky", at: start, [.whIn: .integer(1200)])
        board.note(reading, reading.facts, at: present(start))
        _ = ledger.learn(reading)
        let total = RunningTotal(total: 1200, register: 1200, time: start)
        #expect(shown(board, ledger, at: start) == ["linky.import_wh": .total(total)])
        // Books that are closed have none.
        #expect(shown(board, at: start).isEmpty)
    }

    @Test("names are apart from each other, and none is one that Domoticz passes over")
    func names() {
        let words = Measure.allCases.map { ShownQuantity($0, of: "m", part: $0 == .index ? "HCJB" : "").word }
        #expect(Set(words).count == words.count)
        for word in words {
            #expect(!word.hasSuffix("_min") && !word.hasSuffix("_max") && !word.hasPrefix("battery"), "\(word)")
            #expect(isSlug(word), "\(word)")
        }
        #expect(words.contains("index_hcjb_wh"))
    }
}

import Testing

@testable import MeterCore
@testable import MeterOutputs

/// What a broker is told and when, without a broker.
struct MirrorSpeechTests {
    private let power = ShownQuantity(.productionPower, of: "toit")
    private let energy = ShownQuantity(.produced, of: "toit")

    /// A speech with a clock of its own, whose messages are as `topic = text`, those of discovery by their topic only.
    private final class Stage {
        var speech: MirrorSpeech
        var time: Double = 1000

        init(_ more: String = "") throws {
            let settings = try mirrorSettings(more)
            speech = MirrorSpeech(settings, MirrorTopics(settings, site: "maison"), site: "maison", release: "1")
        }

        var now: Uptime { Uptime(nanoseconds: Int64(time * 1e9)) }

        func connect() { speech.connect(at: now) }

        func hear(_ topic: String, _ text: String) {
            let bytes = Array(text.utf8)
            bytes.withUnsafeBytes { speech.hear(topic, $0, at: now) }
        }

        /// Goes on by seconds, a second at a time, with the same values.
        func pass(_ seconds: Int, _ values: [ShownValue]) -> [String] {
            var said: [String] = []
            for _ in 0..<seconds {
                time += 1
                guard speech.pause(at: now) <= 0 else { continue }
                said += speech.next(values, at: now).map { message in
                    message.topic.hasSuffix("/config") ? message.topic : "\(message.topic) = \(message.text)"
                }
            }
            return said.map { $0.replacing("boxenergie/maison/", with: "") }
        }
    }

    private func values(_ watts: Double, _ wh: Double) -> [ShownValue] {
        [
            ShownValue(power, .number(watts)),
            ShownValue(energy, .total(RunningTotal(total: wh, register: wh, time: 1000))),
        ]
    }

    /// Without what is told for the box itself.
    private func values(of said: [String]) -> [String] { said.filter { !$0.hasPrefix("memoire") } }

    @Test("first how things are found, then what is to be remembered, then the values, then that the box is there")
    func introduction() throws {
        let stage = try Stage()
        #expect(stage.pass(20, values(500, 1000)) == [])
        stage.connect()
        // It waits for what the broker may keep.
        #expect(stage.pass(4, values(500, 1000)) == [])
        let said = stage.pass(1, values(500, 1000.9))
        #expect(
            said.prefix(2) == [
                "homeassistant/sensor/boxenergie_maison_toit/production_w/config",
                "homeassistant/sensor/boxenergie_maison_toit/production_wh/config",
            ]
        )
        #expect(said.count == 6 && said[2].hasPrefix("memoire = {"))
        #expect(said.suffix(3) == ["toit/production_w = 500", "toit/production_wh = 1000", "etat = online"])
        #expect(stage.pass(50, values(500, 1000)) == [])
    }

    @Test("all again when the broker comes back, and when Home Assistant has started, which two may say at once")
    func again() throws {
        let stage = try Stage()
        stage.connect()
        let first = stage.pass(6, values(500, 1000))
        stage.time += 3600
        stage.connect()
        #expect(stage.pass(1, values(500, 1000)) == first)
        stage.hear("homeassistant/status", "online")
        #expect(stage.pass(1, values(500, 1000)) == [])
        stage.time += 20
        stage.hear("homeassistant/status", "offline")
        #expect(stage.pass(1, values(500, 1000)) == [])
        stage.hear("homeassistant/status", "online")
        stage.hear("homeassistant/status", "online")
        #expect(stage.pass(1, values(500, 1000)) == first)
    }

    @Test("a power at most each half minute and when it has changed, a total each minute, all after ten minutes")
    func rate() throws {
        let stage = try Stage()
        stage.connect()
        _ = stage.pass(6, values(500, 1000))
        var said: [String] = []
        for second in 1...120 { said += stage.pass(1, values(500 + Double(second) * 10, 1000 + Double(second))) }
        #expect(values(of: said).filter { $0.hasPrefix("toit/production_w ") }.count == 4)
        #expect(values(of: said).filter { $0.hasPrefix("toit/production_wh ") }.count == 2)
        let calm = stage.pass(1100, values(1700, 1120))
        #expect(values(of: calm).filter { $0 == "toit/production_w = 1700" }.count == 2)
        #expect(values(of: calm).filter { $0 == "toit/production_wh = 1120" }.count == 2)
        // Within its dead band, and to zero.
        #expect(stage.pass(40, values(1703, 1120)) == [])
        #expect(values(of: stage.pass(20, values(0, 1120))) == ["toit/production_w = 0"])
    }

    @Test("who wants values less often than all ten minutes gets them as often as that")
    func seldom() throws {
        let stage = try Stage("every = \"1h\"")
        stage.connect()
        _ = stage.pass(6, values(500, 1000))
        var said: [String] = []
        for step in 1...24 { said += stage.pass(300, values(500 + Double(step) * 10, 1000 + Double(step))) }
        #expect(values(of: said).filter { $0.hasPrefix("toit/production_w ") }.count == 2)
        #expect(values(of: said).filter { $0.hasPrefix("toit/production_wh ") }.count <= 1)
        // One that stands still is told again as often.
        #expect(values(of: stage.pass(7200, values(740, 1024))).filter { $0 == "toit/production_w = 740" }.count == 2)
    }

    @Test("what is not known any more is taken back at once, and a total stays")
    func unknown() throws {
        let stage = try Stage()
        stage.connect()
        _ = stage.pass(6, values(500, 1000))
        #expect(stage.pass(10, [ShownValue(power, .unknown)]) == ["toit/production_w = None"])
        #expect(stage.pass(60, []) == [])
        #expect(stage.pass(60, [ShownValue(power, .unknown)]) == [])
        #expect(values(of: stage.pass(30, values(7, 1000))) == ["toit/production_w = 7"])
        #expect(stage.pass(10, []) == ["toit/production_w = None"])
        // What was never known is no value.
        #expect(stage.pass(60, [ShownValue(ShownQuantity(.voltage, of: "linky", part: "1"), .unknown)]) == [])
    }

    @Test("what the broker kept: totals go on from it, values whose meter is gone are taken back")
    func memory() throws {
        let stage = try Stage()
        stage.connect()
        stage.hear(
            "boxenergie/maison/memoire",
            #"{"live":["gone/import_w","toit/production_w"],"totals":{"toit/production_wh":{"register":900,"time":940,"total":5900}}}"#
        )
        let said = stage.pass(1, values(500, 1000))
        #expect(said.contains("toit/production_wh = 6000") && said.contains("etat = online"))
        #expect(!stage.pass(170, values(500, 1000)).contains("gone/import_w = None"))
        #expect(stage.pass(20, values(500, 1000)).contains("gone/import_w = None"))
        // It is not asked again: what was told meanwhile counts.
        stage.connect()
        stage.hear("boxenergie/maison/memoire", #"{"live":[],"totals":{}}"#)
        #expect(stage.pass(1, values(500, 1100)).contains("toit/production_wh = 6100"))
    }

    @Test(
        "nonsense that the broker kept is no memory",
        arguments: [
            "", "null", "1", "[]", "{}", "{\"live\":3,\"totals\":{}}", "\u{0}\u{1}", "NaN",
            #"{"live":[],"totals":{"toit/production_wh":{"register":1,"time":1,"total":1e300}}}"#,
            #"{"live":[],"totals":{"toit/production_wh":{"register":-5,"time":1,"total":7}}}"#,
            #"{"live":[],"totals":{"toit/production_wh":{"register":5,"time":0,"total":7}}}"#,
            #"{"live":[],"totals":{"toit/production_wh":{"register":"5","time":1,"total":7}}}"#,
        ]
    )
    func nonsense(_ text: String) throws {
        let stage = try Stage()
        stage.connect()
        stage.hear("boxenergie/maison/memoire", text)
        #expect(stage.pass(6, values(500, 1000)).contains("toit/production_wh = 1000"))
    }

    @Test("what is to be remembered is read as it was written")
    func remembered() throws {
        var memory = MirrorMemory()
        memory.live = ["toit/production_w", "disk_used_pct"]
        memory.totals["toit/production_wh"] = RunningTotal(total: 1e9 + 0.5, register: 0, time: 1_795_953_600)
        let read = Array(memory.text.utf8).withUnsafeBytes { MirrorMemory($0) }
        #expect(read == memory)
    }

    @Test("what is to be remembered is told with totals, and not with powers")
    func rarelyRemembered() throws {
        let stage = try Stage()
        stage.connect()
        _ = stage.pass(6, values(500, 1000))
        var said: [String] = []
        for second in 1...300 { said += stage.pass(1, values(500 + Double(second) * 10, 1000 + Double(second / 100))) }
        #expect(said.filter { $0.hasPrefix("toit/production_w ") }.count >= 9)
        #expect(said.filter { $0.hasPrefix("toit/production_wh ") }.count == 2)
        #expect(said.filter { $0.hasPrefix("memoire") }.count == 2)
    }

    /// A box that loses everything at any message: its successor knows what the broker keeps, and a meter's register.
    @Test("after any message at which the box is lost, no total is told that is lower, and none that jumps")
    func lostAtAnyMessage() throws {
        let stage = try Stage("every = \"1s\"")
        stage.connect()
        var said: [(text: String, register: Double)] = []
        func value(_ total: Double, _ register: Double) -> [ShownValue] {
            [ShownValue(energy, .total(RunningTotal(total: total, register: register, time: Int64(stage.time))))]
        }
        for second in 0..<200 {
            // Another meter at half of the time.
            let total = 1_000_000 + Double(second) * 7
            let register = second < 100 ? total - 900_000 : total - 995_000
            said += stage.pass(1, value(total, register)).map { ($0, register) }
        }
        var memory = ""
        var told = 0.0
        for (place, (text, register)) in said.enumerated() {
            if text.hasPrefix("memoire = ") { memory = String(text.dropFirst(10)) }
            if text.hasPrefix("toit/production_wh = ") { told = Double(text.dropFirst(21)) ?? 0 }
            let successor = try Stage("every = \"1s\"")
            successor.time = stage.time + 10
            successor.connect()
            if !memory.isEmpty { successor.hear("boxenergie/maison/memoire", memory) }
            let values = [
                ShownValue(
                    energy,
                    .total(RunningTotal(total: register, register: register, time: Int64(successor.time)))
                )
            ]
            let first = try #require(successor.pass(6, values).first { $0.hasPrefix("toit/production_wh = ") })
            let number = try #require(Double(first.dropFirst(21)))
            #expect(number >= told, "after message \(place), \(text)")
            if told > 0 { #expect(number <= told + 15, "after message \(place), \(text)") }
        }
        #expect(said.count > 300)
    }

    @Test("however long a broker is away, there is one value a quantity")
    func away() throws {
        let stage = try Stage()
        stage.connect()
        _ = stage.pass(6, values(500, 1000))
        for step in 0..<5000 { _ = stage.pass(1, values(Double(step), 1000 + Double(step))) }
        #expect(stage.speech.quantities == 2)
    }

    @Test(
        "numbers are written as all neighbours read them",
        arguments: [
            (0.0, 0, "0"), (-0.4, 0, "0"), (1.5, 0, "2"), (231.44, 1, "231.4"), (-0.05, 1, "-0.1"), (12.0, 3, "12.000"),
            (0.007, 3, "0.007"), (1e20, 0, "1000000000000000"), (.nan, 1, "0.0"), (-.infinity, 0, "0"),
        ]
    )
    func numbers(_ value: Double, _ digits: Int, _ text: String) {
        #expect(FixedPoint.text(value, digits: digits) == text)
    }

    @Test("a total is never told before it is reached")
    func floors() {
        #expect(FixedPoint.text(1000.99, digits: 0, isFloor: true) == "1000")
        #expect(FixedPoint.text(0.1 + 0.2, digits: 3, isFloor: true) == "0.300")
        #expect(FixedPoint.text(12.3459, digits: 3, isFloor: true) == "12.345")
    }
}

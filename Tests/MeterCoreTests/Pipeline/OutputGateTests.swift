import Testing

@testable import MeterCore

/// What an output has chosen, and nothing else, comes to it.
struct OutputGateTests {
    private func point(_ measurement: Measurement, at seconds: Int64, source: String = "a") -> Point {
        Point(
            Series(measurement, tags: [("source", source)], fields: ["w"]),
            at: Timestamp(seconds: seconds),
            [.float(1)]
        )
    }

    @Test(
        "patterns choose by the whole name",
        arguments: [
            ("m15.*", "m15.energy", true), ("m15.*", "m15", false), ("*", "", true), ("*.energy", "day.energy", true),
            ("*.energy", "day.energy_month", false), ("day.*_m*h", "day.energy_month", true), ("", "x", false),
            ("raw.linky", "raw.linky", true), ("raw.linky", "raw.linky2", false), ("été.*", "été.w", true),
        ]
    )
    func patterns(_ pattern: String, _ name: String, _ isChosen: Bool) {
        #expect(OutputChoice(only: [pattern]).includes(name) == isChosen)
    }

    @Test("of readings the first of each series in a period passes, of sums every one")
    func every() {
        var gate = OutputGate(OutputChoice(every: .seconds(60)))
        let (raw, mine) = (Kind.production.measurement, Measurement("mine"))
        func passed(_ measurement: Measurement, _ times: [Int64], source: String = "a") -> [Bool] {
            times.map { gate.passes(point(measurement, at: $0, source: source)) }
        }
        let readings = passed(raw, [0, 10, 59, 60, 61, 125, 60])
        #expect(readings == [true, false, false, true, false, true, true])
        let other = passed(raw, [126], source: "b")
        #expect(other == [true])
        let users = passed(mine, [0, 1])
        #expect(users == [true, false])
        let sums = passed(Kind.dayEnergy.measurement, [0, 0, 0])
        #expect(sums == [true, true, true])
    }

    @Test("a batcher collects what is chosen")
    func batcher() {
        let batcher = Batcher(database: "d", choice: OutputChoice(only: ["m15.*", "day.*"]))
        for kind in [Kind.linky, .quarterEnergy, .dayEnergy, .monthEnergy] {
            batcher.append(point(kind.measurement, at: 0))
        }
        #expect(batcher.take().map(\.points) == [1, 2])
    }
}

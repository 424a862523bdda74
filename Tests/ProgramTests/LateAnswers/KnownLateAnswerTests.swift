import MeterCore
import MeterIO
import Testing

/// Lines that somebody had, each with what it must give.
@Suite(.mayBlock, .timeLimit(.minutes(5)), .enabled(if: PythonPeer.isThere, "Tests/peers/setup makes the peers"))
struct KnownLateAnswerTests {
    private let lines: LateLines

    init() throws {
        MainLoop.start()
        lines = try LateLines()
    }

    /// The values of a reading by field; `nil` when there was none.
    private func values(_ round: StampedRound) -> [String: Double]? {
        guard case .values(let points) = round else { return nil }
        return points.reduce(into: [:]) { values, point in
            for (field, value) in zip(point.series.fieldNames, point.values) {
                if case .float(let number)? = value { values[field] = number }
            }
        }
    }

    /// True when each value is the device's own of its field.
    private func areOwn(_ values: [String: Double], _ device: any StampedDevice) -> Bool {
        values.allSatisfy { device.stamp($0, $1)?.number == device.numbers[$0] }
    }

    @Test("a converter whose replies are one behind gives nothing, and it is said in plain words")
    func oneBehind() async throws {
        let line = try await lines.begin(.modbusRTUOverTCP, seed: 1)
        try await lines.plan(line, ["behind-for-ever"])
        let device = try await StampedModbus(line, 0)
        var reasons: [String] = []
        while reasons.count < 12 {
            switch try await device.round() {
            case .values(let points): Issue.record("\(points)")
            case .nothing(let reason): reasons.append(reason)
            case .resting: try await EventLoop.main.sleep(for: .milliseconds(20))
            }
        }
        #expect(reasons.contains { $0.contains("its answers come late, or belong to other questions") }, "\(reasons)")
        _ = await lines.end(line)
    }

    @Test("one answer after two and a half time-outs is stored under no other register", arguments: [0, 1, 2, 3])
    func oneLate(_ place: Int) async throws {
        // The first seed whose line has one device with three registers, that answers to everything.
        let line = try await lines.begin(.modbusRTU, devices: 1, values: 3)
        let device = try await StampedModbus(line, 0)
        try await lines.plan(line)
        #expect(values(try await device.round())?.count == 3)
        var plan = [String](repeating: "good", count: place)
        plan.append("very-late")
        try await lines.plan(line, plan)
        var whole = 0
        for _ in 0..<4 {
            guard let found = values(try await device.round()) else { continue }
            #expect(areOwn(found, device), "\(found)")
            if found.count == 3 { whole += 1 }
        }
        #expect(whole >= 3)
        _ = await lines.end(line)
    }

    @Test(
        "a good line pays nothing: so many requests a reading, and two more when a Modbus line opens",
        arguments: [
            (LateLines.Kind.modbusRTU, 3, 5, 3), (.modbusRTUOverTCP, 3, 5, 3), (.aurora, 0, 19, 4), (.mbus, 2, 2, 2),
        ]
    )
    func requests(_ kind: LateLines.Kind, _ values: Int, _ first: Int, _ each: Int) async throws {
        let line = try await lines.begin(kind, devices: 1, values: values)
        let device: any StampedDevice =
            switch kind {
            case .modbusRTU, .modbusRTUOverTCP: try await StampedModbus(line, 0)
            case .aurora: try await StampedAurora(line, 0)
            case .mbus: try await StampedMBus(line, 0)
            }
        try await lines.plan(line)
        for _ in 0..<5 { #expect(self.values(try await device.round()) != nil) }
        let count = await lines.end(line)
        // A machine that is late itself may cost a try.
        #expect(count == first + 4 * each, "\(count) requests")
    }
}

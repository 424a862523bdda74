import Foundation
import MeterCore
import MeterIO
import Testing

/// Answers that come late, damaged, twice, in another order or one behind belong to the question before.
///
/// A seed decides what becomes of the answers of foreign devices (`Tests/peers/late_answers.py`). Our sources read them
/// meanwhile: no value may be another one's, or older than an answer can be on its way; and once the trouble is over they
/// have right ones within two readings. LATE_ANSWERS_SCHEDULES (40) and LATE_ANSWERS_SEED (1) make it longer, as
/// `Tests/slow/late-answers` does.
@Suite(.mayBlock, .timeLimit(.minutes(60)), .enabled(if: PythonPeer.isThere, "Tests/peers/setup makes the peers"))
struct LateAnswerTests {
    /// The end of one seed.
    fileprivate struct Outcome: Sendable {
        var requests = 0
        var rounds = 0
        var values = 0
        /// Values that were not true, in words.
        var wrong: [String] = []
        /// Devices that had no right values within two readings, in words.
        var slow: [String] = []
    }

    private static func number(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
    }

    @Test(
        "no answer is taken for that to another question, and what was disturbed is right soon",
        arguments: LateLines.Kind.allCases
    )
    func schedules(_ kind: LateLines.Kind) async throws {
        let only = ProcessInfo.processInfo.environment["LATE_ANSWERS_KIND"]
        guard only == nil || only == kind.rawValue else { return }
        let count = Self.number("LATE_ANSWERS_SCHEDULES", 40)
        let first = Self.number("LATE_ANSWERS_SEED", 1)
        let total = try await play(kind, Array(first..<(first + count)))
        print(
            "\(kind.rawValue): \(count) schedules from seed \(first), \(total.requests) requests, \(total.rounds) readings, "
                + "\(total.values) values, \(total.wrong.count) false, \(total.slow.count) late to be right"
        )
        #expect(total.wrong.isEmpty, "\(total.wrong.joined(separator: "\n"))")
        #expect(total.slow.isEmpty, "\(total.slow.joined(separator: "\n"))")
        #expect(total.values > count)
    }

    /// Plays seeds, many at once.
    private func play(_ kind: LateLines.Kind, _ seeds: [Int]) async throws -> Outcome {
        MainLoop.start()
        let lines = try LateLines()
        let lag = Lag()
        let watch = Task { try await lag.watch() }
        defer { watch.cancel() }
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            let atOnce = min(Self.number("LATE_ANSWERS_AT_ONCE", 40), seeds.count)
            for place in 0..<atOnce {
                group.addTask {
                    var total = Outcome()
                    for seed in stride(from: place, to: seeds.count, by: atOnce).map({ seeds[$0] }) {
                        total.add(try await Self.play(kind, seed, lines, lag))
                    }
                    return total
                }
            }
            var total = Outcome()
            while let part = try await group.next() { total.add(part) }
            return total
        }
    }

    /// Plays one seed.
    private static func play(
        _ kind: LateLines.Kind,
        _ seed: Int,
        _ lines: LateLines,
        _ lag: Lag
    ) async throws -> Outcome {
        let line = try await lines.begin(kind, seed: seed)
        var devices: [any StampedDevice] = []
        for place in 0..<line.devices {
            switch kind {
            case .modbusRTU, .modbusRTUOverTCP: devices.append(try await StampedModbus(line, place))
            case .aurora: devices.append(try await StampedAurora(line, place))
            case .mbus: devices.append(try await StampedMBus(line, place))
            }
        }
        var outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for (place, device) in devices.enumerated() {
                let name = "\(kind.rawValue), seed \(seed), device \(place)"
                // From one reading at once to one in two time-outs.
                let pause = Duration.milliseconds(seed % 4 * LateLines.timeout / 2)
                group.addTask { try await read(device, name, pause, line, lines, lag) }
            }
            var total = Outcome()
            while let part = try await group.next() { total.add(part) }
            return total
        }
        outcome.requests = await lines.end(line)
        return outcome
    }

    /// Reads a device until it is right after all trouble, and judges each of its values.
    private static func read(
        _ device: any StampedDevice,
        _ name: String,
        _ pause: Duration,
        _ line: LateLines.Line,
        _ lines: LateLines,
        _ lag: Lag
    ) async throws -> Outcome {
        var outcome = Outcome()
        var failures: [String] = []
        while failures.count < 10 {
            let start = Uptime.now
            let round = try await device.round()
            var isRight = false
            var trouble = ""
            switch round {
            case .resting:
                try await EventLoop.main.sleep(for: .milliseconds(20))
                continue
            case .nothing(let reason): trouble = reason
            case .values(let points):
                let wrong = points.flatMap { judge($0, of: device, since: start) }
                outcome.values += points.reduce(0) { $0 + $1.values.count { $0 != nil } }
                outcome.wrong += wrong.map { "\(name): \($0)" }
                let there = Set(
                    points.flatMap { point in
                        zip(point.series.fieldNames, point.values).compactMap { $1 == nil ? nil : $0 }
                    }
                )
                isRight = wrong.isEmpty && there.isSuperset(of: device.usual)
                trouble = "only \(there.sorted())"
            }
            outcome.rounds += 1
            let look = try await lines.look(line)
            if let calm = look.calm, calm < start {
                if isRight { break }
                // A machine that was late itself lets nothing be said of the device.
                if look.lag < start, !lag.wasSeen(since: start) { failures.append(trouble) }
            }
            try await EventLoop.main.sleep(for: pause)
        }
        if failures.count >= 2 { outcome.slow.append("\(name): \(failures.count) readings: \(failures)") }
        return outcome
    }

    /// The values of a point that are not true, in words.
    private static func judge(_ point: Point, of device: any StampedDevice, since start: Uptime) -> [String] {
        let uptime = Uptime.now
        let now = uptime.nanoseconds / 1_000_000
        let oldest = now - start.nanoseconds / 1_000_000 + Int64(3 * LateLines.timeout + 100)
        return zip(point.series.fieldNames, point.values).compactMap { field, value in
            let number: Double
            switch value {
            case nil: return nil
            case .float(let value)?: number = value
            case .integer(let value)?: number = Double(value)
            default: return "\(field) is no number"
            }
            guard let own = device.numbers[field] else {
                return device.isTrue(field, number, at: uptime) ? nil : "\(field) is \(number)"
            }
            guard let stamp = device.stamp(field, number), stamp.number == own else {
                return
                    "\(field), number \(own), is \(number): \(device.stamp(field, number).map { "\($0)" } ?? "nothing")"
            }
            let age = ((now - stamp.milliseconds) % stamp.span + stamp.span) % stamp.span
            return age <= oldest ? nil : "\(field) is \(age) ms old, \(oldest) at most"
        }
    }
}

extension LateAnswerTests.Outcome {
    fileprivate mutating func add(_ other: Self) {
        requests += other.requests
        rounds += other.rounds
        values += other.values
        wrong += other.wrong
        slow += other.slow
    }
}

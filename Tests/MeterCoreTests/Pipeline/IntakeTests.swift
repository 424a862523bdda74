import Logging
import Synchronization
import Testing

@testable import MeterCore

@Suite struct IntakeTests {
    private let silent = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
    private let batchers = [Batcher(database: "a"), Batcher(database: "b")]
    private let series = Series(.linky, tags: [("source", "linky")])
    private let start: Int64 = 1_795_000_500

    /// A day after the readings.
    private func intake(tell: @escaping @Sendable ([EnergyEvent]) -> Void = { _ in }) -> Intake {
        let now = ClockReading(
            wall: Timestamp(seconds: start + 86_400),
            uptime: Uptime(nanoseconds: 60_000_000_000),
            isSynchronized: true
        )
        return Intake(to: batchers, clock: { now }, logger: silent, tell: tell)
    }

    /// A reading of a meter that has drawn so many Wh.
    private func reading(_ wattHours: Int64, at seconds: Int64) -> Point {
        Point(series, at: Timestamp(seconds: seconds), row: [.whIn: .integer(wattHours)])
    }

    /// The series of the lines, in the order in which they came, policy by policy.
    private func taken(_ batcher: Batcher) -> [String: [Substring]] {
        var names: [String: [Substring]] = [:]
        for batch in batcher.take() {
            names[batch.policy.name, default: []] += String(decoding: batch.lines, as: UTF8.self)
                .split(separator: "\n").map { $0.prefix { $0 != " " } }
        }
        return names
    }

    @Test("every output gets each reading and what the ledger made of them")
    func everyOutput() {
        let intake = intake()
        intake.openLedger { _ in [] }
        for quarter in 0..<3 { intake.append(reading(Int64(quarter) * 100, at: start + Int64(quarter) * 900)) }
        let first = taken(batchers[0])
        #expect(first["raw"] == ["linky,source=linky", "linky,source=linky", "linky,source=linky"])
        #expect(first["m15", default: []].contains("energy,site=maison"))
        #expect(taken(batchers[1]) == first)
    }

    @Test("nothing comes to an output any more once another has its place")
    func replaced() {
        let intake = intake()
        let next = Batcher(database: "c")
        intake.append(reading(1, at: start))
        intake.replace(with: [next, batchers[1]])
        intake.append(reading(2, at: start + 1))
        #expect(batchers.map(\.waiting) == [1, 2] && next.waiting == 1)
    }

    @Test("a source that floods uses up no other's room, and what it gives up is counted")
    func throttles() {
        let intake = intake()
        let flood = SourceContext(name: "flood", tags: [], logger: silent)
        let calm = SourceContext(name: "calm", tags: [], logger: silent)
        let (flooding, calmly) = (intake.entrance(for: flood), intake.entrance(for: calm))
        for number in 0..<150_000 { flooding.append(reading(0, at: start + Int64(number))) }
        calmly.append(reading(0, at: start))
        intake.append(reading(0, at: start))
        let flooded = flood.status.snapshot.flooded
        #expect(flooded > 0 && calm.status.snapshot.flooded == 0)
        #expect(batchers[0].waiting + batchers[0].lost.total == 150_000 - flooded + 2)
    }

    @Test("what cannot be true is held and counted, whichever source tells it; the rest of its reading is taken")
    func impossible() {
        let intake = intake()
        let context = SourceContext(name: "onduleur", tags: [], logger: silent)
        let entrance = intake.entrance(for: context)
        let (production, own) = (
            Series(.production, tags: [("source", "onduleur")]),
            Series(Measurement("mesures"), kind: nil, fields: ["w"])
        )
        entrance.append(Point(production, at: Timestamp(seconds: start), row: [.w: .float(1e39), .wh: 7]))
        entrance.append(Point(production, at: Timestamp(seconds: start + 1), row: [.w: .integer(.max)]))
        entrance.append(Point(own, at: Timestamp(seconds: start + 2), [.float(1e39)]))
        #expect(context.status.snapshot.held == 2)
        let lines = batchers[0].take().map { String(decoding: $0.lines, as: UTF8.self) }.joined()
        let found = lines.split(separator: "\n").map { $0.split(separator: " ")[1] }
        #expect(found.sorted() == ["w=1e+39", "wh=7i"])
    }

    @Test("who is told of an event may ask the intake, whose lock is free by then")
    func tells() throws {
        let asked = Mutex<(Intake?, [String])>((nil, []))
        let intake = intake { events in
            asked.withLock { asked in
                guard asked.0?.completeUntil != nil else { return }
                asked.1 += events.map(\.kind.rawValue)
            }
        }
        asked.withLock { $0.0 = intake }
        intake.openLedger { _ in [] }
        intake.append(reading(1, at: start))
        intake.lookForSilence()
        #expect(asked.withLock { $0.1 } == [EnergyEvent.Kind.outage.rawValue])
        asked.withLock { $0.0 = nil }
    }

    @Test("from many threads at once every reading arrives, and what is written is what was read")
    func threads() async {
        let intake = intake()
        await withTaskGroup(of: Void.self) { group in
            for name in 0..<4 {
                let entrance = intake.entrance(
                    for: SourceContext(name: "\(name)", tags: [], logger: silent)
                )
                group.addTask {
                    for number in 0..<2000 { entrance.append(reading(1, at: start + Int64(number))) }
                }
            }
        }
        #expect(batchers.map(\.waiting) == [8000, 8000])
    }
}

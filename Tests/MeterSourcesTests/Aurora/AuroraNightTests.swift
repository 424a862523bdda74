import Logging
import MeterCore
import MeterIO
import MeterProtocols
import Synchronization
import Testing

@testable import MeterSources

/// An inverter in accelerated time: it has power from 6 h to 18 h, and is asked through a bus that lets it rest.
private final class SunnyInverter: Sendable {
    private struct State: Sendable {
        var now = Uptime(nanoseconds: 0)
        var rest = BusRest()
        var wattHours = 1_000_000.0
        var requests = 0
        var isBroken = false
    }

    private let state = Mutex(State())

    var now: Uptime {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }
    var requests: Int { state.withLock { $0.requests } }
    func breakDown() { state.withLock { $0.isBroken = true } }

    static func watts(at time: Uptime) -> Double {
        let hour = (time.seconds(since: Uptime(nanoseconds: 0)) / 3600).truncatingRemainder(dividingBy: 24)
        return hour >= 6 && hour < 18 ? max(5, 3000 * (1 - abs(hour - 12) / 6)) : 0
    }

    func ask(_ question: AuroraQuestion) throws(BusError) -> AuroraAnswer {
        let result: Result<AuroraAnswer, BusError> = state.withLock { state in
            if let left = state.rest.left(at: state.now) {
                return .failure(BusError(.resting(left), "inverter", "\(question)", ""))
            }
            state.requests += 1
            let watts = Self.watts(at: state.now)
            guard watts > 0, !state.isBroken else {
                state.now = state.now + .seconds(1)
                state.rest.failed(costing: .seconds(1), at: state.now)
                return .failure(BusError(.silent, "inverter", "\(question)", ""))
            }
            state.rest.answered()
            switch question {
            case .state:
                return .success(
                    .state(AuroraState(global: .running, inverter: 2, converter1: 2, converter2: 2, alarm: .none))
                )
            case .measure(.gridWatts, _): return .success(.value(Float(watts)))
            case .energy: return .success(.number(UInt32(state.wattHours)))
            case .serialNumber: return .success(.text("654321"))
            default: return .success(.refused(.noSuchVariable))
            }
        }
        return try result.get()
    }

    /// Goes on by a period.
    func advance(to end: Uptime) {
        state.withLock { state in
            state.wattHours += Self.watts(at: state.now) * max(0, end.seconds(since: state.now)) / 3600
            state.now = max(state.now, end)
        }
    }
}

@Suite struct AuroraNightTests {
    private let sun = SunnyInverter()
    private let context = SourceContext(
        name: "onduleur",
        tags: [],
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )

    private func inverter() -> AuroraInverter {
        let document = ConfigDocument(text: "device = \"/dev/ttyUSB0\"", file: "test.toml")
        return AuroraInverter(AuroraSettings(settings: document.root), context: context)
    }

    private struct Sample: Sendable {
        var second: Int64
        var watts: Double?
        var state: String
    }

    /// Reads every 10 s from one hour of time to another.
    private func live(_ inverter: AuroraInverter, from start: Double, to end: Double) async throws -> [Sample] {
        var samples: [Sample] = []
        for slot in Int64(start * 360)..<Int64(end * 360) {
            sun.advance(to: Uptime(nanoseconds: slot * 10_000_000_000))
            let time = Timestamp(seconds: slot * 10)
            let points = try await inverter.round(at: time, monotonic: sun.now, wants: { _ in slot % 6 == 0 }) {
                question throws(BusError) in
                try sun.ask(question)
            }
            let watts = points.first.flatMap { point -> Double? in
                if case .float(let watts)? = point.values[0] { watts } else { nil }
            }
            samples.append(Sample(second: slot * 10, watts: watts, state: context.status.snapshot.state))
        }
        return samples
    }

    @Test("a night of 12 h is no error: asleep, 0 W, rarely asked, awake within a minute of dawn")
    func night() async throws {
        let inverter = inverter()
        let day = try await live(inverter, from: 12, to: 18)
        #expect(day.allSatisfy { $0.state == "reading" && ($0.watts ?? 0) > 0 })
        let asked = sun.requests
        let night = try await live(inverter, from: 18, to: 30)
        #expect(context.status.snapshot.errors == 0 && context.status.snapshot.lastError == nil)
        #expect(sun.requests - asked < 12 * 3600 / 45)
        let asleep = night.drop { $0.state != "asleep" }
        #expect((asleep.first?.second ?? 0) <= 18 * 3600 + 60)
        #expect(asleep.allSatisfy { $0.state == "asleep" && $0.watts == 0 })
        let morning = try await live(inverter, from: 30, to: 31)
        let awake = morning.first { $0.state == "reading" }
        #expect((awake?.second ?? .max) <= 30 * 3600 + 60)
        #expect(morning.last?.state == "reading")
    }

    @Test("an inverter that falls silent at full power is missing, and no 0 W are made up")
    func missing() async throws {
        let inverter = inverter()
        _ = try await live(inverter, from: 12, to: 13)
        sun.breakDown()
        let after = try await live(inverter, from: 13, to: 14)
        #expect(after.allSatisfy { $0.watts == nil })
        #expect(context.status.snapshot.errors > 0)
        #expect(context.status.snapshot.lastError?.contains("although there was sun") == true)
    }

    @Test("an inverter that was never heard is no error either, but says what to look at")
    func unheard() async throws {
        let night = try await live(inverter(), from: 18, to: 19)
        #expect(night.allSatisfy { $0.watts == nil })
        #expect(context.status.snapshot.errors == 0)
        #expect(context.status.snapshot.lastError?.contains("by day check the address") == true)
    }

    @Test("one that sleeps on by day is missing: its cable came off in the night")
    func sleepsOn() async throws {
        let inverter = inverter()
        _ = try await live(inverter, from: 12, to: 20)
        sun.breakDown()
        let after = try await live(inverter, from: 20, to: 36)
        #expect(after.filter { $0.second < 34 * 3600 }.allSatisfy { $0.watts == 0 })
        #expect(after.last?.watts == nil)
        #expect(context.status.snapshot.lastError?.contains("longer than a night") == true)
    }
}

import Glibc
import Logging
import MeterCore
import MeterIO
import MeterSimulation
import MeterSources
import Synchronization
import Testing

/// Keeps what a source hands over.
private final class Collector: PointReceiver {
    private let points = Mutex<[Point]>([])

    func append(_ point: Point) { points.withLock { $0.append(point) } }

    /// Values of a field of the main measurement.
    func values(_ field: String) -> [FieldValue] {
        points.withLock { points in
            points.filter { $0.series.measurement.name == "linky" }.compactMap { point in
                point.series.fieldNames.firstIndex(of: field).flatMap { point.values[$0] }
            }
        }
    }
}

/// A meter on a pseudo-terminal, which can be pulled, and switched to another mode as Enedis does it.
private final class FakeMeter: Sendable {
    private let mode = Mutex(HouseMode.historique)

    func set(_ new: HouseMode) { mode.withLock { $0 = new } }

    /// Plays until cancelled; sends noise to a reader that listens at another speed.
    func play(at link: String) async throws {
        var terminal = try PseudoTerminal()
        try terminal.link(at: link)
        var houses: [HouseMode: House] = [:]
        for mode in HouseMode.allCases {
            var options = HouseOptions()
            options.mode = mode
            houses[mode] = House(options: options, start: 1_718_000_000)
        }
        var noise = SeededRandom(seed: 1)
        var second: Int64 = 1_718_000_000
        while !Task.isCancelled {
            let mode = mode.withLock { $0 }
            second += 1
            guard let state = houses[mode]?.advance(to: second) else { return }
            var bytes = TICWriter.frame(state)
            if terminal.readerBaud != (mode == .standard ? 9600 : 1200) {
                bytes = bytes.map { _ in UInt8(truncatingIfNeeded: noise.next()) }
            }
            _ = try terminal.write(bytes[...])
            try? await Task.sleep(for: .milliseconds(300))
        }
    }
}

@Suite(.timeLimit(.minutes(10))) struct TeleinfoSourceTests {
    private let link = "/tmp/boxenergie-meter-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    private let collector = Collector()
    private let context = SourceContext(
        name: "linky",
        tags: [],
        logger: {
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            return logger
        }()
    )

    private func source() -> RunningSource {
        let text = "device = \"\(link)\"\nevery = \"1s\""
        let document = ConfigDocument(text: text, file: "test.toml")
        let source = TeleinfoSource(settings: document.root)
        #expect(document.diagnostics.all.isEmpty)
        return RunningSource(source, context: context)
    }

    /// Runs the source until it fails.
    private func failure(of source: RunningSource) async -> SerialError? {
        do {
            try await source.source.run(into: collector, context: context)
            return nil
        } catch {
            return error as? SerialError
        }
    }

    private func wait(for condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(50)) }
    }

    @Test("the speed is found, and found again when the meter is switched from 1200 to 9600 Bd")
    func switchesSpeed() async throws {
        let meter = FakeMeter()
        let source = source()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await meter.play(at: link) }
            try await wait { access(link, F_OK) == 0 }
            group.addTask { try await source.source.run(into: collector, context: context) }
            try await wait { collector.values("wh_in").count >= 2 }
            #expect(context.status.snapshot.device == "1200 Bd")
            #expect(collector.values("wh_out").isEmpty)
            meter.set(.standard)
            try await wait { collector.values("wh_out").count >= 2 }
            #expect(context.status.snapshot.device == "9600 Bd")
            group.cancelAll()
        }
    }

    @Test("a meter that is no Linky is named, at its speed, with its labels in the status; nothing is counted away")
    func foreign() async throws {
        let frame = TICText.frame(["ADS 041830000001", "MESURES1 BT", "PTCOUR1 HPH", "EAPP_s 123kVAh", "PS 42kVA"])
        var terminal = try PseudoTerminal()
        try terminal.link(at: link)
        let source = source()
        let reading = Task { try await source.source.run(into: collector, context: context) }
        defer { reading.cancel() }
        var seen = 0
        while context.status.snapshot.lastError?.contains("PME-PMI") != true
            || context.status.snapshot.quality["unknown label PTCOUR1"] == nil
        {
            if terminal.readerBaud == 1200 { _ = try terminal.write(frame[...]) }
            try await Task.sleep(for: .milliseconds(100))
        }
        // The other speed is tried meanwhile, and the counts stay.
        seen = context.status.snapshot.quality["unknown label PTCOUR1"] ?? 0
        while terminal.readerBaud == 1200 { try await Task.sleep(for: .milliseconds(100)) }
        while terminal.readerBaud != 1200 { try await Task.sleep(for: .milliseconds(100)) }
        while context.status.snapshot.quality["unknown label PTCOUR1"] ?? 0 <= seen {
            if terminal.readerBaud == 1200 { _ = try terminal.write(frame[...]) }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(context.status.snapshot.state == "waiting")
    }

    @Test("a dongle that is pulled says so, and is read again when it is back")
    func replugged() async throws {
        let meter = FakeMeter()
        let source = source()
        for _ in 1...2 {
            let before = collector.values("wh_in").count
            try await withThrowingTaskGroup(of: Void.self) { plugged in
                plugged.addTask { try await meter.play(at: link) }
                try await wait { access(link, F_OK) == 0 }
                async let end = failure(of: source)
                try await wait { collector.values("wh_in").count > before }
                plugged.cancelAll()
                try await plugged.waitForAll()
                #expect(await end == .disconnected(link))
            }
        }
        #expect(collector.values("wh_in").count >= 2)
    }

    @Test("a silent line does not keep the source from ending at once")
    func silentLine() async throws {
        var terminal = try PseudoTerminal()
        try terminal.link(at: link)
        let source = source()
        let reading = Task { try await source.source.run(into: collector, context: context) }
        try await wait { [1200, 9600].contains(terminal.readerBaud) }
        let start = ContinuousClock.now
        reading.cancel()
        _ = try? await reading.value
        #expect(.now - start < .seconds(20), "a quarter of a second is usual")
        let name = terminal.name
        #expect(!name.isEmpty)
    }
}

import ArgumentParser
import Glibc
import Logging
import MeterCore
import MeterIO
import MeterProtocols
import MeterSources

/// `replay`: plays a capture through the whole pipeline.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays a capture through the whole pipeline into InfluxDB.",
        discussion: """
            The points carry the times of the capture. As fast as it can by default; --speed 1 is real time. A source that
            asks its meter (aurora, modbus) asks the capture what it asked then; its settings must be those with
            which the capture was made.

            EXAMPLES:
              boxenergie replay day.capture --config my.toml
              boxenergie replay inverter.capture --source onduleur --config my.toml
            """
    )

    @Argument(help: "The capture; - is standard input.")
    var file: String

    @OptionGroup var options: ConfigOption

    @Option(help: "How many times faster than real time; as fast as possible by default.")
    var speed: Double?

    @Option(help: "The source whose settings and name count; the Linky's by default.")
    var source: String?

    func validate() throws {
        if let speed { try checkRange(speed, 0.001...1_000_000, "--speed") }
    }

    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let others = configuration.sources.filter { $0.source is any CapturableSource }
        let hasLinky = configuration.sources.contains { $0.source is TeleinfoSource }
        let name = source ?? (!hasLinky && others.count == 1 ? others[0].name : nil)
        if let name {
            let meter = try configuration.source(name)
            if !(meter is TeleinfoSource) { return try await replay(meter, name, configuration) }
        }
        try await replayTeleinfo(configuration)
    }

    private func replay(_ meter: any MeterSource, _ name: String, _ configuration: Configuration) async throws {
        let context = SourceContext(name: name, tags: configuration.tags, logger: makeLogger(.error))
        let (speed, file) = (speed, file)
        try await Writing.to(configuration.outputs[0]) { writing in
            let origin = EventLoop.main.now
            let counter = PointCounter(writing.batcher)
            let recording = try CaptureRecording(file) { elapsed in
                if let speed {
                    try await Self.wait(elapsed, origin, speed)
                    writing.batcher.flush()
                }
                if writing.batcher.isFull { try await writing.waitForRoom() }
            }
            try await meter.replay(recording, into: counter, context: context)
            print("\(context.status.snapshot.reads) readings, \(counter.count) points")
            guard counter.count > 0 else { throw NothingReplayed.error(name) }
        }
    }

    /// Waits as long as it took then, divided by the speed.
    private static func wait(_ elapsed: Duration, _ origin: Uptime, _ speed: Double) async throws {
        try await EventLoop.main.sleep(until: origin + .seconds(min(elapsed / .seconds(1) / speed, 1e9)))
    }

    private func replayTeleinfo(_ configuration: Configuration) async throws {
        let (name, settings) = try configuration.teleinfo(source)
        let context = SourceContext(name: name, tags: configuration.tags, logger: makeLogger(.error))
        let speed = speed
        try await Writing.to(configuration.outputs[0]) { writing in
            var capture = try CaptureFile(file)
            var player = TeleinfoPlayer(settings, context: context, start: capture.start ?? .now())
            let origin = EventLoop.main.now
            var made = 0
            func append(_ frame: TICFrame, _ time: Timestamp, _ points: [Point]) {
                made += points.count
                for point in points { writing.batcher.append(point) }
            }
            while let input = try capture.next() {
                if let speed, let first = capture.start, let time = input.time {
                    try await Self.wait(.nanoseconds(time.nanoseconds &- first.nanoseconds), origin, speed)
                    writing.batcher.flush()
                }
                player.play(input, append)
                if writing.batcher.isFull { try await writing.waitForRoom() }
            }
            player.finish(append)
            print("\(player.quality.frames) frames, \(made) points")
        }
    }
}

enum NothingReplayed {
    /// Why a capture brought no point of a source that asks.
    static func error(_ name: String) -> CommandError {
        CommandError(
            "the capture has no answers to what \(name) asks; is it a capture of that meter, made with the same settings?"
        )
    }
}

import ArgumentParser
import Logging
import MeterCore
import MeterIO

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
        let name = try source ?? usualName(configuration)
        try await replay(try configuration.source(name), name, configuration)
    }

    /// The Linky's source, or the only one of a house without a Linky that can be captured.
    private func usualName(_ configuration: Configuration) throws -> String {
        let all = configuration.sources.filter { $0.source.capturable != nil }
        if all.count == 1 { return all[0].name }
        return try configuration.linky().name
    }

    private func replay(_ meter: any MeterSource, _ name: String, _ configuration: Configuration) async throws {
        let context = SourceContext(name: name, tags: configuration.tags, logger: makeLogger(.error))
        let (speed, file) = (speed, file)
        try await Writing.to(configuration.outputs[0]) { writing in
            let origin = EventLoop.main.now
            let counter = PointCounter(writing.batcher)
            let recording = try CaptureRecording(file, of: meter.declaration) { elapsed in
                if let speed, let elapsed {
                    try await Self.wait(elapsed, origin, speed)
                    writing.batcher.flush()
                }
                if writing.batcher.isFull { try await writing.waitForRoom() }
            }
            try await meter.replay(recording, into: counter, context: context)
            let isTIC = meter.declaration.readsTIC
            print("\(context.status.snapshot.reads) \(isTIC ? "frames" : "readings"), \(counter.count) points")
            guard counter.count > 0 || isTIC else { throw NothingReplayed.error(name) }
        }
    }

    /// Waits as long as it took then, divided by the speed.
    private static func wait(_ elapsed: Duration, _ origin: Uptime, _ speed: Double) async throws {
        try await EventLoop.main.sleep(until: origin + .seconds(min(elapsed / .seconds(1) / speed, 1e9)))
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

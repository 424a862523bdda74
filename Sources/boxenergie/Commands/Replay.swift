import ArgumentParser
import Logging
import MeterCore
import MeterIO
import MeterNotation

/// `replay`: plays a capture through the whole pipeline.
struct Replay: AsyncParsableCommand {
    /// Abstract, discussion and examples.
    static let configuration = CommandConfiguration(
        abstract: said("Plays a capture through the whole pipeline into InfluxDB."),
        discussion: prose(
            """
            The points carry the times of the capture. As fast as it can by default; --speed 1 is real time. A source that
            asks its meter (aurora, modbus) asks the capture what it asked then; its settings must be those with
            which the capture was made.

            EXAMPLES:
              boxenergie replay day.capture --config my.toml
              boxenergie replay inverter.capture --source onduleur --config my.toml
            """
        )
    )

    /// Path of the capture.
    @Argument(help: .said("The capture; - is standard input."))
    var file: String

    /// The configuration, whose first output gets the points.
    @OptionGroup var options: ConfigOption

    /// Speed as a multiple of real time, 0.001 to 1 000 000; without it as fast as the output takes the points.
    @Option(help: .said("How many times faster than real time; as fast as possible by default."))
    var speed: Double?

    /// Name of the source that plays the capture.
    @Option(help: .said("The source whose settings and name count; the Linky's by default."))
    var source: String?

    /// Refuses a speed out of range.
    func validate() throws {
        if let speed { try checkRange(speed, 0.001...1_000_000, "--speed") }
    }

    /// Plays the capture into the first output and prints the counts.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let name = try source ?? usualName(configuration)
        try await replay(try configuration.source(name), name, configuration)
    }

    /// Name of the only source that can be captured, or of the Linky's.
    ///
    /// - Throws: a `CommandError` when there are several sources and not exactly one Linky among them.
    private func usualName(_ configuration: Configuration) throws -> String {
        let all = configuration.sources.filter { $0.source.capturable != nil }
        if all.count == 1 { return all[0].name }
        return try configuration.linky().name
    }

    /// Plays the capture to a source, whose points go to the first output.
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
                if writing.isFull { try await writing.waitForRoom() }
            }
            try await meter.replay(recording, into: counter, context: context)
            let isTIC = meter.declaration.readsTIC
            let reads = context.status.snapshot.reads
            print(
                isTIC
                    ? said("\(reads) frames, \(counter.count) points")
                    : said("\(reads) readings, \(counter.count) points")
            )
            guard counter.count > 0 || isTIC else { throw NothingReplayed.error(name) }
        }
    }

    /// Waits until a stretch is due: its time since the first one, divided by the speed.
    ///
    /// Counted from the beginning, so that waiting a little too long does not add up.
    private static func wait(_ elapsed: Duration, _ origin: Uptime, _ speed: Double) async throws {
        try await EventLoop.main.sleep(until: origin + .seconds(min(elapsed / .seconds(1) / speed, 1e9)))
    }
}

/// The outcome of a capture without an answer that the source wanted.
enum NothingReplayed {
    /// The error for a capture that gave no point of a source that asks.
    static func error(_ name: String) -> CommandError {
        CommandError(
            "the capture has no answers to what \(name) asks; is it a capture of that meter, made with the same settings?"
        )
    }
}

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
            The points carry the times of the capture. As fast as it can by default; --speed 1 is real time.

            EXAMPLE: boxenergie replay day.capture --config my.toml
            """
    )

    @Argument(help: "The capture; - is standard input.")
    var file: String

    @OptionGroup var options: ConfigOption

    @Option(help: "How many times faster than real time; as fast as possible by default.")
    var speed: Double?

    @Option(help: "The source whose settings and name count; needed when several read a Linky.")
    var source: String?

    func validate() throws {
        if let speed { try checkRange(speed, 0.001...1_000_000, "--speed") }
    }

    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let (name, settings) = try configuration.teleinfo(source)
        let context = SourceContext(name: name, tags: configuration.tags, logger: makeLogger(.error))
        let speed = speed
        try await Writing.to(configuration.outputs[0]) { writing in
            var capture = try CaptureFile(file)
            var player = FramePlayer(settings, context: context, start: capture.start ?? .now())
            let origin = EventLoop.main.now
            var made = 0
            func append(_ frame: TICFrame, _ time: Timestamp, _ points: [Point]) {
                made += points.count
                for point in points { writing.batcher.append(point) }
            }
            while let chunk = try capture.next() {
                if let speed, let first = capture.start, let time = chunk.time {
                    let due = min(Double(time.nanoseconds &- first.nanoseconds) / 1e9 / speed, 1e9)
                    try await EventLoop.main.sleep(until: origin + .seconds(due))
                    writing.batcher.flush()
                }
                player.play(chunk, append)
                if writing.batcher.isFull { try await writing.waitForRoom() }
            }
            player.finish(append)
            print("\(player.quality.frames) frames, \(made) points")
        }
    }
}

import ArgumentParser
import Glibc
import Logging
import MeterCore
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

    @Option(help: "The name that the points carry in the tag source.")
    var name = "linky"

    @Option(help: "A reading is kept each so many seconds.")
    var every: Int64 = 10

    func run() async throws {
        let configuration = try Configuration.load(options.config)
        let context = SourceContext(name: name, tags: configuration.tags, logger: makeLogger(.error))
        var chunks: [CaptureFile.Chunk] = []
        CaptureFile.forEachChunk(try readFile(file)) { chunks.append($0) }
        var player = FramePlayer(
            TeleinfoSettings(every: .seconds(every)),
            context: context,
            start: chunks.first?.time ?? .now()
        )
        let origin = ContinuousClock.now
        var made = 0
        let writing = Writing(configuration.influx)
        for (index, chunk) in chunks.enumerated() {
            if let speed, let first = chunks.first?.time, let time = chunk.time {
                let due = Double(time.nanoseconds - first.nanoseconds) / 1e9 / speed
                try await Task.sleep(until: origin + .seconds(due), clock: .continuous)
            }
            try player.play(chunk) { _, _, points in
                made += points.count
                for point in points { writing.batcher.append(point) }
            }
            if index % 1000 == 0 { await writing.waitForRoom() }
        }
        try player.finish { _, _, points in
            made += points.count
            for point in points { writing.batcher.append(point) }
        }
        try await writing.finish()
        print("\(player.quality.frames) frames, \(made) points")
    }
}

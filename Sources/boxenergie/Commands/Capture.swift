import ArgumentParser
import Glibc
import Logging
import MeterCore
import MeterSources

/// `capture`: records a line in the field.
struct Capture: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Records what comes from a meter, byte for byte with its times.",
        discussion: """
            The capture can be decoded and replayed on another machine. Stop the daemon first: a line has one reader.

            EXAMPLE: boxenergie capture linky trouble.capture --seconds 60
            """
    )

    @Argument(help: "The name in [source.NAME].")
    var name: String

    @Argument(help: "The file to write.")
    var file: String

    @OptionGroup var options: ConfigOption

    @Option(help: "How long to record; Ctrl-C ends it, too.")
    var seconds = 60.0

    func run() async throws {
        let configuration = try Configuration.load(options.config)
        guard let source = try configuration.source(name) as? TeleinfoSource else {
            throw CommandError("\(name) is not a meter that can be captured", exitCode: 64)
        }
        let output = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw CommandError("cannot write \(file): \(String(cString: strerror(errno)))") }
        defer { close(output) }
        try CaptureFile.mark.withUnsafeBytes { try writeAll(output, $0, file) }
        let context = SourceContext(name: name, tags: configuration.tags, logger: makeLogger(.warning))
        let stop = signals(SIGTERM, SIGINT)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await source.capture(context) { bytes, time in
                        let record = CaptureFile.header(bytes.count, at: time) + bytes
                        try? record.withUnsafeBytes { try writeAll(output, $0, file) }
                    }
                }
                group.addTask { try await Task.sleep(for: .seconds(seconds)) }
                group.addTask { for await _ in stop { break } }
                try await group.next()
                group.cancelAll()
            }
        } catch {
            throw CommandError("\(error)", exitCode: 69)
        }
        print("\(file): \(context.status.snapshot.reads) frames")
    }
}

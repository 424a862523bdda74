import ArgumentParser
import Glibc
import Logging
import MeterCore
import MeterIO
import MeterNotation
import MeterSources

/// `capture`: records a line in the field.
struct Capture: AsyncParsableCommand {
    /// Abstract, discussion and example.
    static let configuration = CommandConfiguration(
        abstract: said("Records what comes from a meter, byte for byte with its times."),
        discussion: prose(
            """
            The capture can be decoded and replayed on another machine. Stop the daemon first: a line has one reader. Of a
            bus the requests are recorded, too.

            EXAMPLE: boxenergie capture linky trouble.capture --seconds 60
            """
        )
    )

    /// Name of the source whose line is recorded.
    @Argument(help: .said("The name in [source.NAME]."))
    var name: String

    /// Path of the capture.
    @Argument(help: .said("The file to write."))
    var file: String

    /// True to replace a file that is there.
    @Flag(help: .said("Replace the file when it is there already."))
    var force = false

    /// The configuration, for the source's settings.
    @OptionGroup var options: ConfigOption

    /// Length of the recording, in seconds: 0.1 s to a year.
    @Option(help: .said("How long to record; Ctrl-C ends it, too."))
    var seconds = 60.0

    /// Refuses a length out of range.
    func validate() throws { try checkRange(seconds, 0.1...31_536_000, "--seconds") }

    /// Records until the time is over, a signal comes or the line fails.
    ///
    /// - Throws: a `CommandError` with code 64 for a meter that cannot be captured or a file that is there, with code 69 for a line that fails.
    func run() async throws {
        let configuration = try Configuration.load(options.config)
        guard let source = try configuration.source(name).capturable else {
            throw CommandError("\(name) is not a meter that can be captured", exitCode: 64)
        }
        guard force || FileStatus(file)?.kind != .file else {
            throw CommandError(
                "\(file) is there already; choose another name, or replace it with --force",
                exitCode: 64
            )
        }
        let context = SourceContext(name: name, tags: configuration.tags, logger: makeLogger(.warning))
        let (file, seconds) = (file, seconds)
        let signals = Signals([SIGTERM, SIGINT])
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let output = try OpenFile.output(file)
                    try output.write(CaptureFile.mark)
                    try await source.capture(context) { bytes, time in
                        try output.write(CaptureFile.header(bytes.count, at: time) + bytes)
                    }
                }
                group.addTask { try await EventLoop.main.sleep(for: .seconds(seconds)) }
                group.addTask { _ = try await signals.next() }
                try await group.next()
                group.cancelAll()
            }
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("\(error)", exitCode: 69)
        }
        print(said("\(file): \(context.status.snapshot.reads) readings"))
    }
}

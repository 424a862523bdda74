import Glibc
import Logging
public import MeterCore
import MeterIO
public import MeterNotation

/// A program of the user's own that prints readings.
public final class ExecSource: MeterSource {
    /// The value of `type` in the configuration.
    public static let type = "exec"
    /// One line for `boxenergie sources`.
    public static let summary: Phrase =
        "A program that prints readings: line protocol or JSON, run now and then or all the time."
    /// Sections to copy: a program that prints line protocol, and a plugin for Telegraf's `execd`.
    public static let sample = """
        [source.sauna]
        type = "exec"
        command = ["/usr/local/bin/sauna", "--short"]   # prints, for example: sauna temp_c=81.5
        user = "nobody"
        measurements = ["raw.sauna"]
        every = "60s"
        timeout = "10s"

        [source.pool]                        # a plugin for Telegraf's execd works, too
        type = "exec"
        command = ["/usr/local/bin/pool"]
        running = "always"
        signal = "stdin"
        every = "30s"
        format = "json"                      # one object a line
        measurement = "raw.pool"

        [source.pool.fields]
        temp_c = { path = "water.temp", unit = "°C" }
        """

    /// The decoded section.
    let settings: ExecSettings

    /// Stores and counts as the role or the rules say.
    public var declaration: Declaration { settings.payload.declaration(every: settings.every) }

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) { self.settings = ExecSettings(settings: settings) }

    /// Runs the program until the task is cancelled, at each slot or without end.
    ///
    /// A program that gave a reading before it ended begins with short pauses again.
    ///
    /// - Throws: `CancellationError`.
    public func run(into receiver: any PointReceiver, context: SourceContext) async throws {
        var listener = ProgramListener(settings, context, into: receiver)
        var trouble = Trouble(
            context,
            warning: "The program does not work; trying again",
            recovery: "The program works again"
        )
        while !Task.isCancelled {
            var rest = Duration.zero
            do {
                try await listener.run()
                trouble.isOver()
            } catch {
                if listener.hasRead { trouble.forgetFailures() }
                rest = try trouble.note(error)
            }
            if settings.running == .always {
                context.status.update { $0.quality["restarts", default: 0] += 1 }
                try await EventLoop.main.sleep(for: max(rest, .seconds(1)))
            } else {
                try await context.pause(untilSlotOf: settings.every, atLeast: rest)
            }
        }
    }

    /// Decodes recorded output: for a periodic program each piece is one run.
    public func replay(
        _ recording: any Recording,
        into receiver: any PointReceiver,
        context: SourceContext
    ) async throws {
        var reader = ProgramOutput(settings, context)
        try await reader.play(recording, into: receiver, context.status)
    }
}

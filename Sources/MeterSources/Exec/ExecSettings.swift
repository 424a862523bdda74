import MeterCore
import MeterDocuments
import MeterNotation

/// The settings of an `exec` source.
struct ExecSettings: Sendable {
    /// The format of the program's output.
    enum Format: String, Sendable, CaseIterable, Vocabulary {
        /// Line protocol as InfluxDB takes it, a point on each line.
        case line
        /// A document: one for the whole run, or one on each line of a program that runs all the time.
        case json

        /// The word of earlier releases.
        static let synonyms: [String: Format] = ["influx": .line]
    }

    /// The lifetime of the program.
    enum Running: String, Sendable, CaseIterable {
        /// Started at each slot and read to its end; the default.
        case periodic
        /// Started once and kept running; started again when it ends.
        case always
    }

    /// The way in which a program that runs all the time is asked for a reading, as Telegraf's `execd` does it.
    enum Signal: String, Sendable, CaseIterable {
        /// It is not asked, and prints when it likes; the default.
        case none
        /// By an empty line on its standard input at each slot.
        case stdin
    }

    /// The program's full path and its arguments; there is no shell.
    var command: [String]
    /// The user with whose rights it runs; by default that of the service, and only root can set another one.
    var user: String?
    /// The lifetime, `periodic` by default.
    var running: Running
    /// The way to ask, `none` by default; `stdin` needs `running = "always"`.
    var signal: Signal
    /// The interval of runs or empty lines, 1 s to 1 day, by default 60 s.
    var every: Duration
    /// The time for a run or an answer, 100 ms to 1 h, by default 30 s; `nil` for no limit.
    ///
    /// There is no limit by default with `running = "always"` and no signal, since nobody knows when it prints.
    var timeout: Duration?
    /// Largest output of one run in bytes, 1000 to 16 000 000, by default 1 MiB; with more it is ended.
    var largest: Int
    /// The format of the output, `line` by default.
    var format: Format
    /// The wanted values with their role, or the rules for line protocol of a program.
    var payload: PayloadSettings

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        command = settings.strings("command", "The program's full path and its arguments; there is no shell.")
        if settings.contains("command"), command.first?.hasPrefix("/") != true {
            settings.report(
                "it begins with the full path of a program, such as \"/usr/local/bin/sauna\"",
                at: "command"
            )
        }
        if command.contains(where: { $0.utf8.contains(0) }) { settings.report("no zero bytes", at: "command") }
        user = settings.optionalString(
            "user",
            "Whose rights the program has, such as \"nobody\"; only for root to give."
        )
        running = settings.choice("running", default: .periodic, "Whether it is run at each slot, or all the time.")
        signal = settings.choice(
            "signal",
            default: Signal.none,
            "With running = \"always\": stdin gives it an empty line at each slot; none lets it print when it likes."
        )
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(86_400),
            default: .seconds(60),
            "How often it is run, or given a line."
        )
        let limit = settings.optionalDuration(
            "timeout",
            in: .milliseconds(100) ... .seconds(3600),
            "How long it may take, or print nothing, before it is ended with all it started; 30s, or no limit with "
                + "running = \"always\" and without a signal."
        )
        timeout = limit ?? (running == .always && signal == .none ? nil : .seconds(30))
        largest = settings.byteCount(
            "largest",
            in: 1000...16_000_000,
            default: 1 << 20,
            "A program that prints more in one run is ended."
        )
        format = settings.choice("format", default: .line, "What it prints: line protocol, or JSON.")
        payload = PayloadSettings(
            settings: settings,
            format: format == .json ? .json : nil,
            from: .program,
            mayBeTable: false
        )
        if signal != .none, running != .always { settings.report("it needs running = \"always\"", at: "signal") }
    }
}

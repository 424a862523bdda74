import MeterCore
import MeterDocuments

/// The settings of an `exec` source.
struct ExecSettings: Sendable {
    /// What the program prints.
    enum Format: String, Sendable, CaseIterable {
        /// Line protocol.
        case influx
        case json
    }

    /// When it runs.
    enum Running: String, Sendable, CaseIterable {
        /// At each slot, to its end.
        case periodic
        /// All the time.
        case always
    }

    /// How a program that runs all the time learns that a reading is wanted, as Telegraf's `execd` does it.
    enum Signal: String, Sendable, CaseIterable {
        /// It prints when it likes.
        case none
        /// By an empty line on its input at each slot.
        case stdin
    }

    var command: [String]
    var user: String?
    var running: Running
    var signal: Signal
    var every: Duration
    var timeout: Duration?
    var largest: Int
    var format: Format
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
        format = settings.choice("format", default: .influx, "What it prints: line protocol, or JSON.")
        payload = PayloadSettings(
            settings: settings,
            format: format == .json ? .json : nil,
            from: .program,
            mayBeTable: false
        )
        if signal != .none, running != .always { settings.report("it needs running = \"always\"", at: "signal") }
    }
}

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
    var precision: Precision
    var measurements: [Measurement]
    var role: FieldRole
    var kind: DeviceKind
    var map: FieldMap

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
        precision = settings.choice("precision", default: .nanoseconds, "With influx: the unit of its timestamps.")
        let names = settings.strings(
            "measurements",
            default: [],
            "With influx: the measurements that it may write; lines of others are refused."
        )
        role = settings.choice("role", default: .other, "With JSON: what the values mean for the house.")
        kind = settings.choice("kind", default: .meter, "With JSON: what the device is, where it produces.")
        let isJSON = format == .json
        let text = settings.optionalString("measurement", "With JSON: where the readings go, such as \"raw.sauna\".")
        map = FieldMap(settings: settings, role: role, format: .json)
        measurements = (isJSON ? [text ?? role.measurement].compactMap { $0 } : names).compactMap { name in
            let measurement = Measurement(written: name)
            if measurement == nil {
                settings.report(
                    "\"\(name)\" is no measurement; write raw.sauna",
                    at: isJSON ? "measurement" : "measurements"
                )
            }
            return measurement
        }
        check(settings, hasText: text != nil)
    }

    private func check(_ settings: ConfigSection, hasText: Bool) {
        if signal != .none, running != .always { settings.report("it needs running = \"always\"", at: "signal") }
        switch format {
        case .influx:
            if measurements.isEmpty, !settings.contains("measurements") {
                settings.report("measurements: missing; those that the program may write, such as [\"raw.sauna\"]")
            }
            if FieldMap.isIn(settings) { settings.report("fields are for format = \"json\"", at: "format") }
            for key in ["measurement", "role", "kind", "decimal"] where settings.contains(key) {
                settings.report("it is for format = \"json\"", at: key)
            }
        case .json:
            if map.fields.isEmpty { settings.report("nothing to read: write [\(settings.path).fields]") }
            if measurements.isEmpty, !hasText {
                settings.report("measurement: missing; where the readings go, such as \"raw.sauna\"")
            }
            for key in ["measurements", "precision"] where settings.contains(key) {
                settings.report("it is for format = \"influx\"", at: key)
            }
        }
        let names = measurements.map(\.name)
        if Set(names).count < names.count {
            settings.report("each name once: the lines do not tell the policy", at: "measurements")
        }
    }
}

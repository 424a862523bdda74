public import MeterCore
public import MeterIO
import MeterNotation
public import MeterProtocols

/// The settings of a `pulse` source.
public struct PulseSettings: Sendable {
    /// The GPIO line: `chip` (`auto`), `line` or `line_name`, `bias` (`pull-up`) and `active_low` (true).
    public var line: PulseLine.Settings
    /// The rules by which edges become pulses: `edge` (`closing`), `min_width`, `min_gap` and `zero_below`.
    ///
    /// Shortest pulse and shortest gap are 0 to 10 s, by default 10 ms for electricity and 50 ms for water, gas and
    /// heat; power below 10 W (0.1 to 1000) is shown as 0.
    public var rules: PulseCounter.Rules
    /// The meaning for the house; required.
    public var role: MeterRole
    /// The number of pulses a kWh or m³, 1e-6 to 1e6: `pulses_per_kwh` or `pulses_per_m3`, by the role.
    public var pulsesPerUnit: Double
    /// The display's value in kWh or m³ when nothing had been counted, 0 to 1e9, by default 0.
    public var initial: Double
    /// The interval in which a changed reading is kept, 10 s to 15 min, by default 10 s; one a quarter is kept in any
    /// case.
    public var every: Duration
    /// The measurement, by default that of pulse meters.
    public var measurement: Measurement
    /// The second measurement for the role production, by default that of the inverters.
    public var production: Measurement

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        role = settings.pulseRole()
        line = Self.line(settings)
        pulsesPerUnit = Self.pulsesPerUnit(settings, role)
        let usual = role.isElectric ? Duration.milliseconds(10) : .milliseconds(50)
        let width = settings.optionalDuration(
            "min_width",
            in: .zero ... .seconds(10),
            "Pulses shorter than this are noise; without it 10ms for electricity, 50ms for water, gas and heat."
        )
        let gap = settings.optionalDuration(
            "min_gap",
            in: .zero ... .seconds(10),
            "Interruptions shorter than this do not end a pulse; without it as min_width without it."
        )
        rules = PulseCounter.Rules()
        rules.edge = settings.choice(
            "edge",
            default: .closing,
            "Whether a pulse counts when the contact closes, when it opens, or each time."
        )
        rules.width = Self.nanoseconds(width ?? usual)
        rules.gap = Self.nanoseconds(gap ?? usual)
        rules.floor = settings.number(
            "zero_below",
            in: 0.1...1000,
            default: 10,
            "Less power than so many W is shown as 0: at 1000 pulses a kWh, 10 W is a pulse every six minutes."
        )
        if role.isElectric { rules.wattHours = 1000 / pulsesPerUnit }
        line.debounce = min(width ?? usual, gap ?? usual) / 2
        initial = settings.number(
            "initial",
            in: 0...1e9,
            default: 0,
            "What the meter's display showed before the first pulse; boxenergie pulse set changes it later on."
        )
        every = settings.duration(
            "every",
            in: .seconds(10) ... .seconds(900),
            default: .seconds(10),
            "How often a reading that changed is kept; one is kept at each quarter of an hour in any case."
        )
        measurement = settings.destination("measurement", default: Kind.pulse.rawValue, "Where the readings go.")
        production = settings.destination(
            "production",
            default: Kind.production.rawValue,
            "Where those of the role production go as well, with the other inverters'."
        )
        warnWhenTooFast(settings)
    }

    /// Makes the defaults, for a trace that is decoded without a configuration: production, 1000 pulses a kWh.
    public init() {
        role = .production
        line = PulseLine.Settings(.number(0))
        pulsesPerUnit = 1000
        rules = PulseCounter.Rules()
        rules.wattHours = 1
        initial = 0
        every = .seconds(10)
        measurement = Kind.pulse.measurement
        production = Kind.production.measurement
    }

    /// The declaration of a source with such a meter; its points come with pulses, and at each quarter of an hour.
    var declaration: Declaration {
        var declaration = Declaration(of: role, in: measurement, kind: .pulse, every: .seconds(900))
        if role == .production { declaration.stores.append(Declaration.Store(.production, in: production)) }
        // Pulses of import say nothing of export.
        if role == .import { declaration.counts = [.import] }
        return declaration
    }

    /// The GPIO line; exactly one of `line` and `line_name` is needed.
    private static func line(_ settings: ConfigSection) -> PulseLine.Settings {
        let chip = settings.string(
            "chip",
            default: "auto",
            "The GPIO chip by its label or path; auto is the header of a Raspberry Pi, whichever the model."
        )
        let number = settings.optionalInteger(
            "line",
            in: 0...1023,
            "The line's number on the chip: that of the GPIO, not that of the header's pin."
        )
        let name = settings.optionalString("line_name", "The line's name instead of its number, such as GPIO24.")
        settings.reportMissing(
            "line is missing: the number of the GPIO, such as line = 24",
            oneOf: ["line", "line_name"]
        )
        if settings.contains("line"), name != nil {
            settings.report("only one of line and line_name may be set", at: "line_name")
        }
        var line = PulseLine.Settings(name.map { .name($0) } ?? .number(UInt32(clamping: number ?? 0)))
        line.chip = chip
        line.bias = settings.choice(
            "bias",
            default: .pullUp,
            "What the chip pulls the line to while the contact is open; as-is or disabled with a resistor of one's own."
        )
        line.isActiveLow = settings.boolean(
            "active_low",
            default: true,
            "Whether the closed contact connects the line to ground, as with a pull-up."
        )
        return line
    }

    /// The setting that fits the role's unit; the other one is reported as a mistake.
    static func pulsesPerUnit(_ settings: ConfigSection, _ role: MeterRole) -> Double {
        let range = 1e-6...1e6
        let perKilowattHour = settings.optionalNumber(
            "pulses_per_kwh",
            in: range,
            "For electricity and heat: what the meter says as imp/kWh; 0.1 for 10 kWh a pulse."
        )
        let perCubicMetre = settings.optionalNumber(
            "pulses_per_m3",
            in: range,
            "For water and gas: 1000 for 1 litre a pulse, 100 for 10 litres or 0.01 m³, 1 for 1 m³."
        )
        let (wanted, other, name, otherName) =
            switch role.displayUnit {
            case .kilowattHours: (perKilowattHour, perCubicMetre, "pulses_per_kwh", "pulses_per_m3")
            case .cubicMetres: (perCubicMetre, perKilowattHour, "pulses_per_m3", "pulses_per_kwh")
            }
        // Without a role nothing is known of the unit.
        guard !settings.isReported("role") else { return wanted ?? 1000 }
        if other != nil {
            settings.report(
                "the role \(role.rawValue) is counted in \(role.displayUnit.rawValue): use \(name)",
                at: otherName
            )
        } else if wanted == nil {
            settings.reportMissing("\(name) is missing: it stands on the meter", oneOf: [name])
        }
        return wanted ?? 1000
    }

    /// Warns of a meter that may pulse faster than pulses can follow each other: some would be lost.
    ///
    /// A limit of 9 kW or more is not worth a warning.
    private func warnWhenTooFast(_ settings: ConfigSection) {
        guard let wattHours = rules.wattHours, rules.width + rules.gap > 0 else { return }
        let most = wattHours * 3600e9 / Double(rules.width + rules.gap)
        guard most < 9000 else { return }
        settings.report(
            "with this min_width and min_gap pulses are counted up to \(Int(most)) W only",
            at: "pulses_per_kwh",
            severity: .warning
        )
    }

    /// A duration in ns; a negative one is 0.
    private static func nanoseconds(_ duration: Duration) -> UInt64 { UInt64(max(0, duration / .nanoseconds(1))) }
}

import MeterCore
import MeterNotation
import MeterProtocols

/// The settings of an `ecodevices` source.
struct EcoDevicesSettings: Sendable {
    /// The pages of the device that are read.
    enum Pages: String, Sendable, CaseIterable {
        /// All labels of the meter, and `status.xml` where counters are read.
        case teleinfo
        /// `status.xml` alone: power and period, without registers.
        case status
        /// `xdevices.json`: power, period and registers, and the counters, in one answer.
        case json
    }

    /// The device's address and how it is asked.
    var device: HTTPDevice
    /// The teleinfo input, 0 to 2, by default 1; 0 for none.
    var input: Int
    /// The pages, `teleinfo` by default.
    var pages: Pages
    /// The meter's wiring, one phase or three; `auto` by default.
    var wiring: RelayedTIC.Wiring
    /// The interval and the measurements of the meter.
    var meter: TeleinfoSettings
    /// The pulse meters by the number of their input, 1 or 2; empty by default.
    var counters: [Int: PulseSettings]

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        device = HTTPDevice(settings: settings)
        input = settings.integer("teleinfo", in: 0...2, default: 1, "The teleinfo input that is read; 0 for none.")
        pages = settings.choice(
            "pages",
            default: .teleinfo,
            "Which pages are read: teleinfo has all labels, status no registers, json is quickest."
        )
        wiring = settings.choice("wiring", default: .auto, "Whether the meter has one phase or three.")
        meter = TeleinfoSettings(relayed: settings)
        counters = [:]
        for number in 1...2 {
            if let section = settings.section("counter_\(number)") {
                counters[number] = PulseSettings(relayed: section, every: meter.every)
            }
        }
        if input == 0, counters.isEmpty, !settings.contains("counter_1") {
            settings.report("nothing to read: a teleinfo input, or [\(settings.path).counter_1]")
        }
    }
}

extension PulseSettings {
    /// Decodes the settings of a pulse meter that another device counts: role, pulses per unit and `initial`.
    ///
    /// The contact itself is the other device's, so line, width and gap are no settings here. `initial` is -1e9 to 1e9
    /// kWh or m³, by default 0.
    init(relayed settings: ConfigSection, every: Duration) {
        self.init()
        role = settings.pulseRole()
        pulsesPerUnit = Self.pulsesPerUnit(settings, role)
        initial = settings.number(
            "initial",
            in: -1e9...1e9,
            default: 0,
            "What the meter's display would show at the device's 0: display minus pulses."
        )
        self.every = every
    }
}

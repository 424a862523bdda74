import MeterCore
import MeterProtocols

/// The settings of an `ecodevices` source.
struct EcoDevicesSettings: Sendable {
    /// Which of the device's pages are read.
    enum Pages: String, Sendable, CaseIterable {
        /// All labels of the meter, and `status.xml` where counters are read.
        case teleinfo
        /// `status.xml` alone: power and period, without registers.
        case status
        /// `xdevices.json`: power, period and registers, and the counters, in one answer.
        case json
    }

    var device: HTTPDevice
    /// The teleinfo input, or 0.
    var input: Int
    var pages: Pages
    var wiring: RelayedTIC.Wiring
    var meter: TeleinfoSettings
    /// The pulse meters by the number of their input.
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
    /// Decodes what a pulse meter has that another device counts.
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

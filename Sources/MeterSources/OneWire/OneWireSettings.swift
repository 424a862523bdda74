public import MeterCore
import MeterNotation
public import MeterProtocols

/// The settings of a `onewire` source.
public struct OneWireSettings: Sendable {
    /// The quantity read of a chip.
    enum Reading: Sendable {
        /// One of the two counters of a DS2423, with its meter.
        case counter(OneWireInput, PulseSettings)
        /// The temperature in °C of a DS18B20, and its measurement.
        case temperature(Measurement)
    }

    /// The address of owserver, `host` and `port`; by default 127.0.0.1 and 4304.
    let server: NetworkAddress
    /// The chip's number, `sensor`: `1D.` and 12 hexadecimal digits for a DS2423, `28.` for a DS18B20.
    ///
    /// `.unknown` after a report.
    public var device: OneWireDevice
    /// The counter or the temperature, by the family of the chip.
    let reading: Reading
    /// The interval of readings, 10 s to 1 h, by default 30 s; a counter loses no pulse in between.
    public var every: Duration

    /// Decodes the section; problems go to its diagnostics.
    ///
    /// The chip's family decides which settings are needed: `counter` and `role` for a counter, neither for a
    /// thermometer.
    public init(settings: ConfigSection) {
        server = NetworkAddress(
            host: settings.string("host", default: "127.0.0.1", "The machine on which owserver runs."),
            port: settings.integer("port", in: 1...65_535, default: 4304, "The TCP port of owserver.")
        )
        let text = settings.string("sensor", "The chip's number, such as 1D.AABBCCDDEEFF; owdir lists them.")
        let found = OneWireDevice(text)
        if found == nil, !text.isEmpty {
            settings.report(
                "\"\(text)\" is not the number of a DS2423 (1D.AABBCCDDEEFF) or DS18B20 (28.AABBCCDDEEFF)",
                at: "sensor"
            )
        }
        let input = settings.optionalChoice("counter", of: OneWireInput.self, "Which counter of a DS2423: A or B.")
        let role = settings.optionalPulseRole("What the counter's pulses count.")
        every = settings.duration(
            "every",
            in: .seconds(10) ... .seconds(3600),
            default: .seconds(30),
            "How often it is read; a counter loses nothing in between."
        )
        device = found ?? .unknown
        switch device.family {
        case .counter: reading = Self.counter(settings, input, role, every)
        case .thermometer: reading = Self.thermometer(settings, input != nil || role != nil)
        }
    }

    /// Decodes the settings of a counter's meter; missing ones are reported.
    ///
    /// - Parameters:
    ///   - settings: the section.
    ///   - input: the counter, if it is set.
    ///   - role: the meaning for the house, if it is set.
    ///   - every: the interval of readings.
    /// - Returns: the counter, with defaults for settings that are missing.
    private static func counter(
        _ settings: ConfigSection,
        _ input: OneWireInput?,
        _ role: MeterRole?,
        _ every: Duration
    ) -> Reading {
        if input == nil { settings.reportMissing("counter is missing: \"A\" or \"B\"", oneOf: ["counter"]) }
        if role == nil { settings.reportMissing("role is missing: what the pulses count", oneOf: ["role"]) }
        var pulse = PulseSettings()
        pulse.role = role ?? .consumption
        pulse.pulsesPerUnit = PulseSettings.pulsesPerUnit(settings, pulse.role)
        pulse.initial = settings.number(
            "initial",
            in: -1e9...1e9,
            default: 0,
            "What the meter's display would show at the counter's 0; boxenergie pulse set finds it."
        )
        pulse.every = every
        pulse.measurement = settings.destination("measurement", default: Kind.pulse.rawValue, "Where the readings go.")
        pulse.production = settings.destination(
            "production",
            default: Kind.production.rawValue,
            "Where those of the role production go as well, with the other inverters'."
        )
        return .counter(input ?? .a, pulse)
    }

    /// Decodes the settings of a thermometer, which has only a measurement.
    private static func thermometer(_ settings: ConfigSection, _ isCounter: Bool) -> Reading {
        if isCounter { settings.report("counter and role are for a DS2423, and this is a thermometer", at: "sensor") }
        return .temperature(
            settings.destination("measurement", default: Kind.temperature.rawValue, "Where the readings go.")
        )
    }
}

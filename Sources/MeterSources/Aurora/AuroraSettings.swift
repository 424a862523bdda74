public import MeterCore
import MeterIO
import MeterNotation

/// The settings of an `aurora` source.
public struct AuroraSettings: Sendable {
    /// The serial line, or the converter in the network; TCP port 4001 by default.
    let place: BusPlace
    /// The line's format (`speed` 2400, 4800, 9600 or 19 200 Bd, by default 19 200; 8N1), timeout and pause.
    ///
    /// `timeout` is 50 ms to 10 s, by default 1 s; `pause`, the silence before each question, 0 to 5 s, by default 50
    /// ms.
    let bus: BusSettings
    /// The RS485 address on the inverter's display, 2 to 63, by default 2.
    public var address: UInt8
    /// The setting `plant`, by default false: reads the values of the whole plant, of which this inverter is the
    /// master.
    public var isGlobal: Bool
    /// The interval of readings, 1 s to 1 h, by default 10 s.
    public var every: Duration
    /// The measurement, by default that of production.
    public var measurement: Measurement

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        place = BusPlace(settings: settings, port: 4001)
        address = UInt8(
            settings.integer("address", in: 2...63, default: 2, "The inverter's RS485 address, as on its display.")
        )
        let speed = settings.integer(
            "speed",
            in: 2400...19_200,
            default: 19_200,
            "The inverter's speed in Bd, as on its display; the format is 8N1."
        )
        if ![2400, 4800, 9600, 19_200].contains(speed) {
            settings.report("an inverter speaks at 2400, 4800, 9600 or 19200 Bd", at: "speed")
        }
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(3600),
            default: .seconds(10),
            "How often it is read."
        )
        let timeout = settings.duration(
            "timeout",
            in: .milliseconds(50) ... .seconds(10),
            default: .seconds(1),
            "How long to wait for an answer; all others on the line wait with it, and for as long as it may still come:"
                + " what is up to three times as late is thrown away, never stored."
        )
        let pause = settings.duration(
            "pause",
            in: .zero ... .seconds(5),
            default: .milliseconds(50),
            "Silence before each question."
        )
        isGlobal = settings.boolean(
            "plant",
            default: false,
            "Read power, voltage and current of the whole plant; for the master of several modules."
        )
        measurement = settings.destination("measurement", default: Kind.production.rawValue, "Where the readings go.")
        bus = BusSettings(format: SerialSettings(baud: speed), timeout: timeout, pause: pause)
    }
}

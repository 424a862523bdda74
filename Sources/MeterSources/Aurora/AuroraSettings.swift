public import MeterCore
import MeterIO

/// The settings of an `aurora` source.
public struct AuroraSettings: Sendable {
    let place: BusPlace
    let bus: BusSettings
    /// The number that is set on the inverter's display.
    public var address: UInt8
    /// Whether the values of the whole plant are read, of which this inverter is the master.
    public var isGlobal: Bool
    public var every: Duration
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
            "How long to wait for an answer; all others on the line wait with it."
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

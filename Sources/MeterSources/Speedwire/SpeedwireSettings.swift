import MeterCore
import MeterNotation
import MeterProtocols

/// The settings of a `speedwire` source.
struct SpeedwireSettings: Sendable {
    /// The meter's serial number; `nil` for the only one that is heard.
    var serial: UInt32?
    /// The number of the kind of device, for two meters with one serial number; `nil` for any.
    var susyID: UInt16?
    /// The interface in whose network the meter is; `nil` for all.
    var interface: String?
    /// The meaning for the house, `import` by default: such meters sit where the house meets the grid.
    var role: MeterRole
    /// The interval of readings, 1 s to 1 h, by default 10 s; the meter speaks once a second.
    var every: Duration
    /// The setting `invert`, by default false: what it calls drawn is injected, and power has the other sign.
    var isInverted: Bool
    /// The measurement, by default that of the role.
    var measurement: Measurement

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        serial = settings.optionalInteger(
            "serial",
            in: 1...Int(UInt32.max) - 1,
            "The meter's serial number, as it is printed on it; needed where several are in the network."
        ).map { UInt32($0) }
        susyID = settings.optionalInteger(
            "susy_id",
            in: 0...Int(UInt16.max),
            "The number of its kind, as probe tells it, if two meters have one serial number."
        ).map { UInt16($0) }
        interface = settings.optionalString("interface", "The network in which it is, such as \"eth0\"; usually any.")
        role = settings.choice(
            "role",
            among: [.import, .export, .production, .consumption, .battery, .other],
            default: .import,
            "What it counts; beside a Linky it counts for itself."
        ) { role in
            role.hasDisplay ? "it is an electricity meter" as Phrase : nil
        }
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(3600),
            default: .seconds(10),
            "How often a reading is kept."
        )
        isInverted = settings.boolean(
            "invert",
            default: false,
            "It is the wrong way round: drawn and injected are exchanged."
        )
        measurement = settings.destination(
            "measurement",
            default: role.kind?.rawValue,
            "Where the readings go."
        )
        if susyID != nil, serial == nil { settings.report("it needs serial, too", at: "susy_id") }
    }

    /// True for the meter that is wanted.
    func wants(_ meter: SpeedwireTelegram.Meter) -> Bool {
        serial.map { $0 == meter.serial } ?? true && susyID.map { $0 == meter.susyID } ?? true
    }
}

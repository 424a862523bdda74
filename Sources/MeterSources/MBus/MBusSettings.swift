public import MeterCore
import MeterIO
import MeterNotation
public import MeterProtocols

/// The settings of an `mbus` source.
public struct MBusSettings: Sendable {
    /// The place where the meters' wires end.
    public enum Line: Sendable, Hashable {
        /// A level converter at a serial device.
        case serial(String)
        /// A converter in the network that hands bytes on as they are.
        case network(NetworkAddress)
    }

    /// The way in which the meter is called on the bus.
    public enum Address: Sendable, Hashable {
        /// The primary address, 0 to 250, which is set in the meter; a new one has 0.
        case primary(UInt8)
        /// The meter's number with, optionally, maker, version and medium; wildcards stand for any.
        case secondary(MBusMeterAddress)
    }

    /// The converter: `device`, or `host` with `port` (1 to 65535, by default 10001).
    public var line: Line
    /// The speed of the bus in Bd, one of the standard speeds from 300 to 38 400, by default 2400.
    public var baud: Int
    /// The meter: `address`, or `id` with `manufacturer`, `version` and `medium`.
    public var address: Address
    /// The time in which the answer must begin, 50 ms to 10 s.
    ///
    /// By default 200 ms and 330 bits at the speed, 0.34 s at 2400 Bd, and a second more in the network.
    public var timeout: Duration
    /// The interval of readings, 5 s to 1 day, by default 15 min.
    ///
    /// Meters with a battery bear only some readings a day; their manual tells how many.
    public var every: Duration
    /// The meaning for the house, `consumption` by default; it decides which fields are written.
    public var role: MeterRole
    /// The measurement, by default that of the role.
    public var measurement: Measurement
    /// The fields of the role, and those of `[fields]`, which replace fields of the same name.
    public var fields: [MBusField]

    /// Decodes the section; problems go to its diagnostics.
    public init(settings: ConfigSection) {
        line = Self.line(settings)
        baud = settings.integer("baud", in: 300...38_400, default: 2400, "The bus's speed; all its meters share it.")
        if !SerialSettings.speeds.contains(baud) {
            settings.report(
                "the speeds are \(SerialSettings.speeds.map(String.init).joined(separator: ", "))",
                at: "baud"
            )
        }
        address = Self.address(settings)
        // The standard: an answer begins within 330 bits and 50 ms; converters need a little more.
        let slowest = Duration.milliseconds(200 + 330_000 / max(baud, 300))
        let isNear = if case .serial = line { true } else { false }
        timeout =
            settings.optionalDuration(
                "timeout",
                in: .milliseconds(50) ... .seconds(10),
                "How long the meter may take to begin its answer; by default what the speed makes it, 0.34 s at 2400 Bd,"
                    + " and a second more in the network."
            ) ?? (isNear ? slowest : slowest + .seconds(1))
        every = settings.duration(
            "every",
            in: .seconds(5) ... .seconds(86_400),
            default: .seconds(900),
            "How often the meter is read. Meters with a battery may be read some times a day only: see their manual."
        )
        role = settings.choice(
            "role",
            default: .consumption,
            "What the meter counts; it decides which fields are written."
        )
        measurement = settings.destination(
            "measurement",
            default: (role.kind ?? .meter).rawValue,
            "Where the readings go; raw.production for the role production."
        )
        fields = Self.fields(settings, role)
    }

    /// Makes the defaults of a role, for a capture that is decoded without a configuration.
    public init(role: MeterRole) {
        line = .serial("")
        baud = 2400
        address = .primary(0)
        timeout = .seconds(1)
        every = .seconds(1)
        self.role = role
        measurement = (role.kind ?? .meter).measurement
        fields = role.mbusFields
    }

    /// The converter; exactly one of `device` and `host` is needed.
    private static func line(_ settings: ConfigSection) -> Line {
        let device = settings.optionalPath("device", "The serial device of the level converter; or else host and port.")
        let host = settings.optionalString("host", "A converter in the network that hands bytes on as they are.")
        let port = settings.integer("port", in: 1...65_535, default: 10_001, "The converter's TCP port.")
        switch (device, host) {
        case (let device?, nil): return .serial(device)
        case (nil, let host?): return .network(NetworkAddress(host: host, port: port))
        case (nil, nil):
            settings.reportMissing("how is the bus reached? Set device, or host and port", oneOf: ["device", "host"])
        default: settings.report("the bus is reached by device or by host, not by both", at: "host")
        }
        return .serial(device ?? "")
    }

    /// The address; exactly one of `address` and `id` is needed, and the other keys refine `id`.
    private static func address(_ settings: ConfigSection) -> Address {
        let primary = settings.optionalInteger("address", in: 0...250, "The primary address; 0 is that of a new meter.")
        let id = settings.optionalString(
            "id",
            "The meter's number, eight digits as on its face, for secondary addressing; F stands for any digit."
        )
        let letters = settings.optionalString("manufacturer", "With id: the maker's three letters, such as ABB.")
        let version = settings.optionalInteger(
            "version",
            in: 0...254,
            "With id: the version that the meter answers with."
        )
        let medium = settings.optionalInteger(
            "medium",
            in: 0...254,
            "With id: the code of the medium, such as 7 for water."
        )
        if primary != nil, id != nil { settings.report("a meter has an address or an id here, not both", at: "id") }
        if primary == nil, id == nil {
            settings.reportMissing("which meter is it? Set address (0 to 250) or id", oneOf: ["address", "id"])
        }
        guard let id else { return .primary(UInt8(primary ?? 0)) }
        var meter = MBusMeterAddress(identification: 0xFFFF_FFFF)
        if let number = UInt32(id, radix: 16), id.utf8.count == 8,
            id.uppercased().allSatisfy({ $0.isNumber || $0 == "F" })
        {
            meter.identification = number
        } else {
            settings.report("the id has eight digits, or F for any: \"12345678\"", at: "id")
        }
        if let letters {
            if let code = MBusMeterAddress.manufacturerCode(letters) {
                meter.manufacturerCode = code
            } else {
                settings.report("a manufacturer has three capital letters: \"ABB\"", at: "manufacturer")
            }
        }
        if let version { meter.version = UInt8(version) }
        if let medium { meter.mediumCode = UInt8(medium) }
        return .secondary(meter)
    }

    /// The fields; a text that names no record is reported and left out.
    private static func fields(_ settings: ConfigSection, _ role: MeterRole) -> [MBusField] {
        var fields = role.mbusFields
        let own = settings.stringTable(
            "fields",
            "Fields of your own, or others than the role's: name = \"record\", such as night = \"energy tariff 2 in kWh\", or "
                + "wh_in = \"record 4 times 10\" for what the maker alone counts in 10 Wh; "
                + "boxenergie decode mbus shows what each record is called."
        )
        for (name, text) in own {
            guard let selector = MBusSelector(text) else {
                settings.report(
                    "\(name) = \"\(text)\" names no record; write for example \"energy tariff 2 in kWh\", "
                        + "\"maximum power\", \"volume storage 1\" or \"record 4 times 10\"",
                    at: "fields"
                )
                continue
            }
            fields.removeAll { $0.name == name }
            fields.append(MBusField(name, selector))
        }
        if fields.isEmpty { settings.report("the role other has no fields of its own: name some in fields") }
        return fields
    }
}

import MeterCore
import MeterIO
import MeterNotation
import MeterProtocols

/// The settings of a `modbus` source.
struct ModbusSettings: Sendable {
    /// The values to read.
    enum Map: Sendable {
        /// Those that the device has by SunSpec; `bases` are the addresses at which its map may begin.
        case sunSpec(bases: [Int], most: Int)
        /// Those of a list, from a profile or from the configuration itself.
        case registers(RegisterList, kind: ModbusProfile.Kind, serial: RegisterLayout?)
    }

    /// The parities by the names that manuals give them.
    private enum ParityName: String, CaseIterable {
        case none, even, odd

        /// The parity of a serial line.
        var parity: SerialSettings.Parity { self == .none ? .none : self == .even ? .even : .odd }
    }

    /// The serial line, or the address in the network; TCP port 502 by default.
    var place: BusPlace
    /// The format of the serial line: `speed` 300 to 115 200 Bd (9600), `parity` (none), `stop_bits` 1 or 2 (1).
    ///
    /// Behind a converter that passes bytes on it tells how long a frame takes; for Modbus TCP it means nothing.
    var format: SerialSettings
    /// The frame around messages: `tcp` by default for a host, always `rtu` for a serial device.
    var framing: ModbusLink.Framing
    /// The device's number, by default 1: 0 to 255 by TCP, 1 to 247 on a serial line.
    var unit: UInt8
    /// The values to read: by a profile, by registers of its own, or by SunSpec, which is the default.
    var map: Map
    /// The meaning for the house; by default what the profile says it is, else `consumption`.
    var role: MeterRole
    /// The interval of readings, 1 s to 1 h, by default 10 s.
    var every: Duration
    /// The time to wait for an answer, 50 ms to 10 s, by default 1 s.
    var timeout: Duration
    /// The pause between two requests, 0 to 5 s, by default that of the profile or 50 ms.
    var pause: Duration
    /// The repetitions of an unanswered request, 0 to 5, by default 1.
    var retries: Int
    /// The setting `invert`, by default false: import and export are exchanged, and power has the other sign.
    ///
    /// For a meter or clamps that are mounted the wrong way round.
    var isInverted: Bool
    /// The setting `invert_power`, by default false: the power alone has the other sign.
    var hasInvertedPower: Bool
    /// The measurement, by default that of the role; SunSpec readings go to two of their own.
    var measurement: Measurement
    /// The parts of a hybrid inverter that are stored beside its panels, each in a measurement of its own.
    var parts: WantedParts
    /// The time from a new connection to the first request, from the profile.
    var settling: Duration
    /// True when the device takes one connection only, from the profile.
    var takesOneClient: Bool
    /// The setting `connection`: true when the connection is closed after each reading, so that others get theirs.
    var closes: Bool

    /// What becomes of the connection between two readings.
    private enum Connection: String, CaseIterable { case keep, close }

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        let profile: ModbusProfile? = ProfileLibrary.profile(
            .modbus,
            settings,
            doubtful: "registers",
            "Use a profile whose register map nobody has confirmed."
        )
        place = BusPlace(settings: settings, port: profile?.port ?? 502)
        let framing = settings.choice(
            "framing",
            default: ModbusLink.Framing.tcp,
            "For host: tcp, or rtu for a converter that passes on the bytes of a serial line."
        )
        format = SerialSettings(
            baud: settings.integer(
                "speed",
                in: 300...115_200,
                default: profile?.speed ?? 9600,
                "The device's speed in Bd."
            ),
            parity: settings.choice("parity", default: ParityName.none, "The device's parity.").parity,
            stopBits: settings.integer("stop_bits", in: 1...2, default: 1, "The device's stop bits.")
        )
        if case .serial = place { self.framing = .rtu } else { self.framing = framing }
        if self.framing == .tcp {
            for key in ["speed", "parity", "stop_bits"] where settings.contains(key) {
                settings.report("Modbus TCP has no serial line here; the gateway has its own settings", at: key)
            }
        } else if settings.contains("device") {
            for key in ["port", "framing"] where settings.contains(key) {
                settings.report("it belongs to host, and this is a serial line", at: key)
            }
        }
        unit = UInt8(
            settings.integer(
                "unit",
                in: 0...255,
                default: Int(profile?.identity?.units.first ?? 1),
                "The device's number on its line or gateway."
            )
        )
        if self.framing == .rtu, !(1...247).contains(unit) {
            settings.report("on a serial line devices have the numbers 1 to 247", at: "unit")
        }
        let isSunSpec = !settings.contains("profile") && !RegisterList.isIn(settings)
        let known = isSunSpec ? [.acPort, .battery] : profile?.list.parts ?? []
        parts = WantedParts(settings: settings, of: known, isAsked: isSunSpec)
        map = Self.map(settings, profile, parts)
        role = Self.role(settings, map)
        settling = profile?.settling ?? .zero
        takesOneClient = profile?.takesOneClient ?? false
        let connection = settings.choice(
            "connection",
            default: Connection.keep,
            "For host: close lets another program have the device's only connection between two readings."
        )
        closes = connection == .close
        if settings.contains("connection"), settings.contains("device") {
            settings.report("it belongs to host, and this is a serial line", at: "connection")
        }
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(3600),
            default: profile?.every ?? .seconds(10),
            "How often it is read."
        )
        if let profile { settings.judge(every: every, atLeast: profile.leastEvery, of: profile.header) }
        timeout = settings.duration(
            "timeout",
            in: .milliseconds(50) ... .seconds(10),
            default: profile?.timeout ?? .seconds(1),
            "How long to wait for an answer; what comes later, up to three times as late, is thrown away, never stored."
        )
        pause = settings.duration(
            "pause",
            in: .zero ... .seconds(5),
            default: profile?.pause ?? .milliseconds(50),
            "The pause between two requests; many meters need one."
        )
        retries = settings.integer("retries", in: 0...5, default: 1, "How often an unanswered request is repeated.")
        isInverted = settings.boolean(
            "invert",
            default: false,
            "The meter or its clamps are the wrong way round: import and export are exchanged."
        )
        hasInvertedPower = settings.boolean("invert_power", default: false, "The power alone has the wrong sign.")
        measurement = settings.destination(
            "measurement",
            default: (role.kind ?? .meter).rawValue,
            "Where the readings go."
        )
        if case .sunSpec = map {
            if settings.contains("measurement") {
                let (production, meter) = (Kind.production.rawValue, Kind.meter.rawValue)
                settings.report("SunSpec readings go to \(production) and \(meter)", at: "measurement")
            }
        }
    }

    /// The role; by SunSpec a device tells itself what it produces, and the role is that of its meters.
    ///
    /// Batteries, water, gas, heat and cold are refused for SunSpec, which has inverters and electricity meters only.
    private static func role(_ settings: ConfigSection, _ map: Map) -> MeterRole {
        switch map {
        case .sunSpec:
            return settings.choice(
                "role",
                among: [.consumption, .import, .export, .other],
                default: .consumption,
                "What the meters of the device count."
            ) { role in
                switch role {
                case .production: "SunSpec tells production by itself; this is for the meters beside it" as Phrase
                case .battery:
                    "a battery behind the inverter is read with battery = true; this is for the meters beside it"
                        as Phrase
                case .water, .gas, .heat, .cooling: "SunSpec has electricity meters only" as Phrase
                case .consumption, .import, .export, .other: nil
                }
            }
        case .registers(let list, let kind, _):
            let role: MeterRole = settings.choice(
                "role",
                default: kind == .inverter ? .production : kind == .battery ? .battery : .consumption,
                "What the readings mean for the house."
            )
            if kind == .battery, role != .battery { settings.report("this profile is that of a battery", at: "role") }
            let fields = list.registers.filter { $0.phase == nil && $0.part == nil }.map(\.field)
            if !fields.isEmpty { settings.judgeRole(role, fields: fields) }
            return role
        }
    }

    /// True when a value of the device is stored with the other sign; only powers have one.
    ///
    /// A meter at a battery sees charging as import, and the role stores discharging as positive.
    func turns(_ field: String, _ kind: ModbusProfile.Kind) -> Bool {
        guard field == Field.w.rawValue || field == Field.var.rawValue else { return false }
        let isAtBattery = role == .battery && kind == .meter
        return (isInverted != hasInvertedPower) != isAtBattery
    }

    /// A device by SunSpec tells itself what it counts; any other one counts as its role says.
    var declaration: Declaration {
        guard case .sunSpec = map else {
            var declaration = Declaration(of: role, in: measurement, kind: role.kind ?? .meter, every: every)
            declaration.turn(by: "invert_power = \(!hasInvertedPower)")
            parts.declare(in: &declaration)
            return declaration
        }
        let stores = [
            Declaration.Store(.production, in: Kind.production.measurement),
            Declaration.Store(.meter, in: Kind.meter.measurement, role: role),
        ]
        // A device tells itself whether it is an inverter.
        var declaration = Declaration(stores: stores, counts: nil, every: every)
        parts.declare(in: &declaration)
        return declaration
    }

    /// The unit on its line and the registers that are read of it; what SunSpec has is read as a whole.
    var asking: Declaration.Asking {
        let values: Set<String>
        switch map {
        case .sunSpec: values = ["SunSpec"]
        case .registers(let list, _, _):
            values = Set(
                list.registers.flatMap(\.spans).flatMap { span in
                    (span.address..<span.address + span.count).map { "\(span.table) \($0)" }
                }
            )
        }
        return Declaration.Asking(place.description, ("\(unit)", "unit"), values: values)
    }

    /// The values to read; exactly one of profile, own registers and SunSpec may be set.
    ///
    /// - Parameters:
    ///   - settings: the section.
    ///   - profile: that it names, if any.
    ///   - parts: those of a hybrid that are wanted.
    /// - Returns: the values to read.
    private static func map(_ settings: ConfigSection, _ profile: ModbusProfile?, _ parts: WantedParts) -> Map {
        let hasProfile = settings.contains("profile")
        let hasOwn = RegisterList.isIn(settings)
        let isSunSpec = settings.boolean(
            "sunspec",
            default: !hasProfile && !hasOwn,
            "Find out by SunSpec what the device has; the usual way when there is neither profile nor registers."
        )
        let base = settings.optionalInteger("sunspec_base", in: 0...65_533, "Where SunSpec begins, if nowhere usual.")
        let own = RegisterList(settings: settings)
        for key in hasOwn ? [] : ["table", "type_of_registers", "word_order"] where settings.contains(key) {
            settings.report("it is for registers of its own, and there are none", at: key)
        }
        for key in isSunSpec ? ["largest_hole", "forbidden"] : ["sunspec_base"] where settings.contains(key) {
            settings.report("it has no effect here", at: key)
        }
        switch (isSunSpec, hasProfile, hasOwn) {
        case (true, false, false):
            return .sunSpec(bases: base.map { [$0] } ?? SunSpecMap.usualBases, most: own.limits.most ?? 125)
        case (false, true, false):
            var list = profile?.list.only(parts) ?? own
            list.limits.most = own.limits.most ?? list.limits.most
            if settings.contains("largest_hole") { list.limits.largestHole = own.limits.largestHole }
            list.limits.forbidden += own.limits.forbidden
            return .registers(list, kind: profile?.kind ?? .meter, serial: profile?.serial)
        case (false, false, true): return .registers(own, kind: .meter, serial: nil)
        case (false, false, false):
            settings.report("nothing to read: write a profile, registers of its own or sunspec = true", at: "sunspec")
        default: settings.report("choose one: a profile, registers of its own, or sunspec = true")
        }
        return .registers(own, kind: .meter, serial: nil)
    }
}

import MeterCore
import MeterIO
import MeterProtocols

/// The settings of a `modbus` source.
struct ModbusSettings: Sendable {
    /// What is read.
    enum Map: Sendable {
        case sunSpec(bases: [Int], most: Int)
        case registers(RegisterList, kind: ModbusProfile.Kind, serial: RegisterLayout?)
    }

    /// Parities by the names that manuals give them.
    private enum ParityName: String, CaseIterable {
        case none, even, odd

        var parity: SerialSettings.Parity { self == .none ? .none : self == .even ? .even : .odd }
    }

    var place: BusPlace
    /// The format of a serial line, and of that behind a converter as far as the time of its bytes goes.
    var format: SerialSettings
    var framing: ModbusLink.Framing
    var unit: UInt8
    var map: Map
    var role: MeterRole
    var every: Duration
    var timeout: Duration
    var pause: Duration
    var retries: Int
    /// Import and export are exchanged and the power has the other sign.
    var isInverted: Bool
    /// Only the power has the other sign.
    var hasInvertedPower: Bool
    var measurement: Measurement

    /// Decodes the section; problems go to its diagnostics.
    init(settings: ConfigSection) {
        place = BusPlace(settings: settings, port: 502)
        let framing = settings.choice(
            "framing",
            default: ModbusLink.Framing.tcp,
            "For host: tcp, or rtu for a converter that passes on the bytes of a serial line."
        )
        format = SerialSettings(
            baud: settings.integer("speed", in: 300...115_200, default: 9600, "The device's speed in Bd."),
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
        unit = UInt8(settings.integer("unit", in: 0...255, default: 1, "The device's number on its line or gateway."))
        if self.framing == .rtu, !(1...247).contains(unit) {
            settings.report("on a serial line devices have the numbers 1 to 247", at: "unit")
        }
        let profile: ModbusProfile? = ProfileLibrary.profile(
            .modbus,
            settings,
            doubtful: "registers",
            "Use a profile whose register map nobody has confirmed."
        )
        map = Self.map(settings, profile)
        role = Self.role(settings, map)
        every = settings.duration(
            "every",
            in: .seconds(1) ... .seconds(3600),
            default: .seconds(10),
            "How often it is read."
        )
        timeout = settings.duration(
            "timeout",
            in: .milliseconds(50) ... .seconds(10),
            default: .seconds(1),
            "How long to wait for an answer."
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
                case .production: "SunSpec tells production by itself; this is for the meters beside it"
                case .battery: "batteries are not read by SunSpec"
                case .water, .gas, .heat, .cooling: "SunSpec has electricity meters only"
                case .consumption, .import, .export, .other: nil
                }
            }
        case .registers(let list, let kind, _):
            let role: MeterRole = settings.choice(
                "role",
                default: kind == .inverter ? .production : .consumption,
                "What the readings mean for the house."
            )
            let fields = list.registers.filter { $0.phase == nil }.map(\.field)
            if !fields.isEmpty { settings.warnOfIdleRole(role, fields: fields) }
            return role
        }
    }

    /// Whether a value of the device is stored with the other sign.
    ///
    /// What a meter at a battery sees as drawn charges it.
    func turns(_ field: String, _ kind: ModbusProfile.Kind) -> Bool {
        guard field == Field.w.rawValue || field == Field.var.rawValue else { return false }
        let isAtBattery = role == .battery && kind == .meter
        return (isInverted != hasInvertedPower) != isAtBattery
    }

    var declaration: Declaration {
        guard case .sunSpec = map else {
            return Declaration(of: role, in: measurement, kind: role.kind ?? .meter, every: every)
        }
        let stores = [
            Declaration.Store(.production, in: Kind.production.measurement),
            Declaration.Store(.meter, in: Kind.meter.measurement, role: role),
        ]
        // A device tells itself whether it is an inverter.
        return Declaration(stores: stores, counts: nil, every: every)
    }

    private static func map(_ settings: ConfigSection, _ profile: ModbusProfile?) -> Map {
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
            var list = profile?.list ?? own
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

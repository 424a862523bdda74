import MeterCore
import MeterNotation
import MeterProtocols

/// A device's register map, from a file.
struct ModbusProfile: Sendable, DeviceProfile {
    /// The kind of device, which decides where its readings go.
    ///
    /// A meter's role is a setting; an inverter produces, and a battery is one.
    enum Kind: String, CaseIterable { case meter, inverter, battery }

    /// The name, sources and reliability of the profile.
    var header: ProfileHeader
    /// The kind of device, `meter` by default.
    var kind: Kind
    /// The registers to read, at least one, and the limits of its requests.
    var list: RegisterList
    /// The place of its serial number, by which another device is noticed; `nil` where none is known.
    var serial: RegisterLayout?
    /// The pause that it needs between requests, 0 to 5 s, by default 50 ms.
    var pause: Duration
    /// The time for an answer, 50 ms to 10 s, by default 1 s.
    var timeout: Duration
    /// The time that it needs from a new connection to the first request, 0 to 30 s, by default none.
    var settling: Duration
    /// The shortest interval of readings that it bears, 1 s to 1 h, by default 1 s.
    var leastEvery: Duration
    /// The interval of readings unless the configuration tells it, 1 s to 1 h, by default 10 s or what it bears.
    var every: Duration
    /// The TCP port, 502 by default.
    var port: Int
    /// The speed of its serial line from the factory in Bd, 9600 by default.
    var speed: Int
    /// True when it takes one connection only, so that whoever has it keeps all others out; default false.
    var takesOneClient: Bool
    /// The question by which `probe` knows it; `nil` when only its values tell.
    var identity: ProfileIdentity?

    /// Reads a profile; problems go to the document's diagnostics.
    init(_ document: ConfigDocument) {
        let root = document.root
        header = ProfileHeader(settings: root)
        kind = root.choice("kind", default: .meter, "What the device is.")
        pause = root.duration(
            "pause",
            in: .zero ... .seconds(5),
            default: .milliseconds(50),
            "The pause that it needs between requests."
        )
        timeout = root.duration(
            "timeout",
            in: .milliseconds(50) ... .seconds(10),
            default: .seconds(1),
            "How long it may take to answer."
        )
        settling = root.duration(
            "wait_after_connect",
            in: .zero ... .seconds(30),
            default: .zero,
            "The pause that it needs between a new connection and the first request."
        )
        let hour = Duration.seconds(1) ... .seconds(3600)
        leastEvery = root.duration("least_every", in: hour, default: .seconds(1), "How often it can be read at most.")
        every = root.duration(
            "every",
            in: hour,
            default: max(leastEvery, .seconds(10)),
            "How often it is read, unless the configuration says so."
        )
        port = root.integer("port", in: 1...65_535, default: 502, "Its TCP port.")
        speed = root.integer("speed", in: 300...115_200, default: 9600, "Its speed on a serial line from the factory.")
        takesOneClient = root.boolean("one_client", default: false, "Whether it takes one connection only.")
        var missing: [RegisterType: [UInt64]] = [:]
        if let section = root.section("missing") {
            for type in RegisterType.allCases where type != .string && type != .bit {
                let values = section.optionalIntegers(type.rawValue, "More values that mean there is none.")
                if let values { missing[type] = values.map { UInt64(bitPattern: Int64($0)) } }
            }
        }
        list = RegisterList(settings: root, missing: missing, hasParts: true)
        identity = root.section("identity").map { ProfileIdentity(settings: $0, missing: missing) }
        if let section = root.section("serial") {
            let defaults = RegisterDefaults(table: .holding, type: .uint32, order: .abcd, missing: missing)
            serial = ModbusRegister("serial", phase: nil, settings: section, defaults: defaults).layout
        }
        if !list.parts.isEmpty, kind != .inverter { root.report("only an inverter has such parts", at: "kind") }
        if list.registers.isEmpty { root.report("it names no register, so it cannot be used yet; see its note") }
        root.finish()
    }
}

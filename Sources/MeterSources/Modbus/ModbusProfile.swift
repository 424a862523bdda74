import MeterCore
import MeterProtocols

/// A device's register map, from a file.
struct ModbusProfile: Sendable, DeviceProfile {
    /// The kind of device, which decides where its readings go.
    ///
    /// A meter's role is a setting; an inverter produces.
    enum Kind: String, CaseIterable { case meter, inverter }

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
        var missing: [RegisterType: [UInt64]] = [:]
        if let section = root.section("missing") {
            for type in RegisterType.allCases where type != .string && type != .bit {
                let values = section.optionalIntegers(type.rawValue, "More values that mean there is none.")
                if let values { missing[type] = values.map { UInt64(bitPattern: Int64($0)) } }
            }
        }
        list = RegisterList(settings: root, missing: missing)
        if let section = root.section("serial") {
            let defaults = RegisterDefaults(table: .holding, type: .uint32, order: .abcd, missing: missing)
            serial = ModbusRegister("serial", phase: nil, settings: section, defaults: defaults).layout
        }
        if list.registers.isEmpty { root.report("it names no register, so it cannot be used yet; see its note") }
        root.finish()
    }
}

import MeterCore
import MeterDocuments

/// A device's web server as a file describes it: the address, and the places of the values.
struct HTTPProfile: Sendable, DeviceProfile {
    /// The name, sources and reliability of the profile.
    var header: ProfileHeader
    /// The kind of device for the role production, `meter` by default.
    var kind: DeviceKind
    /// The meaning for the house unless the configuration tells it, `other` by default.
    var role: MeterRole
    /// The URL with `{host}` and other places.
    var url: String
    /// The measurement as it is written; `nil` for that of the role.
    var measurement: String?
    /// The interval of readings that the device bears, 1 s to 1 day, by default 10 s.
    var every: Duration
    /// The wanted values, at least one.
    var map: FieldMap

    /// Reads a profile; problems go to the document's diagnostics.
    init(_ document: ConfigDocument) {
        let root = document.root
        header = ProfileHeader(settings: root)
        kind = root.choice("kind", default: .meter, "What the device is, where it produces.")
        role = root.choice("role", default: .other, "What its values mean, unless the configuration says so.")
        url = root.string("url", "The address, with {host} and other places.")
        measurement = root.contains("measurement") ? root.measurement("measurement", "Where the readings go.") : nil
        every = root.duration("every", in: .seconds(1) ... .seconds(86_400), default: .seconds(10), "How often.")
        map = FieldMap(settings: root, role: role)
        if map.fields.isEmpty { root.report("it names no field, so it cannot be used") }
        root.finish()
    }
}

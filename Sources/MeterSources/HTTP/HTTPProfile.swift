import MeterCore
import MeterDocuments

/// How a device's web server is read, from a file: where it has which values.
struct HTTPProfile: Sendable, DeviceProfile {
    var header: ProfileHeader
    var kind: DeviceKind
    var role: MeterRole
    var url: String
    /// Where the readings go, if not where those of its role do.
    var measurement: String?
    /// How often it can be asked.
    var every: Duration
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

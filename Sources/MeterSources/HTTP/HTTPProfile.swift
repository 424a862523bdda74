import MeterCore
import MeterDocuments

/// How a device's web server is read, from a file: where it has which values.
struct HTTPProfile: Sendable, DeviceProfile {
    /// What a person calls the device.
    var name: String
    var kind: DeviceKind
    var role: MeterRole
    /// The documents that the places are from.
    var source: String
    /// Whether the maker says so, or independent sources agree.
    var isVerified: Bool
    /// What is not known for sure, and how to find out.
    var note: String
    var url: String
    /// Where the readings go, if not where those of its role do.
    var measurement: String?
    /// How often it can be asked.
    var every: Duration
    var map: FieldMap

    /// Reads a profile; problems go to the document's diagnostics.
    init(_ document: ConfigDocument) {
        let root = document.root
        name = root.string("name", "What a person calls the device.")
        kind = root.choice("kind", default: .meter, "What the device is, where it produces.")
        role = root.choice("role", default: .other, "What its values mean, unless the configuration says so.")
        source = root.string("source", "The documents that the places are from.")
        isVerified = root.boolean("verified", default: false, "Whether the maker or independent sources say so.")
        note = root.string("note", default: "", "What is not sure, and how to find out.")
        url = root.string("url", "The address, with {host} and other places.")
        measurement = root.contains("measurement") ? root.measurement("measurement", "Where the readings go.") : nil
        every = root.duration("every", in: .seconds(1) ... .seconds(86_400), default: .seconds(10), "How often.")
        map = FieldMap(settings: root, role: role)
        if map.fields.isEmpty { root.report("it names no field, so it cannot be used") }
        root.finish()
    }
}

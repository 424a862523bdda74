import MeterCore
import MeterDocuments

/// What becomes of what devices send by themselves: documents with wanted fields, or line protocol within rules.
struct PayloadSettings: Sendable {
    enum Content: Sendable {
        case fields(FieldMap, FieldRole, Measurement)
        case lines(LineRules)
    }

    var content: Content

    /// Reads the settings; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: the source's section.
    ///   - format: that of the documents; `nil` for line protocol.
    init(settings: ConfigSection, format: DocumentFormat?) {
        // Both are read, so that both are explained and none is unknown.
        let rules = LineRules(settings: settings, isUsed: format == nil)
        let role = settings.choice("role", default: FieldRole.other, "What the values mean for the house.")
        let map = FieldMap(settings: settings, role: role, format: format ?? .json, mayBeTable: true)
        let measurement = settings.destination(
            "measurement",
            default: format == nil ? "lines" : role.measurement,
            "Where the readings go; by default raw.production or raw.meter by role."
        )
        guard format != nil else {
            for key in ["role", "measurement", "fields", "phase_1", "phase_2", "phase_3"] where settings.contains(key) {
                settings.report("line protocol says so itself; measurements = [...] names what may come", at: key)
            }
            content = .lines(rules)
            return
        }
        if map.fields.isEmpty { settings.report("nothing to keep: write [\(settings.path).fields]") }
        content = .fields(map, role, measurement)
    }

    /// Where production goes.
    var production: Measurement? { place { $0 == .production } }
    /// Where the displays of water, gas and heat meters go.
    var displays: Measurement? { place { $0.display != nil } }

    private func place(_ isWanted: (FieldRole) -> Bool) -> Measurement? {
        if case .fields(_, let role, let measurement) = content, isWanted(role) { measurement } else { nil }
    }
}

/// Why something that a device sent is not taken, as a sentence.
struct PayloadError: Error, Sendable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

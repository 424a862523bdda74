import MeterCore
import MeterDocuments
import MeterNotation

/// The treatment of the data that devices and programs send: documents with wanted fields, or lines within rules.
struct PayloadSettings: Sendable {
    /// The two forms of data.
    enum Content: Sendable {
        /// Documents: the wanted values, their role, the kind of device and the measurement.
        case fields(FieldMap, MeterRole, DeviceKind, Measurement)
        /// Line protocol.
        case lines(LineRules)
    }

    /// The form, which the format decides.
    var content: Content

    /// Documents with the values of a profile.
    init(_ map: FieldMap, _ role: MeterRole, _ kind: DeviceKind, _ measurement: Measurement) {
        content = .fields(map, role, kind, measurement)
    }

    /// Reads the settings; problems go to the section's diagnostics.
    ///
    /// - Parameters:
    ///   - settings: the source's section.
    ///   - format: that of the documents; `nil` for line protocol.
    ///   - sender: a device, or a program of the household.
    ///   - mayBeTable: true when documents may be CSV.
    init(
        settings: ConfigSection,
        format: DocumentFormat?,
        from sender: LineRules.Sender = .device,
        mayBeTable: Bool = true
    ) {
        // Both are read, so that both are explained and none is unknown.
        let rules = LineRules(settings: settings, from: sender, isUsed: format == nil)
        let role = settings.role(.other)
        let map = FieldMap(settings: settings, role: role, format: format ?? .json, mayBeTable: mayBeTable)
        let kind = settings.choice("kind", default: DeviceKind.meter, "What the device is, where it produces.")
        let measurement = settings.destination(
            "measurement",
            default: format == nil ? "lines" : role.kind?.rawValue,
            "Where the readings go; by default that of the role, such as raw.meter."
        )
        guard format != nil else {
            for key in ["role", "kind", "measurement", "fields", "phase_1", "phase_2", "phase_3"]
            where settings.contains(key) {
                settings.report("line protocol says so itself; measurements = [...] names what may come", at: key)
            }
            content = .lines(rules)
            return
        }
        if map.fields.isEmpty { settings.report("nothing to keep: write [\(settings.path).fields]") }
        content = .fields(map, role, kind, measurement)
    }

    /// The declaration of a source with such a payload.
    ///
    /// - Parameters:
    ///   - pause: the longest silence while all is well.
    ///   - more: tags that tell its devices apart.
    /// - Returns: the declaration of the source.
    func declaration(every pause: Duration, parts more: [String] = []) -> Declaration {
        let parts = Subject.parts(with: more)
        switch content {
        case .fields(_, let role, _, let measurement):
            return Declaration(of: role, in: measurement, parts: parts, every: pause)
        case .lines(let rules):
            let stores = rules.kinds.map { kind in
                Declaration.Store(kind, in: kind.measurement, parts: rules.parts(with: more))
            }
            // The lines tell what they count.
            return Declaration(stores: stores, counts: stores.isEmpty ? [] : nil, every: pause)
        }
    }
}

/// An error with a sentence why something that a device sent is not taken.
struct PayloadError: Error, Sendable, CustomStringConvertible {
    /// The sentence; a device that posts gets it as the answer.
    var description: String

    /// Makes an error of a sentence.
    init(_ sentence: Phrase) { description = said(sentence) }
}

import MeterCore
import MeterDocuments

/// Makes readings of the posts of a device.
struct PushReader: InputReader {
    /// The settings of the source.
    private let settings: PushSettings
    /// The name and tags of the source.
    private let context: SourceContext
    /// Reads documents; `nil` for line protocol.
    private var documents: DocumentReader?
    /// The series seen in line protocol, which are limited in number.
    private var series: Set<String> = []

    /// Begins with nothing posted.
    init(_ settings: PushSettings, _ context: SourceContext) {
        (self.settings, self.context) = (settings, context)
        if case .fields(let map, let role, let kind, let measurement) = settings.payload.content {
            let points = FieldPoints(map.fields, role: role, kind: kind, measurement, context)
            documents = DocumentReader(map, points)
        }
    }

    /// Takes a recorded post: its label is the query of its address, `temp=27.5&name=x`, or empty.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        [try reading(of: bytes, with: try FormValue.all(in: Array(label.utf8)), at: moment)]
    }

    /// The reading of a post.
    ///
    /// - Parameters:
    ///   - body: of the request.
    ///   - values: those in its address, of which the format form makes use.
    ///   - moment: of its arrival.
    /// - Returns: its points, and what could not be used.
    /// - Throws: a sentence that says why it is not taken.
    mutating func reading(
        of body: [UInt8],
        with values: [FormValue],
        at moment: Moment
    ) throws -> FieldReading {
        switch settings.payload.content {
        case .lines(let rules):
            return try rules.reading(of: body, context, at: moment, known: &series)
        case .fields(let map, _, _, _):
            let document =
                settings.format == .form
                ? Document(values + (try FormValue.all(in: body))) : try map.document(body)
            return documents?.reading(of: document, at: moment) ?? FieldReading()
        }
    }
}

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

    /// What stands in a post, before it is judged by what came before.
    enum Content: Sendable {
        /// What was found of the wanted values.
        case values([FoundValue?])
        /// Lines, and all series so far.
        case lines(FieldReading, Set<String>)
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
        reading(of: try content(of: body, with: values, at: moment), at: moment)
    }

    /// What stands in a post: the part of the reading that may take long.
    func content(of body: [UInt8], with values: [FormValue], at moment: Moment) throws -> Content {
        switch settings.payload.content {
        case .lines(let rules):
            var series = series
            return .lines(try rules.reading(of: body, context, at: moment, known: &series), series)
        case .fields(let map, _, _, _):
            guard settings.format == .form else { return .values(try map.values(in: body)) }
            return .values(map.values(of: Document(values + (try FormValue.all(in: body)))))
        }
    }

    /// The reading of what stands in a post.
    mutating func reading(of content: Content, at moment: Moment) -> FieldReading {
        switch content {
        case .values(let found): return documents?.reading(found: found, at: moment) ?? FieldReading()
        case .lines(let reading, let series):
            self.series.formUnion(series)
            return reading
        }
    }
}

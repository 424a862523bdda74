import MeterCore
import MeterDocuments

/// Makes readings of the documents of one device.
///
/// The whole of `bytes` is one document and makes one reading, or one of several pages with which it is complete.
struct DocumentReader: InputReader {
    private let map: FieldMap
    private var points: FieldPoints
    /// The names of the pages of which a reading is made; one, whatever its name, for most devices.
    private let pages: [String]
    /// The pages of the reading so far.
    private var taken: [(name: String, bytes: [UInt8])] = []

    /// Makes a reader of the documents that a map is for.
    init(_ map: FieldMap, _ points: FieldPoints, pages: [String] = [""]) {
        (self.map, self.points, self.pages) = (map, points, pages)
    }

    /// Parses the document and reads it.
    ///
    /// - Throws: `DocumentError` when the bytes are not of the map's format.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        guard pages.count > 1 else { return [try reading(of: bytes, at: moment)] }
        guard pages.contains(label) else { return [] }
        if label == pages.first { taken = [] }
        taken.append((label, bytes))
        guard taken.map(\.name) == pages else { return [] }
        defer { taken = [] }
        let documents = try taken.map { name, bytes in (name, try map.document(bytes)) }
        return [reading(found: map.values(of: Document(documents)), at: moment)]
    }

    /// Parses a document and reads it.
    ///
    /// - Throws: `DocumentError` when the bytes are not of the map's format.
    mutating func reading(of bytes: [UInt8], at moment: Moment) throws(DocumentError) -> FieldReading {
        reading(found: try map.values(in: bytes), at: moment)
    }

    /// The reading of what was found in a document, in the order of the map's fields.
    mutating func reading(found: [FoundValue?], at moment: Moment) -> FieldReading {
        points.reading(at: moment.time, monotonic: moment.uptime, found: found)
    }
}

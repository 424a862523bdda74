import MeterCore
import MeterDocuments

/// Makes readings of the documents of one device.
///
/// The whole of `bytes` is one document and makes one reading; the label is not used.
struct DocumentReader: InputReader {
    private let map: FieldMap
    private var points: FieldPoints

    /// Makes a reader of the documents that a map is for.
    init(_ map: FieldMap, _ points: FieldPoints) { (self.map, self.points) = (map, points) }

    /// Parses the document and reads it.
    ///
    /// - Throws: `DocumentError` when the bytes are not of the map's format.
    mutating func take(_ bytes: [UInt8], _ label: String, at moment: Moment) throws -> [FieldReading] {
        [try reading(of: bytes, at: moment)]
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

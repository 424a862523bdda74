import MeterIO

extension ReadingDesk {
    /// Lets a reader read a document: a copy of it, which takes its place when it is done in time.
    ///
    /// - Parameters:
    ///   - size: of the document in bytes.
    ///   - reader: as before when this fails.
    ///   - work: the reading.
    /// - Returns: what it returned.
    /// - Throws: `ReadingError`, what the work threw, or `CancellationError`.
    func read<Reader: Sendable, Value: Sendable>(
        _ size: Int,
        by reader: inout Reader,
        _ work: @escaping @Sendable (inout Reader) throws -> Value
    ) async throws -> Value {
        guard size > Self.smallDocument else { return try work(&reader) }
        let before = reader
        let (after, value) = try await read(size) {
            var reader = before
            let value = try work(&reader)
            return (reader, value)
        }
        reader = after
        return value
    }

    /// Lets a reader take a piece as `InputReader.take` does.
    func take<Reader: InputReader & Sendable>(
        _ bytes: [UInt8],
        _ label: String = "",
        at moment: Moment,
        by reader: inout Reader
    ) async throws -> [FieldReading] {
        try await read(bytes.count, by: &reader) { try $0.take(bytes, label, at: moment) }
    }
}

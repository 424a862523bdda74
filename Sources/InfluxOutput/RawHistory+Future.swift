public import MeterCore

// What a wrong clock dated into the future: nothing ever comes to those times to write over it.
extension RawHistory {
    /// The measurements of the schema, and those of the sources, that have rows of a time that has not come.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func measurementsWithFuture() async throws -> [Measurement] {
        var found: [Measurement] = []
        // A record that is signed stays, whatever clock dated it.
        let kinds = Kind.allCases.filter { $0 != .register }
        for measurement in Set(kinds.map(\.measurement) + places.tables.map(\.measurement)) {
            var isFound = false
            let select = "SELECT * FROM \(measurement)\(condition([hasNotCome])) LIMIT 1"
            try await client.rows(of: select, database: client.settings.database) { _ in isFound = true }
            if isFound { found.append(measurement) }
        }
        return found
    }

    /// Removes those rows from measurements; of a name that several policies have, from all of them.
    ///
    /// - Throws: as `InfluxClient.query(_:database:timeout:)`.
    public func removeFuture(from measurements: [Measurement]) async throws {
        for name in Set(measurements.map(\.name)) {
            let text = "DELETE FROM \(quotedIdentifier(name))\(condition([hasNotCome]))"
            _ = try await client.query(text, database: client.settings.database, timeout: .seconds(60))
        }
    }

    private var hasNotCome: String { "time > \(LedgerHistory.latest)s" }
}

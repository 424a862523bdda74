public import MeterCore

/// What somebody wants to know who looks after a server.
extension InfluxClient {
    /// Whether the server asks for a user and password.
    public func asksForPassword() async throws -> Bool {
        do {
            _ = try await InfluxClient(anonymous: settings).query("SHOW DATABASES")
            return false
        } catch let error as InfluxError where error.status == 401 || error.status == 403 {
            return true
        }
    }

    /// When the newest point of a measurement is from, in seconds since 1970; `nil` when there is none.
    ///
    /// - Throws: as `query(_:database:timeout:)`.
    public func newestPoint(of measurement: Measurement, site: String?) async throws -> Int64? {
        let condition = site.map { " WHERE \"site\" = \(quotedString($0))" } ?? ""
        let select = "SELECT * FROM \(measurement)\(condition) ORDER BY time DESC LIMIT 1"
        // In JSON: in CSV a missing policy looks like one without points (1.6.7).
        let row = try await query(select, database: settings.database).flatMap(\.rows).first
        if case .integer(let time)? = row?["time"] { return time }
        return nil
    }
}

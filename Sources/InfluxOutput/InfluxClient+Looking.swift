public import MeterCore
import MeterIO
import MeterNotation

/// Questions of somebody who looks after a server.
extension InfluxClient {
    /// True when the server refuses a statement that names no user.
    ///
    /// - Throws: `TransferError` without an answer, `InfluxError` when it refuses for another reason.
    public func asksForPassword() async throws -> Bool {
        do {
            _ = try await InfluxClient(anonymous: settings).query("SHOW DATABASES")
            return false
        } catch let error as InfluxError where error.status == 401 || error.status == 403 {
            return true
        }
    }

    /// The server's clock as the head of an answer tells it, in seconds since 1970; `nil` where it does not.
    ///
    /// - Throws: `TransferError` without an answer, `SecretError` for a password that cannot be read.
    public func serverTime() async throws -> Int64? {
        let response = try await perform(TransferRequest(.get, "\(settings.url)/ping"))
        return response.headers["date"].flatMap { secondsOfHTTPDate($0) }
    }

    /// The time of a measurement's newest point, in seconds since 1970; `nil` when there is none.
    ///
    /// - Parameters:
    ///   - measurement: of the settings' database, in its policy.
    ///   - site: the tag `site` of the points; `nil` for those of any site.
    /// - Returns: the time of the point, whichever its fields.
    /// - Throws: as `query(_:database:timeout:)`.
    public func newestPoint(of measurement: Measurement, site: String?) async throws -> Int64? {
        let condition = condition(ofSite: site)
        let place = "\(measurement)" + (condition.isEmpty ? "" : " WHERE \(condition)")
        let select = "SELECT * FROM \(place) ORDER BY time DESC LIMIT 1"
        // In JSON: in CSV a missing policy looks like one without points (1.6.7).
        let row = try await query(select, database: settings.database).flatMap(\.rows).first
        if case .integer(let time)? = row?["time"] { return time }
        return nil
    }
}

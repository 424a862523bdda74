import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// Does what asks an InfluxDB server, and ends as a command does where that cannot be done.
///
/// - Parameter body: asks.
/// - Returns: what the body gives.
/// - Throws: a `CommandError` in place of the errors of servers and secrets: code 78 for a password that cannot be read, 69
///   for a server that does not answer or refuses the user, 1 for any other refusal; what else the body throws.
func askingInflux<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let error as SecretError {
        throw CommandError("\(error)", exitCode: 78)
    } catch let error as TransferError {
        throw CommandError("\(error)", exitCode: 69)
    } catch let error as InfluxError {
        throw CommandError("\(error)", exitCode: error.isForbidden ? 69 : 1)
    }
}

extension InfluxError {
    /// True when the server refuses the user, or what the user may do.
    var isForbidden: Bool { status == 401 || status == 403 }
}

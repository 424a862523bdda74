import MeterCore
import MeterIO
import MeterNotation

/// The meaning of InfluxDB's answer to a write: the one table that decides what becomes of a batch.
///
/// The texts are those of InfluxDB 1.6.7. It answers a missing policy with status 500. A name that is not UTF-8 is the
/// line's fault, although it answers 500; none leaves the box, but one may be in the spool of an earlier version.
enum InfluxResponse {
    /// The fate of a batch after this answer.
    ///
    /// A `Retry-After` counts up to 600 s. What only a person can mend is tried again after 15 s at the soonest.
    ///
    /// - Parameters:
    ///   - response: the answer to the write of the whole batch.
    ///   - batch: what was sent, for the names of its database and policy.
    ///   - server: the name by which reasons begin.
    /// - Returns: accepted, split, postponed, misaddressed or rejected.
    static func delivery(_ response: TransferResponse, of batch: Batch, server: String) -> Delivery {
        let text = message(response)
        let retryAfter = response.headers["retry-after"].flatMap { Int64($0) }.map { Duration.seconds(min($0, 600)) }
        func postponed(_ reason: Phrase) -> Delivery { .postponed(reason: said(reason), retryAfter: retryAfter) }
        func slowly(_ reason: Phrase) -> Delivery {
            .postponed(reason: said(reason), retryAfter: max(retryAfter ?? .zero, .seconds(15)))
        }
        switch response.status {
        case 204: return .accepted
        case 200..<300:
            return postponed(
                text.isEmpty
                    ? "\(server) answered \(response.status) to a write, as InfluxDB does not"
                    : "\(server) answered \(response.status) to a write, as InfluxDB does not: \(text)"
            )
        case 401:
            return slowly(
                "\(server) does not accept the user name or password (\(text)); check username and password_file"
            )
        case 403:
            return slowly(
                "the user may not write to the database \"\(batch.database)\" at \(server) (\(text)); "
                    + "run: boxenergie provision"
            )
        case 404 where text.contains("database not found"):
            return .misaddressed(
                reason: said("\(server) has no database \"\(batch.database)\"; create it with: boxenergie provision")
            )
        case 404 where text.contains("no dbrp mapping found"):
            let bucket = batch.policy == .default ? batch.database : "\(batch.database)/\(batch.policy.name)"
            return .misaddressed(
                reason:
                    "\(server) is an InfluxDB 2 without a bucket \"\(bucket)\"; create it with: influx bucket create"
            )
        case 404:
            return slowly("\(server) knows no /write (\(text)); is the address that of an InfluxDB 1.x server?")
        case 413: return .split
        case 400, 422:
            // A node that is stopped for writing, and the limits of InfluxDB 3, are no fault of the lines.
            if ["readonly", "read-only", "would exceed"].contains(where: { text.lowercased().contains($0) }) {
                return slowly("\(server) takes nothing now: \(text)")
            }
            // Others answer 400, too: a proxy that is spoken to in plain text where it wants TLS, for one.
            guard let refusal = InfluxRefusal.lines(text, response, of: batch) else {
                return slowly("\(server) answered \(response.status), and not for a line's sake: \(text)")
            }
            return .rejected(reason: text, refusal)
        case 500... where text.contains("retention policy not found"):
            return .misaddressed(
                reason: said(
                    "the database \"\(batch.database)\" at \(server) has no retention policy \"\(batch.policy.name)\"; "
                        + "create it with: boxenergie provision"
                )
            )
        // The same words tell of a damaged shard: only the lines themselves show whose fault it is.
        case 500... where text.contains("contains invalid UTF-8") && !isText(batch.lines):
            return .rejected(reason: text)
        default: return postponed("\(server) answered \(response.status): \(text)")
        }
    }

    private static func isText(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// The server's own words: the header that 1.x sends, or the body.
    private static func message(_ response: TransferResponse) -> String {
        let text = response.headers["x-influxdb-error"] ?? String(decoding: response.body.prefix(2000), as: UTF8.self)
        return String(text.map { $0.isNewline ? " " : $0 }).trimmed
    }
}

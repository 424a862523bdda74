import MeterCore
import MeterIO
import MeterNotation

/// The meaning of EmonCMS's answer to a write: nothing but the word `ok` says that it was taken.
///
/// The texts are those of EmonCMS 11.16.8, which answers with 200 to nearly everything.
enum EmonCMSResponse {
    /// True for the answer to data that it cannot read.
    static func isUnread(_ response: TransferResponse) -> Bool {
        response.status == 200 && String(decoding: response.body.prefix(2000), as: UTF8.self).contains("Format error")
    }

    /// The fate of a batch after this answer; what only a person can mend is tried again after 15 s at the soonest.
    static func delivery(_ response: TransferResponse, of batch: Batch, server: String) -> Delivery {
        let text = String(decoding: response.body.prefix(2000), as: UTF8.self)
            .map { $0.isNewline ? " " : $0 }.reduce(into: "") { $0.append($1) }.trimmed
        let retryAfter = response.headers["retry-after"].flatMap { Int64($0) }.map { Duration.seconds(min($0, 600)) }
        func slowly(_ reason: Phrase) -> Delivery {
            .postponed(reason: said(reason), retryAfter: max(retryAfter ?? .zero, .seconds(15)))
        }
        func postponed(_ reason: Phrase) -> Delivery { .postponed(reason: said(reason), retryAfter: retryAfter) }
        switch response.status {
        case 200 where text == "ok": return .accepted
        case 200 where text.isEmpty:
            return slowly("\(server) takes nothing with this key; is it the one for reading and writing? See key_file")
        case 200 where text.contains("NodeIds"):
            return slowly("\(server) has no room for more nodes (\(text)); choose fewer measurements with only")
        case 200 where text.contains("Format error"):
            // It says so of a body that is too large for PHP, too.
            return batch.points > 1 ? .split : .rejected(reason: text, .all)
        case 200 where text == "false":
            return slowly("what answers as \(server) knows no input/bulk; is EmonCMS at another path? See url")
        // A page of PHP's errors: its database is away.
        case 200: return postponed("\(server) is not well: \(text)")
        case 401, 403: return slowly("\(server) does not accept the key (\(text)); see key_file")
        case 413, 414: return .split
        default: return postponed("\(server) answered \(response.status): \(text)")
        }
    }
}

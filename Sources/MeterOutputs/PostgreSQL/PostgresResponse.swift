import MeterCore
import MeterNotation

extension PostgresConnection.Failure {
    /// True when a row may be of a month that has no partition: it has the class of a value that a check refuses.
    ///
    /// The words are in the server's language: whether it is so shows when all partitions are there.
    var mayLackPartition: Bool { state == "23514" }

    /// True when the server ended a statement that took too long.
    var tookTooLong: Bool { state == "57014" && isOfRows }
}

/// The meaning of PostgreSQL's answer to a write, by its SQLSTATE.
enum PostgresResponse {
    /// The fate of a batch that was not taken; what only a person can mend is tried again after 15 s at the soonest.
    ///
    /// Without a SQLSTATE nobody knows whether it was taken, as when the connection broke: sending it again does no harm.
    ///
    /// - Parameters:
    ///   - failure: the answer.
    ///   - server: the name by which reasons begin.
    ///   - output: the name of the output in the configuration.
    /// - Returns: postponed or rejected.
    static func delivery(_ failure: PostgresConnection.Failure, server: String, output: String) -> Delivery {
        let words = failure.description
        let remedy = "boxenergie provision --output \(output)"
        func postponed(_ reason: Phrase) -> Delivery { .postponed(reason: said(reason), retryAfter: nil) }
        func slowly(_ reason: Phrase) -> Delivery { .postponed(reason: said(reason), retryAfter: .seconds(15)) }
        switch failure.state.prefix(2) {
        case "": return postponed("\(server): \(words)")
        // A value that it can never take: one that is out of range, a text that is not UTF-8, or one that a check refuses
        // although the partitions are there.
        case "22", "23": return failure.isOfRows ? .rejected(reason: words) : postponed("\(server): \(words)")
        case "28": return slowly("\(server) does not let the user in (\(words)); check username and password_file")
        case "3D": return slowly("\(server) has no such database (\(words)); run: \(remedy)")
        case "42" where failure.state == "42501":
            return slowly("\(server) does not let the user write (\(words)); run: \(remedy)")
        case "42", "3F": return slowly("\(server) has not the tables, or older ones (\(words)); run: \(remedy)")
        // Its disk is full, it ends, it is a standby, or another one is in the way.
        default: return postponed("\(server) takes nothing now: \(words)")
        }
    }
}

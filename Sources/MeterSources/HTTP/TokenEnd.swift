import FoundationEssentials
import MeterCore
import MeterDocuments
import MeterNotation

/// The end of a bearer token, where it tells it: a JSON Web Token (RFC 7519) has it in the claim `exp`.
///
/// A gateway's token lasts a year, and only its owner can get the next one: that is said a month before.
struct TokenEnd {
    /// The time in seconds, one hour, after which it is looked at again: reading its file takes a thread.
    private static let lookAgain = 3600.0

    /// The time at which it was looked at last; `nil` before the first time.
    private var lookedAt: Uptime?
    /// The token that was looked at last, so that the same one is not read again.
    private var token = ""
    /// Its end in seconds since 1970; `nil` when it tells none.
    private var end: Int64?
    /// The day on which it was said last, counted from 1970.
    private var saidOn: Int64?

    /// The end of a token in seconds since 1970; `nil` when it tells none.
    static func end(of token: String) -> Int64? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        // RFC 4648 section 5: two other characters than usual, and no filling at the end.
        let usual = parts[1].map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        let filled = String(usual) + String(repeating: "=", count: (4 - usual.count % 4) % 4)
        guard let bytes = Data(base64Encoded: filled), let path = JSONPath("exp"),
            case .text(let text)? = try? Document([UInt8](bytes), .json).value(at: .path(path))
        else { return nil }
        return Int64(text)
    }

    /// True when the token is to be looked at now; it then counts as looked at.
    mutating func isDue(at now: Uptime) -> Bool {
        if let lookedAt, now.seconds(since: lookedAt) < Self.lookAgain { return false }
        lookedAt = now
        return true
    }

    /// The sentence that is due now; `nil` on most days, and but once a day.
    ///
    /// - Parameters:
    ///   - token: that is used now.
    ///   - now: the time of the box, in seconds since 1970.
    /// - Returns: the sentence.
    mutating func sentence(_ token: String, at now: Int64) -> String? {
        if token != self.token { (self.token, end, saidOn) = (token, Self.end(of: token), nil) }
        guard let end, end - now < TokenLife.warning, saidOn != now / 86_400 else { return nil }
        saidOn = now / 86_400
        guard end > now else {
            return said("the token has ended; get a new one from its maker's page and put it into token_file")
        }
        return
            said(
                "the token ends in \((end - now) / 86_400) days; get a new one from its maker's page and put it into token_file"
            )
    }
}

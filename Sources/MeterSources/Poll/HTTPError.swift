/// Why a device's web server gave nothing that can be used, as a sentence.
struct HTTPError: Error, Sendable, CustomStringConvertible {
    var description: String
    /// When it may be asked again, in seconds, if it said so.
    var retryAfter: Int64?

    init(_ description: String, retryAfter: Int64? = nil) {
        self.description = description
        self.retryAfter = retryAfter
    }
}

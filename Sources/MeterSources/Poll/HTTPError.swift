import MeterNotation

/// An error with a sentence why a device's web server gave nothing that can be used.
struct HTTPError: Error, Sendable, CustomStringConvertible {
    /// The sentence, which names the device.
    var description: String
    /// The seconds after which the device may be asked again, from its `Retry-After`; `nil` when it said nothing.
    var retryAfter: Int64?

    /// Makes an error of a sentence.
    init(_ sentence: Phrase, retryAfter: Int64? = nil) {
        description = said(sentence)
        self.retryAfter = retryAfter
    }
}

/// How a device on a bus wants to be spoken to.
public struct BusSettings: Sendable, Hashable {
    /// Speed and character format; a bus changes them from one device to the next.
    public var format: SerialSettings
    /// How long the device may take to begin its answer, counted from when the request has left.
    public var timeout: Duration
    /// Silence before each request to it, and after each of its answers.
    public var pause: Duration
    /// How often a request is sent before the exchange fails; once only while the device does not answer anyway.
    public var tries: Int
    /// The longest rest of a device that does not answer, see `BusRest`.
    public var longestRest: Duration

    public init(
        format: SerialSettings,
        timeout: Duration = .seconds(1),
        pause: Duration = .milliseconds(50),
        tries: Int = 2,
        longestRest: Duration = .seconds(45)
    ) {
        self.format = format
        self.timeout = timeout
        self.pause = pause
        self.tries = tries
        self.longestRest = longestRest
    }

    /// How long so many characters take on the line, each with start, stop and parity bits.
    func duration(of characters: Int) -> Duration { .microseconds(characters * 11_000_000 / max(1, format.baud)) }

    /// Silence after which nothing more of an answer can come: four characters, or what a USB converter holds back.
    var silence: Duration { max(.milliseconds(50), duration(of: 4)) }
}

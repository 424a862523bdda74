/// A device's speed, patience and habits on a bus.
public struct BusSettings: Sendable, Hashable {
    /// Speed and character format; a bus changes them from one device to the next.
    public var format: SerialSettings
    /// The time within which the device must begin its answer, from when the request has left; 1 s by default.
    public var timeout: Duration
    /// Silence before each request to it, and after each of its answers; 50 ms by default.
    public var pause: Duration
    /// The times that a request is sent before the exchange fails, 2 by default.
    ///
    /// Only one while the device does not answer anyway.
    public var tries: Int
    /// The longest rest of a device that does not answer, see `BusRest`; 45 s by default.
    public var longestRest: Duration
    /// The part of its answers that tells to what they belong; nothing by default.
    public var mark: AnswerMark
    /// The time after a request until which its answer is reckoned with, three time-outs by default.
    ///
    /// After silence or a wrong answer nothing else is asked before that, and what comes is thrown away.
    public var latest: Duration
    /// The time that the device needs between a new connection and the first request; none by default.
    ///
    /// Loggers of inverters take a connection at once and drop one that is used at once.
    public var settling: Duration

    /// Makes settings; only the format has no default.
    public init(
        format: SerialSettings,
        timeout: Duration = .seconds(1),
        pause: Duration = .milliseconds(50),
        tries: Int = 2,
        longestRest: Duration = .seconds(45),
        mark: AnswerMark = .none,
        latest: Duration? = nil,
        settling: Duration = .zero
    ) {
        self.settling = settling
        self.format = format
        self.timeout = timeout
        self.pause = pause
        self.tries = tries
        self.longestRest = longestRest
        self.mark = mark
        self.latest = latest ?? timeout * 3
    }

    /// The time that so many characters take on the line, each of 11 bits with start, stop and parity.
    func duration(of characters: Int) -> Duration { .microseconds(characters * 11_000_000 / max(1, format.baud)) }

    /// Silence after which nothing more of an answer can come: four characters, or what a USB converter holds back.
    ///
    /// At least 50 ms: at 300 Bd four characters take 147 ms, from 1200 Bd on the converter is what counts.
    var silence: Duration { max(.milliseconds(50), duration(of: 4)) }
}

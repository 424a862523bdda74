/// Decides when a lasting trouble is worth a line in the log: when it changes, then once an hour.
public struct Alarm: Sendable {
    private var current: String?
    private var saidAt: Uptime?
    private var repeats = 0

    public init() {}

    /// The trouble that lasts, if any.
    public var trouble: String? { current }

    /// Notes a trouble.
    ///
    /// - Returns: how often it came back since it was last said when it should be said now, else `nil`.
    public mutating func raise(_ text: String, at now: Uptime = .now) -> Int? {
        if text == current, let saidAt, now.seconds(since: saidAt) < 3600 {
            repeats += 1
            return nil
        }
        defer {
            current = text
            saidAt = now
            repeats = 0
        }
        return text == current ? repeats : 0
    }

    /// Notes that all is well.
    ///
    /// - Returns: whether there was a trouble until now.
    public mutating func clear() -> Bool {
        defer { self = Alarm() }
        return current != nil
    }
}

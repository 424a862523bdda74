/// Decides when a lasting trouble is worth a line in the log: when it changes, then once an hour.
///
/// Numbers within a sentence, such as how long something took, do not make it another one. A trouble that comes and
/// goes is said once in ten minutes.
public struct Alarm: Sendable {
    /// Seconds after which a trouble that lasts is said again.
    private static let again = 3600.0
    /// Seconds within which a trouble that came back is not said again.
    private static let calm = 600.0

    private var current: String?
    private var wasSaid = false
    private var lastSaid: (key: String, at: Uptime)?
    private var repeats = 0

    public init() {}

    /// The trouble that lasts, if any.
    public var trouble: String? { current }

    /// Notes a trouble.
    ///
    /// - Returns: the times that it came back since it was last said when it should be said now, else `nil`.
    public mutating func raise(_ text: String, at now: Uptime = .now) -> Int? {
        let key = text.filter { !$0.isNumber }
        let isKnown = key == lastSaid?.key
        let pause = current == nil ? Self.calm : Self.again
        if current == nil { wasSaid = false }
        current = text
        if isKnown, let lastSaid, now.seconds(since: lastSaid.at) < pause {
            repeats += 1
            return nil
        }
        defer { repeats = 0 }
        (lastSaid, wasSaid) = ((key, now), true)
        return isKnown ? repeats : 0
    }

    /// Notes that all is well.
    ///
    /// - Returns: true when there was a trouble until now that was said, so that its end is worth a line.
    public mutating func clear() -> Bool {
        defer { (current, wasSaid) = (nil, false) }
        return wasSaid
    }
}

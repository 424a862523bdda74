public import Logging

/// Decides when a lasting trouble is worth a line in the log: when it is a new one, then once an hour.
///
/// Numbers within a sentence, such as how long something took, do not make it another one. Troubles may take turns, as
/// those of several devices do: each is said for itself. One that ended and comes back is said after ten minutes at the
/// earliest; one that comes and goes all the time is one that lasts. A device that finds ever new words fills no log:
/// of more than eight sentences within an hour the others are not said.
public struct Alarm: Sendable {
    /// Seconds after which a trouble that lasts is said again.
    private static let again = 3600.0
    /// Seconds within which a trouble that came back is not said again.
    private static let calm = 600.0
    /// The times that a trouble comes back within those after which it is one that lasts.
    private static let often = 3
    /// The sentences that are said within an hour.
    private static let most = 8

    /// A trouble that was said.
    private struct Said {
        var at: Uptime
        /// The times that it came since.
        var repeats = 0
    }

    private var current: String?
    private var wasSaid = false
    /// By the sentence without its numbers.
    private var said: [String: Said] = [:]

    public init() {}

    /// The trouble that lasts, if any.
    public var trouble: String? { current }

    /// Notes a trouble.
    ///
    /// - Returns: the times that it came back since it was last said when it should be said now, else `nil`.
    public mutating func raise(_ text: String, at now: Uptime = .now) -> Int? {
        let isBack = current == nil
        if isBack { wasSaid = false }
        current = text
        let key = shortened(text).filter { !$0.isNumber }
        if let earlier = said[key] {
            let pause = isBack && earlier.repeats < Self.often ? Self.calm : Self.again
            guard now.seconds(since: earlier.at) >= pause else {
                said[key]?.repeats += 1
                return nil
            }
        } else if said.count >= Self.most {
            said = said.filter { now.seconds(since: $0.value.at) < Self.again }
            guard said.count < Self.most else { return nil }
        }
        defer { (said[key], wasSaid) = (Said(at: now), true) }
        return said[key]?.repeats ?? 0
    }

    /// Notes that all is well.
    ///
    /// - Returns: true when there was a trouble until now that was said, so that its end is worth a line.
    public mutating func clear() -> Bool {
        defer { (current, wasSaid) = (nil, false) }
        return wasSaid
    }
}

extension Logger {
    /// Says a trouble that an `Alarm` wants to be said.
    ///
    /// - Parameters:
    ///   - message: the constant sentence.
    ///   - reason: the trouble.
    ///   - repeats: the times that it came since it was last said.
    public func warning(_ message: Logger.Message, reason: String, repeats: Int) {
        var metadata: Logger.Metadata = ["reason": "\(reason)"]
        if repeats > 0 { metadata["times since last said"] = "\(repeats)" }
        warning(message, metadata: metadata)
    }
}

import MeterCore

/// The pauses between the reads of a line: until the frame that is under way should have ended, and the next begun.
///
/// Each wake-up costs power, and what comes before the end of a frame says nothing yet. One takes about as long as those
/// before it. A read that finds the next one begun knows when the last one ended, see `LineClock`.
struct FramePace: Sendable {
    /// The pause in seconds while nothing is known of the frames, 0.3.
    static let unknown = 0.3
    /// The longest pause in seconds, 1.5: less than half of what the kernel keeps at 9600 Bd.
    static let longest = 1.5
    /// The shortest pause in seconds, 0.1, for a frame that is longer than that before it.
    private static let shortest = 0.1
    /// The seconds after the expected begin of the next frame, 0.03, for the pieces in which a USB adapter hands it over.
    private static let margin = 0.03
    /// The longest silence between two frames in seconds that is waited for, 0.15; Linkys have 0.03.
    private static let longestSilence = 0.15
    /// The shortest time from one frame to the next in seconds, 0.3; ends that follow each other faster are noise.
    private static let shortestPeriod = 0.3

    /// The end of the last frame; nil when there was none.
    private var end: Uptime?
    /// The usual seconds between two ends; nil when there were no two.
    private var period: Double?
    /// The seconds that the last frame took on the line.
    private var length = 0.0
    /// The part of a new frame in the usual, an eighth: a pause between frames dates single ones a little late.
    private static let weight = 0.125

    /// Notes the end of a frame that took so many seconds on the line.
    mutating func ended(at time: Uptime, length: Double) {
        defer { (end, self.length) = (time, length) }
        guard let seconds = end.map({ time.seconds(since: $0) }) else { return }
        guard let usual = period, usual >= Self.shortestPeriod else { return period = seconds }
        // A frame that was lost on the line makes the time twice as long.
        period = usual + (min(seconds, 2 * usual) - usual) * Self.weight
    }

    /// The seconds until the next read.
    func pause(at now: Uptime) -> Double {
        // After two periods without an end, the line speaks otherwise or not at all.
        guard let end, let period, period >= Self.shortestPeriod, now.seconds(since: end) <= 2 * period else {
            return Self.unknown
        }
        let silence = min(max(0, period - length), Self.longestSilence)
        return min(max(period + silence + Self.margin - now.seconds(since: end), Self.shortest), Self.longest)
    }
}

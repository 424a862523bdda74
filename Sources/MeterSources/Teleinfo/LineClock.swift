import MeterCore

/// The times at which bytes of a line came, though it is read once for each frame only.
///
/// A byte takes its time on the wire: those of a read that goes on with a frame follow each other since the read before,
/// those that begin with one end now. A frame is dated by its last byte, so that one a second stays one a second.
struct LineClock: Sendable {
    /// The bits of a byte on the line, 10: a start bit, seven and the parity, a stop bit.
    private static let bits = 10.0
    /// The longest pause in seconds that is believed: the line is read more often.
    private static let longestPause = FramePace.longest + 0.2

    /// The seconds that a byte takes.
    let byteTime: Double
    /// The time of the read before.
    private var readAt: Uptime
    /// The seconds between the last byte and the end of the read.
    private var idle = 0.0
    /// The number of bytes of the read.
    private var count = 0

    /// The clock of a line of so many baud, on which nothing has come yet.
    init(baud: Int, at now: Uptime) {
        byteTime = Self.bits / Double(baud)
        readAt = now
    }

    /// Notes a read.
    ///
    /// - Parameters:
    ///   - count: the number of its bytes; 0 when nothing has come.
    ///   - isGoingOn: true when they go on with a frame that had begun, so that there was no pause before them.
    ///   - now: the time of the read.
    mutating func read(_ count: Int, isGoingOn: Bool, at now: Uptime) {
        let room = now.seconds(since: readAt) - Double(count) * byteTime
        idle = isGoingOn ? min(max(0, room), Self.longestPause) : 0
        (self.count, readAt) = (count, now)
    }

    /// The nanoseconds since the byte of the read behind which `rest` others came: those of the others on the line, and
    /// the pause after the last one.
    func age(ofByteBefore rest: Int) -> Int64 { Int64((Double(rest) * byteTime + idle) * 1e9) }
}

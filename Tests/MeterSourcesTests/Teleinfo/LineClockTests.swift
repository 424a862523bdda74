import MeterCore
import Testing

@testable import MeterSources

/// Frames are dated by their last byte, although the line is read three times a second.
struct LineClockTests {
    /// A line on which a frame of some bytes begins every so many seconds.
    private struct Line {
        let baud: Int
        let frame: Int
        let period: Double
        var byteTime: Double { 10 / Double(baud) }

        /// The number of bytes that have come until a time.
        func bytes(until time: Double) -> Int {
            let whole = Int(time / period)
            return whole * frame + min(frame, Int((time - Double(whole) * period) / byteTime + 1e-6))
        }

        /// The time of a byte's end.
        func time(ofByte byte: Int) -> Double {
            Double(byte / frame) * period + Double(byte % frame + 1) * byteTime
        }
    }

    /// Seconds of error of each frame's date, with reads every 300 ms that come up to `jitter` late.
    private func errors(_ line: Line, jitter: Double) -> [(frame: Int, date: Double, error: Double)] {
        var chance: UInt32 = 7
        var clock = LineClock(baud: line.baud, at: Uptime(nanoseconds: 0))
        var (time, before) = (0.0, 0)
        var dates: [(Int, Double, Double)] = []
        while time < 200 {
            chance = chance &* 1_664_525 &+ 1_013_904_223
            time += 0.3 + Double(chance >> 16) / 65_536 * jitter
            let now = line.bytes(until: time)
            clock.read(now - before, isGoingOn: before % line.frame != 0, at: Uptime(nanoseconds: Int64(time * 1e9)))
            for byte in before..<now where byte % line.frame == line.frame - 1 {
                let date = time - Double(clock.age(ofByteBefore: now - byte - 1)) * 1e-9
                dates.append((byte / line.frame, date, date - line.time(ofByte: byte)))
            }
            before = now
        }
        return dates
    }

    @Test(
        "the date of a frame is the end of its last byte, to the pause between frames",
        arguments: [(9600, 900, 1.0), (9600, 940, 1.0), (1200, 160, 1.367), (1200, 110, 1.0), (9600, 1400, 1.6)]
    )
    func dates(_ baud: Int, _ frame: Int, _ period: Double) {
        let line = Line(baud: baud, frame: frame, period: period)
        let pause = period - Double(frame) * line.byteTime
        let dates = errors(line, jitter: 0.05)
        #expect(dates.count >= Int(199 / period))
        for date in dates { #expect(abs(date.error) <= pause + 2 * line.byteTime, "frame \(date.frame): \(date)") }
    }

    @Test("a frame a second is one in each second")
    func oneASecond() {
        let dates = errors(Line(baud: 9600, frame: 900, period: 1), jitter: 0.05)
        // Frames end at .9375: a date that wanders by a tenth of a second would fall into the next one.
        let seconds = dates.map { Int($0.date) }
        #expect(Set(seconds).count == dates.count, "\(dates.count - Set(seconds).count) of \(dates.count) are lost")
    }

    @Test("a line that was read late, or was pulled off in the middle of a frame, dates nothing far back")
    func pause() {
        var clock = LineClock(baud: 1200, at: Uptime(nanoseconds: 0))
        clock.read(3, isGoingOn: true, at: Uptime(nanoseconds: 60_000_000_000))
        #expect(clock.age(ofByteBefore: 0) == 500_000_000)
        clock.read(0, isGoingOn: false, at: Uptime(nanoseconds: 61_000_000_000))
        #expect(clock.age(ofByteBefore: 0) == 0)
    }
}

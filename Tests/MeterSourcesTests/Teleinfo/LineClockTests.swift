import MeterCore
import Testing

@testable import MeterSources

/// Frames are dated by their last byte, and read once each, soon after it.
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

    /// A time that many seconds after the start.
    private func seconds(_ seconds: Double) -> Uptime { Uptime(nanoseconds: Int64(seconds * 1e9)) }

    /// A frame's date, its error, and how long after its end it was read; all in seconds.
    private struct Dated {
        let frame: Int
        let date: Double
        let error: Double
        let delay: Double
    }

    /// The frames of 200 s and the number of reads, which come up to `jitter` late.
    private func play(_ line: Line, jitter: Double) -> (frames: [Dated], reads: Int) {
        var chance: UInt32 = 7
        var clock = LineClock(baud: line.baud, at: Uptime(nanoseconds: 0))
        var pace = FramePace()
        var (time, before, reads) = (0.0, 0, 0)
        var frames: [Dated] = []
        while time < 200 {
            chance = chance &* 1_664_525 &+ 1_013_904_223
            time += pace.pause(at: seconds(time)) + Double(chance >> 16) / 65_536 * jitter
            reads += 1
            let now = line.bytes(until: time)
            clock.read(now - before, isGoingOn: before % line.frame != 0, at: seconds(time))
            for byte in before..<now where byte % line.frame == line.frame - 1 {
                let (end, date) = (
                    line.time(ofByte: byte), time - Double(clock.age(ofByteBefore: now - byte - 1)) * 1e-9
                )
                frames.append(Dated(frame: byte / line.frame, date: date, error: date - end, delay: time - end))
                pace.ended(at: seconds(date), length: Double(line.frame) * line.byteTime)
            }
            before = now
        }
        return (frames, reads)
    }

    @Test(
        "the date of a frame is the end of its last byte, to the pause between frames",
        arguments: [(9600, 900, 1.0), (9600, 940, 1.0), (1200, 160, 1.367), (1200, 110, 1.0), (9600, 1400, 1.6)]
    )
    func dates(_ baud: Int, _ frame: Int, _ period: Double) {
        let line = Line(baud: baud, frame: frame, period: period)
        let pause = period - Double(frame) * line.byteTime
        let frames = play(line, jitter: 0.05).frames
        #expect(frames.count >= Int(198 / period))
        for frame in frames { #expect(abs(frame.error) <= pause + 2 * line.byteTime, "\(frame)") }
    }

    @Test(
        "a frame is read within 200 ms of its end, with one read a frame where it takes a second",
        arguments: [
            (9600, 900, 0.97, 1.05),
            (9600, 1400, 1.49, 1.05), (1200, 160, 1.367, 1.05), (1200, 240, 2.033, 2.05), (1200, 110, 0.95, 1.05),
            (9600, 866, 1.0, 1.05),
        ]
    )
    func pace(_ baud: Int, _ frame: Int, _ period: Double, _ readsAFrame: Double) {
        let (frames, reads) = play(Line(baud: baud, frame: frame, period: period), jitter: 0.02)
        // The first three were read before anything was known of them.
        for frame in frames.dropFirst(3) { #expect(frame.delay <= 0.2, "\(frame)") }
        #expect(Double(reads) <= Double(frames.count) * readsAFrame + 10, "\(reads) reads of \(frames.count) frames")
    }

    @Test("noise, silence and frames that grow longer are read neither seldom nor all the time")
    func otherLines() {
        var pace = FramePace()
        #expect(pace.pause(at: seconds(0)) == 0.3)
        for time in [1, 1.1, 1.2] { pace.ended(at: seconds(time), length: 0.95) }
        #expect(pace.pause(at: seconds(1.2)) == 0.3, "ends that follow each other so fast are noise")
        pace.ended(at: seconds(2.2), length: 0.95)
        #expect(abs(pace.pause(at: seconds(2.26)) - 1.02) < 1e-6)
        #expect(pace.pause(at: seconds(3.3)) == 0.1, "the frame is longer than that before it")
        #expect(pace.pause(at: seconds(4.3)) == 0.3, "no frame ends any more")
        pace.ended(at: seconds(60), length: 0.95)
        #expect(abs(pace.pause(at: seconds(60)) - 1.305) < 1e-6, "silence is no frame of a minute")
        for frame in 1...60 { pace.ended(at: seconds(60 + 2 * Double(frame)), length: 0.95) }
        #expect(pace.pause(at: seconds(180)) == 1.5, "a pause is never longer than the kernel's room")
    }

    @Test("a frame a second is one in each second")
    func oneASecond() {
        let dates = play(Line(baud: 9600, frame: 900, period: 1), jitter: 0.05).frames
        // Frames end at .9375: a date that wanders by a tenth of a second would fall into the next one.
        let seconds = dates.map { Int($0.date) }
        // One may be lost at the start, before the pace is known.
        #expect(Set(seconds).count >= dates.count - 1, "\(dates.count - Set(seconds).count) of \(dates.count) are lost")
    }

    @Test("a line that was read late, or was pulled off in the middle of a frame, dates nothing far back")
    func pause() {
        var clock = LineClock(baud: 1200, at: Uptime(nanoseconds: 0))
        clock.read(3, isGoingOn: true, at: Uptime(nanoseconds: 60_000_000_000))
        #expect(clock.age(ofByteBefore: 0) == 1_700_000_000)
        clock.read(0, isGoingOn: false, at: Uptime(nanoseconds: 61_000_000_000))
        #expect(clock.age(ofByteBefore: 0) == 0)
    }
}

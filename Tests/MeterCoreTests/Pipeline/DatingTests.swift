import Glibc
import Logging
import Synchronization
import Testing

@testable import MeterCore

/// Takes from a batcher what came so far.
private final class Recorder: Sendable {
    let batcher = Batcher(database: "d", precision: .seconds)
    private let times = Mutex<[Int64]>([])

    /// The dates of all points, in the order in which they came.
    var seconds: [Int64] {
        times.withLock { times in
            for batch in batcher.take() {
                times += String(decoding: batch.lines, as: UTF8.self).split(separator: "\n").compactMap { line in
                    line.split(separator: " ").last.flatMap { Int64($0) }
                }
            }
            return times
        }
    }
}

@Suite struct DatingTests {
    private static let today: Int64 = 1_795_000_000
    private let recorder = Recorder()
    private let meter = MeterClock()
    private let series = Series(Measurement("m"), fields: ["f"])

    private func makeIntake(_ clocks: Clocks) -> Intake {
        Intake(
            to: [recorder.batcher],
            meter: meter,
            clock: { clocks.now },
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Reads a value now, so many times a second apart.
    private func read(_ count: Int, _ intake: Intake, _ clocks: Clocks) {
        for _ in 0..<count {
            intake.append(Point(series, at: intake.time.time(at: clocks.now.uptime), [1]))
            clocks.pass(1)
        }
    }

    @Test("a clock that is kept right is believed at once")
    func synchronized() {
        let clocks = Clocks(wall: Self.today, uptime: 20, isSynchronized: true)
        read(3, makeIntake(clocks), clocks)
        #expect(recorder.seconds == [0, 1, 2].map { Self.today + $0 })
    }

    @Test("a clock with a battery is believed at once, unless it is empty, and not when somebody sets it later")
    func battery() {
        let clocks = Clocks(wall: Self.today, uptime: 20, isSynchronized: false, hasBattery: true)
        let intake = makeIntake(clocks)
        read(1, intake, clocks)
        clocks.set(Self.today + 86_400)
        read(1, intake, clocks)
        #expect(recorder.seconds == [Self.today, Self.today + 1])
        let empty = Clocks(wall: 20, uptime: 20, isSynchronized: false, hasBattery: true)
        read(1, makeIntake(empty), empty)
        #expect(recorder.seconds.count == 2)
    }

    @Test("readings of 1970 wait until the time comes, and get the date at which they were read")
    func epoch() {
        let clocks = Clocks(wall: 12, uptime: 12, isSynchronized: false)
        let intake = makeIntake(clocks)
        read(5, intake, clocks)
        #expect(recorder.seconds.isEmpty && intake.dating.waiting == 5)
        clocks.set(Self.today, isSynchronized: true)
        intake.look()
        #expect(recorder.seconds == (-5 ... -1).map { Self.today + $0 })
        #expect(intake.dating.jumps == 1 && intake.dating.waiting == 0)
        read(1, intake, clocks)
        #expect(recorder.seconds.last == Self.today)
    }

    @Test("a clock an hour late after a power cut waits for NTP, also when it is set between two looks")
    func late() {
        let clocks = Clocks(wall: Self.today - 3600, uptime: 15, isSynchronized: false)
        let intake = makeIntake(clocks)
        read(2, intake, clocks)
        clocks.set(Self.today, isSynchronized: true)
        read(2, intake, clocks)
        intake.look()
        #expect(recorder.seconds == [-2, -1, 0, 1].map { Self.today + $0 })
    }

    @Test("a meter that agrees makes the clock right, one that does not is believed before it")
    func meterDate() {
        let clocks = Clocks(wall: Self.today, uptime: 15, isSynchronized: false)
        let intake = makeIntake(clocks)
        read(1, intake, clocks)
        meter.says(Timestamp(seconds: Self.today), at: clocks.now.uptime)
        intake.look()
        #expect(intake.dating.basis == "box" && recorder.seconds == [Self.today])
        meter.says(Timestamp(seconds: Self.today + 7201), at: clocks.now.uptime)
        intake.look()
        read(1, intake, clocks)
        #expect(intake.dating.basis == "meter" && recorder.seconds.last == Self.today + 7201)
        // The next second of the meter comes a little late: the dates stay in step.
        clocks.pass(9)
        meter.says(Timestamp(seconds: Self.today + 7209), at: clocks.now.uptime)
        intake.look()
        read(1, intake, clocks)
        #expect(recorder.seconds.last == Self.today + 7211)
        clocks.set(Self.today + 7215, isSynchronized: true)
        intake.look()
        #expect(intake.dating.basis == "box")
    }

    @Test("a box without network and without such a meter goes on after half an hour")
    func offline() {
        let clocks = Clocks(wall: Self.today, uptime: 1700, isSynchronized: false)
        let intake = makeIntake(clocks)
        read(99, intake, clocks)
        intake.look()
        #expect(recorder.seconds.isEmpty)
        read(1, intake, clocks)
        intake.look()
        #expect(recorder.seconds == (0..<100).map { Self.today + $0 })
    }

    @Test(
        "a clock that NTP sets between two looks gives no date of the old one, whatever it was",
        arguments: [100, today - 7200]
    )
    func meterThenNTP(wall: Int64) {
        let clocks = Clocks(wall: wall, uptime: 40, isSynchronized: false)
        let intake = makeIntake(clocks)
        meter.says(Timestamp(seconds: Self.today), at: clocks.now.uptime)
        intake.look()
        read(5, intake, clocks)
        clocks.set(Self.today + 5, isSynchronized: true)
        read(2, intake, clocks)
        intake.look()
        read(1, intake, clocks)
        #expect(recorder.seconds == (0..<8).map { Self.today + $0 })
    }

    @Test(
        "a clock set to something absurd is never believed, and dates go on as before",
        arguments: [12, 4_080_000_000]
    )
    func absurd(wall: Int64) {
        let clocks = Clocks(wall: Self.today, uptime: 400, isSynchronized: true)
        let intake = makeIntake(clocks)
        read(1, intake, clocks)
        clocks.set(wall)
        read(2, intake, clocks)
        clocks.pass(4000)
        intake.look()
        read(1, intake, clocks)
        #expect(recorder.seconds == [0, 1, 2, 4003].map { Self.today + $0 })
        #expect(intake.dating.basis == "earlier")
        clocks.set(Self.today + 4004, isSynchronized: true)
        read(1, intake, clocks)
        #expect(intake.dating.basis == "box" && recorder.seconds.last == Self.today + 4004)
    }

    @Test("a clock that somebody sets by hand is believed after half an hour when nothing else tells")
    func setByHand() {
        let clocks = Clocks(wall: Self.today, uptime: 4000, isSynchronized: false)
        let intake = makeIntake(clocks)
        read(1, intake, clocks)
        clocks.set(Self.today + 3601)
        read(1, intake, clocks)
        #expect(recorder.seconds == [Self.today, Self.today + 1])
        clocks.pass(1800)
        intake.look()
        read(1, intake, clocks)
        #expect(recorder.seconds.last == Self.today + 3602 + 1800)
    }

    @Test("a clock that is set back while running is counted and doubted for half an hour, also when NTP says so")
    func back() {
        let clocks = Clocks(wall: Self.today, uptime: 500, isSynchronized: true)
        let intake = makeIntake(clocks)
        read(2, intake, clocks)
        clocks.set(Self.today - 600, isSynchronized: true)
        intake.look()
        read(1, intake, clocks)
        #expect(intake.dating.jumps == 1 && intake.dating.basis == "earlier")
        clocks.pass(1800)
        read(1, intake, clocks)
        intake.look()
        read(1, intake, clocks)
        #expect(intake.dating.jumps == 1 && intake.dating.basis == "box")
        #expect(recorder.seconds == [0, 1, 2, 1803, 1202].map { Self.today + $0 })
    }

    @Test(
        "what was read before the time was corrected, and comes after that, gets the right date as well",
        arguments: [86_400, -86_400, 3600] as [Int64]
    )
    func stampedBefore(_ error: Int64) {
        // A box that nobody told the time, and half an hour later NTP does.
        let clocks = Clocks(wall: Self.today + error, uptime: 2000, isSynchronized: false)
        let intake = makeIntake(clocks)
        read(1, intake, clocks)
        #expect(recorder.seconds == [Self.today + error] && intake.time.trust == .assumed)
        let early = Point(series, at: intake.time.time(at: clocks.now.uptime), [1])
        clocks.pass(8)
        clocks.set(Self.today + 9, isSynchronized: true)
        intake.append(early)
        // The slot of ten seconds that was open, and what is rounded down to such a slot.
        read(1, intake, clocks)
        let rounded = intake.time.time(at: clocks.now.uptime).seconds - 9
        intake.append(Point(series, at: Timestamp(seconds: rounded), [1]))
        #expect(Array(recorder.seconds.dropFirst()) == [1, 9, 1].map { Self.today + $0 })
        #expect(intake.time.trust == .sure)
    }

    @Test("the time of the box is the meter's while its own clock is wrong, and no source falls silent by that")
    func boxTime() {
        for error in [-2 * 86_400, 7200] as [Int64] {
            let clocks = Clocks(wall: Self.today + error, uptime: 15, isSynchronized: false)
            meter.says(Timestamp(seconds: Self.today), at: clocks.now.uptime)
            let events = Mutex<[String]>([])
            let intake = Intake(to: [recorder.batcher], meter: meter, clock: { clocks.now }, logger: logger()) { new in
                events.withLock { $0 += new.map(\.title) }
            }
            intake.openLedger { _ in [] }
            #expect(intake.time.time(at: clocks.now.uptime) == Timestamp(seconds: Self.today))
            let linky = Series(.linky, tags: [("source", "linky")])
            for minute in 0..<60 {
                let time = intake.time.time(at: clocks.now.uptime)
                intake.append(Point(linky, at: time, row: [.whIn: .integer(Int64(minute))]))
                intake.lookForSilence()
                clocks.pass(60)
            }
            #expect(events.withLock { $0 } == [])
            #expect(intake.completeUntil == (Self.today + 3540) / 900 * 900)
            // NTP comes: nobody was silent meanwhile.
            clocks.set(Self.today + 3600, isSynchronized: true)
            intake.lookForSilence()
            #expect(events.withLock { $0 } == [])
        }
    }

    @Test("a correction of the time makes no source silent")
    func correction() {
        let clocks = Clocks(wall: Self.today, uptime: 2000, isSynchronized: false)
        let events = Mutex<[String]>([])
        let intake = Intake(to: [recorder.batcher], clock: { clocks.now }, logger: logger()) { new in
            events.withLock { $0 += new.map(\.title) }
        }
        intake.openLedger { _ in [] }
        let linky = Series(.linky, tags: [("source", "linky")])
        intake.append(Point(linky, at: Timestamp(seconds: Self.today), row: [.whIn: 1]))
        clocks.pass(60)
        clocks.set(Self.today + 7200, isSynchronized: true)
        intake.look()
        intake.lookForSilence()
        #expect(events.withLock { $0 } == [])
        clocks.pass(300)
        intake.lookForSilence()
        #expect(events.withLock { $0 } == ["Plus de mesure de linky"])
    }

    @Test("a line with its own time keeps it while the clock is corrected, and counts")
    func ownTime() {
        let clocks = Clocks(wall: Self.today - 7200, uptime: 2000, isSynchronized: false)
        let intake = makeIntake(clocks)
        var record = Point(series, at: Timestamp(seconds: Self.today), [1])
        record.isRecord = true
        intake.append(record)
        clocks.set(Self.today + 5, isSynchronized: true)
        record.timestamp = Timestamp(seconds: Self.today + 3)
        intake.append(record)
        #expect(recorder.seconds == [Self.today, Self.today + 3])
    }

    @Test("ages of a source's last reading and last error are the same after the time was corrected")
    func ages() {
        let time = BoxTime()
        time.set(1_000_000_000_000, .assumed)
        let status = SourceStatus(time: time)
        status.didRead(at: Timestamp(seconds: 1100))
        status.didFail("away", at: Timestamp(seconds: 1130))
        time.set(8_200_000_000_000, .sure)
        #expect(status.snapshot.lastReading == 8300 && status.snapshot.lastErrorAt == 8330)
        status.didRead(at: Timestamp(seconds: 8350))
        #expect(status.snapshot.lastReading == 8350 && status.snapshot.lastErrorAt == 8330)
    }

    private func logger() -> Logger { Logger(label: "t") { _ in SwiftLogNoOpLogHandler() } }

    /// A run of the program on a machine that was started as `boot`.
    private func run(_ clocks: Clocks, boot: String, in folder: String) -> (intake: Intake, recorder: Recorder) {
        let recorder = Recorder()
        let intake = Intake(
            to: [recorder.batcher],
            meter: meter,
            clock: { clocks.now },
            undated: UndatedReadings(directory: folder, boot: boot, logger: logger()),
            logger: logger()
        )
        return (intake, recorder)
    }

    @Test("readings without a date survive a kill, and are dated by a later run of the same start of the machine")
    func survivesKill() throws {
        let folder = "/tmp/boxenergie-undated-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let clocks = Clocks(wall: 12, uptime: 12, isSynchronized: false)
        do {
            let first = run(clocks, boot: "a", in: folder)
            read(3, first.intake, clocks)
            first.intake.look()
            read(2, first.intake, clocks)
            first.intake.look()
            read(4, first.intake, clocks)
            #expect(first.recorder.seconds.isEmpty)
            // Killed: the last four were not looked after yet.
        }
        do {
            let second = run(clocks, boot: "a", in: folder)
            #expect(second.intake.dating.waiting == 5)
            read(1, second.intake, clocks)
            second.intake.finish()
        }
        let dates = [-10, -9, -8, -7, -6, -1].map { Self.today + $0 }
        do {
            let third = run(clocks, boot: "a", in: folder)
            #expect(third.intake.dating.waiting == 6)
            clocks.set(Self.today, isSynchronized: true)
            third.intake.look()
            #expect(third.recorder.seconds == dates)
        }
        do {
            // They stay on disk until they have surely arrived, and keep their dates when the clock is set a little.
            clocks.set(Self.today + 7, isSynchronized: true)
            let fourth = run(clocks, boot: "a", in: folder)
            #expect(fourth.recorder.seconds == dates)
            clocks.pass(2000)
            fourth.intake.look()
        }
        #expect(run(clocks, boot: "a", in: folder).recorder.seconds.isEmpty)
    }

    @Test("what is forgotten is what has dates, never what came later and has none")
    func clearsOnlyDated() throws {
        let folder = "/tmp/boxenergie-undated-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let undated = UndatedReadings(directory: folder, boot: "a", logger: logger())
        let clocks = Clocks(wall: 12, uptime: 12, isSynchronized: false)
        func reading(_ seconds: Int64) -> (point: Point, readAt: Uptime) {
            (Point(series, at: clocks.now.wall, [1]), Uptime(nanoseconds: seconds * 1_000_000_000))
        }
        try undated.save([reading(1)])
        undated.noteDates(5_000_000_000)
        try undated.save([reading(2)])
        undated.clear()
        #expect(try undated.load().undated.map(\.readAt) == [Uptime(nanoseconds: 2_000_000_000)])
    }

    @Test("what an earlier start of the machine left without a date gets none, and the others are not held up")
    func otherBoot() {
        let folder = "/tmp/boxenergie-undated-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let clocks = Clocks(wall: 12, uptime: 12, isSynchronized: false)
        do {
            let first = run(clocks, boot: "a", in: folder)
            read(3, first.intake, clocks)
            first.intake.look()
        }
        let second = run(clocks, boot: "b", in: folder)
        read(1, second.intake, clocks)
        clocks.set(Self.today, isSynchronized: true)
        second.intake.look()
        #expect(second.recorder.seconds == [Self.today - 1])
    }

    @Test("what waits is bounded")
    func bound() {
        let clocks = Clocks(wall: 5, uptime: 5, isSynchronized: false)
        let intake = makeIntake(clocks)
        for _ in 0..<50_010 { intake.append(Point(series, at: intake.time.time(at: clocks.now.uptime), [1])) }
        #expect(intake.dating.waiting + intake.dating.lost.total == 50_010)
        #expect((40_000...50_000).contains(intake.dating.waiting))
    }
}

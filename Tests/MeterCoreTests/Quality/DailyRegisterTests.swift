import MeterCore
import Testing

/// Registers that begin anew each day.
@Suite struct DailyRegisterTests {
    /// The time of the beginning of the first day.
    private static let start: Int64 = 1_750_000_000

    /// The total of a reading.
    ///
    /// - Parameters:
    ///   - register: that is read.
    ///   - hour: since the first day began.
    ///   - value: as the device shows it.
    ///   - restart: the hour of the last start of the machine.
    /// - Returns: the total.
    private func total(
        _ register: inout DailyRegister,
        _ hour: Double,
        _ value: Int64,
        after restart: Double = 0
    )
        -> Int64?
    {
        register.total(
            value,
            at: Uptime(nanoseconds: Int64((hour - restart) * 3600e9)),
            clock: Timestamp(seconds: Self.start + Int64(hour * 3600))
        )
    }

    /// The same after a restart of the machine.
    private func restarted(
        _ register: DailyRegister,
        at hour: Double,
        after restart: Double = 0
    ) throws -> DailyRegister {
        let text = register.text(
            at: Uptime(nanoseconds: Int64((hour - restart) * 3600e9)),
            clock: Timestamp(seconds: Self.start + Int64(hour * 3600))
        )
        return try #require(DailyRegister(text: text ?? ""))
    }

    /// The totals of readings, each with its hour since the first day began.
    private func totals(_ readings: [(Double, Int64)]) -> [Int64?] {
        var register = DailyRegister()
        return readings.map { total(&register, $0.0, $0.1) }
    }

    @Test("the days are added up, whenever the device begins its own", arguments: [0, 2, -1, 5] as [Double])
    func days(_ late: Double) {
        let found = totals([
            (10, 1000), (18, 5000), (23, 5000), (24 + late, 0), (34, 700), (42, 4000), (48 + late, 3), (49 + late, 10),
        ])
        // A beginning after hours of silence is known at once.
        #expect(found == [1000, 5000, 5000, late == 5 ? 5000 : nil, 5700, 9000, 9003, 9010])
    }

    @Test("a day that overtakes the one before within hours is a day, after a restart of the box and later than a day")
    func overtaken() throws {
        var register = DailyRegister()
        // An inverter that sleeps at night: its day is seen to begin at 7.
        for (hour, value) in [(18.0, 4000), (31, 5), (42, 3000)] as [(Double, Int64)] {
            _ = total(&register, hour, value)
        }
        // The next day begins half an hour later than a day after, when the sun comes late, and is a sunny one.
        var late = register
        let found = [(57.5, 3), (59, 2000), (60, 3500)].map { total(&late, $0.0, $0.1) }
        #expect(found == [7003, 9000, 10_500])
        // The box was started again in the evening.
        var restarted = try restarted(register, at: 42.1)
        #expect(total(&restarted, 42.2, 3000, after: 42.15) == 7000)
        #expect(total(&restarted, 55, 3, after: 42.15) == 7003)
        #expect(total(&restarted, 58, 3500, after: 42.15) == 10_500)
        // It was off over night, and when it is back more is told than yesterday.
        var off = try self.restarted(register, at: 42.1)
        #expect(total(&off, 60, 3500, after: 59.9) == 10_500)
        #expect(total(&off, 60.1, 3600, after: 59.9) == 10_600)
        // Off for days, it lacks those, and no more.
        var long = try self.restarted(register, at: 42.1)
        #expect(total(&long, 42 + 96, 3500, after: 130) == 10_500)
    }

    @Test("a silence within a day is none over night: what is told after it goes on")
    func silence() throws {
        var register = DailyRegister()
        for (hour, value) in [(18.0, 4000), (31, 5), (34, 1000)] as [(Double, Int64)] {
            _ = total(&register, hour, value)
        }
        var noon = register
        #expect(total(&noon, 41, 3000) == 7000)
        // Before the device begins its day in the morning it still shows the last one.
        var morning = try restarted(register, at: 34)
        #expect(total(&morning, 56, 3100, after: 50) == 7100)
        // A gateway that is started at noon after hours without power shows less for a while.
        var gateway = register
        #expect(total(&gateway, 39, 0) == nil)
        #expect(total(&gateway, 39.5, 2500) == 6500)
        // A clock that is behind the last reading says nothing.
        var wrong = try restarted(register, at: 34)
        #expect(wrong.total(800, at: Uptime(nanoseconds: 0), clock: Timestamp(seconds: 1_000_000_000)) == nil)
    }

    @Test("a gateway that is started shows less for a while: nothing is counted twice, at noon or in the evening")
    func restarts() {
        let start: [(Double, Int64)] = [(1, 0), (11, 2000), (24, 0), (28, 0)]
        for hour in [36.0, 43] {
            let restart: [(Double, Int64)] = [
                (hour, 3000), (hour + 0.1, 0), (hour + 0.2, 1500), (hour + 0.3, 3100), (48, 0),
            ]
            #expect(totals(start + restart) == [0, 2000, 2000, 2000, 5000, nil, nil, 5100, 5100])
        }
    }

    @Test("a device that itself begins anew within a day is believed when it has lasted")
    func lastingFall() {
        let found = totals([(1, 0), (11, 2000), (12, 0), (15, 400), (16, 500), (17, 700), (24, 0), (28, 0), (36, 50)])
        #expect(found == [0, 2000, nil, nil, 2500, 2700, nil, 2700, 2750])
    }

    @Test("it goes on after a restart of the box, also where a day began meanwhile")
    func memory() throws {
        var first = DailyRegister()
        #expect(first.text(at: Uptime(nanoseconds: 0), clock: Timestamp(seconds: Self.start)) == nil)
        _ = total(&first, 0, 5000)
        // What earlier releases remembered has no times, and what this one does is the same for a quarter of an hour.
        for text in [
            "0 5000", try #require(first.text(at: Uptime(nanoseconds: 0), clock: Timestamp(seconds: Self.start))),
        ] {
            var second = try #require(DailyRegister(text: text))
            #expect(total(&second, 1, 150, after: 1) == nil)
            #expect(total(&second, 5, 160, after: 1) == 5160)
            #expect(total(&second, 25, 20, after: 1) == 5180)
        }
        for text in ["", "1", "1 x", "-1 5", "1 2 3", "1 2 3 4 5"] { #expect(DailyRegister(text: text) == nil) }
        let extreme = "\(Int64.max) \(Int64.max) \(Int64.min) \(Int64.min)"
        var last = try #require(DailyRegister(text: extreme))
        #expect(total(&last, 1, .max) == nil && total(&last, 1, 5) == nil)
    }

    @Test("what is remembered of a register that stands still changes once a quarter of an hour, and with the clock")
    func quiet() {
        var register = DailyRegister()
        for (hour, value) in [(1.0, 900), (20, 5), (40, 700)] as [(Double, Int64)] { _ = total(&register, hour, value) }
        var texts: Set<String> = []
        for second in 0..<1800 {
            let time = Uptime(nanoseconds: 144_000_000_000_000 + Int64(second) * 999_400_000)
            let clock = Timestamp(seconds: Self.start + 144_000 + Int64(second))
            _ = register.total(700, at: time, clock: clock)
            if let text = register.text(at: time, clock: clock) { texts.insert(text) }
        }
        #expect((2...3).contains(texts.count), "\(texts)")
        let text = register.text(at: Uptime(nanoseconds: 145_800_000_000_000), clock: Timestamp(seconds: Self.start))
        #expect(text?.hasSuffix(" \(Self.start - 145_800 + 72_000)") == true, "\(text ?? "")")
    }

    @Test("numbers beyond any register end nothing")
    func huge() {
        var register = DailyRegister()
        let found = [Int64.max, -5, 1, .max].enumerated().map { total(&register, Double($0.offset) / 3600, $0.element) }
        #expect(found == [.max, nil, nil, .max])
    }
}

import MeterCore
import Testing

/// Registers that begin anew each day.
@Suite struct DailyRegisterTests {
    /// The totals of readings, each with its hour since the first day began.
    private func totals(_ readings: [(Double, Int64)]) -> [Int64?] {
        var register = DailyRegister()
        return readings.map { register.total($0.1, at: Uptime(nanoseconds: Int64($0.0 * 3600e9))) }
    }

    @Test("the days are added up, whenever the device begins its own", arguments: [0, 2, -1, 5] as [Double])
    func days(_ late: Double) {
        let found = totals([
            (10, 1000), (18, 5000), (23, 5000), (24 + late, 0), (34, 700), (42, 4000), (48 + late, 3), (49 + late, 10),
        ])
        #expect(found == [1000, 5000, 5000, nil, 5700, 9000, 9003, 9010])
    }

    @Test("a gateway that is started shows less for a while: nothing is counted twice, at noon or in the evening")
    func restarts() {
        let start: [(Double, Int64)] = [(1, 0), (11, 2000), (24, 0), (28, 0)]
        for hour in [36.0, 43] {
            let restart: [(Double, Int64)] = [
                (hour, 3000), (hour + 0.1, 0), (hour + 0.2, 1500), (hour + 0.3, 3100), (48, 0),
            ]
            #expect(totals(start + restart) == [0, 2000, nil, 2000, 5000, nil, nil, 5100, 5100])
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
        #expect(first.text == nil)
        _ = first.total(5000, at: Uptime(nanoseconds: 0))
        let text = try #require(first.text)
        var second = try #require(DailyRegister(text: text))
        let hour: Int64 = 3_600_000_000_000
        #expect(second.total(150, at: Uptime(nanoseconds: 0)) == nil)
        #expect(second.total(160, at: Uptime(nanoseconds: 4 * hour)) == 5160)
        #expect(second.total(20, at: Uptime(nanoseconds: 24 * hour)) == 5180)
        for text in ["", "1", "1 x", "-1 5", "1 2 3"] { #expect(DailyRegister(text: text) == nil) }
    }

    @Test("numbers beyond any register end nothing")
    func huge() {
        var register = DailyRegister()
        #expect(register.total(.max, at: Uptime(nanoseconds: 0)) == .max)
        #expect(register.total(-5, at: Uptime(nanoseconds: 1)) == nil)
        #expect(register.total(1, at: Uptime(nanoseconds: 2)) == nil)
        #expect(register.total(.max, at: Uptime(nanoseconds: 3)) == .max)
    }
}

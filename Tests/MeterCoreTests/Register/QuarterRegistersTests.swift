import Testing

@testable import MeterCore

/// The registers as they stood at the end of a quarter.
@Suite struct QuarterRegistersTests {
    private let end = WrittenRegister.start

    private func reading(
        _ meter: String,
        _ quantity: MeterRegister.Quantity,
        _ value: Double,
        at time: Int64
    ) -> Reading {
        Reading(of: meter, [.register(MeterRegister(quantity), value: value)], at: Timestamp(seconds: time))
    }

    private func words(_ readings: [Reading], at end: Int64? = nil, now: Int64? = nil) -> [String] {
        var registers = QuarterRegisters()
        let present = Present(now: Timestamp(seconds: now ?? self.end + 30))
        for reading in readings { registers.note(reading, at: present) }
        return registers.stands(at: end ?? self.end).map(\.word)
    }

    @Test("the last reading until the end counts, also when others came since")
    func last() {
        let readings = [
            reading("linky", .import, 100, at: end - 20), reading("linky", .import, 101, at: end - 3),
            reading("linky", .import, 102, at: end + 7), reading("linky", .import, 103, at: end + 17),
            reading("linky", .export, 5, at: end), reading("pv", .production, 9, at: end + 1),
        ]
        #expect(words(readings) == ["linky:export=5@0", "linky:import=101@3"])
    }

    @Test("an old reading is told with its age, and one of more than a day is not")
    func age() {
        let readings = [
            reading("pv", .production, 9, at: end - 36_000), reading("linky", .import, 1, at: end - 86_401),
            reading("linky", .export, 2, at: end - 86_400),
        ]
        #expect(words(readings) == ["linky:export=2@86400", "pv:production=9@36000"])
    }

    @Test("only what comes from the grid, goes into it and is produced, by its main register")
    func kinds() {
        let tariff = Reading(
            of: "linky",
            [
                .register(MeterRegister(.tariff, name: "HP"), value: 4), .register(MeterRegister(.water), value: 4),
                .register(MeterRegister(.import), value: .nan), .production(watts: 5),
            ],
            at: Timestamp(seconds: end - 1)
        )
        #expect(words([tariff]).isEmpty)
    }

    @Test("a reading of a time that has not come says nothing, and what a clock that was ahead dated makes room")
    func ahead() {
        #expect(words([reading("linky", .import, 7, at: end + 5000)]).isEmpty)
        var registers = QuarterRegisters()
        registers.note(reading("linky", .import, 7, at: end + 5000), at: Present(now: Timestamp(seconds: end + 5000)))
        registers.note(reading("linky", .import, 8, at: end - 5), at: Present(now: Timestamp(seconds: end - 5)))
        #expect(registers.stands(at: end).map(\.word) == ["linky:import=8@5"])
        registers.keep(["pv"])
        #expect(registers.stands(at: end).isEmpty)
    }
}

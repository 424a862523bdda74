import MeterNotation
import SupplierFiles
import Testing

/// Several files of one meter: what overlaps counts once, and what cannot be is told.
struct JoinedFilesTests {
    private let calendar = Samples.paris
    private let monday = LocalDate(year: 2025, month: 6, day: 2)

    private func start(_ days: Int64) -> Int64 {
        calendar.start(of: LocalDate(dayNumber: monday.dayNumber + days))
    }

    /// A curve of half hours of some days, the hours of a file that ends before its last half hour left out.
    private func curve(_ days: Range<Int64>, without halves: Int64 = 0, each wattHours: Double = 200) -> SupplierFile {
        var file = SupplierFile(.r63)
        for end in stride(
            from: start(days.lowerBound) + 1800,
            through: start(days.upperBound) - halves * 1800,
            by: 1800
        ) {
            file.curve.append(
                SupplierFile.Interval(start: end - 1800, end: end, wattHours: wattHours, direction: .import)
            )
        }
        return file
    }

    private func registers(_ days: Range<Int64>, _ total: Double) -> SupplierFile {
        var file = SupplierFile(.enedisRegisters)
        for day in days {
            file.days.append(
                SupplierFile.RegisterDay(
                    date: LocalDate(dayNumber: monday.dayNumber + day),
                    register: nil,
                    wattHours: total,
                    direction: .import
                )
            )
        }
        return file
    }

    private func sum(_ joined: JoinedFiles) -> Double {
        joined.quarters[.import]?.values.reduce(0) { $0 + $1.wattHours } ?? 0
    }

    @Test("two files that both have a weekend count it once, and close the hole of the last half hour")
    func weekend() {
        // A week from Monday to Sunday without its last half hour, and the next one from Saturday on.
        let both = [curve(0..<7, without: 1), curve(5..<12, without: 1)]
        for files in [both, both.reversed()] {
            let joined = JoinedFiles(files, calendar)
            #expect(joined.quarters[.import]?.count == 12 * 96 - 2 && sum(joined) == Double(12 * 48 - 1) * 200)
            #expect(joined.quarters[.import]?[start(7) - 900]?.wattHours == 100)
        }
        let apart = JoinedFiles([curve(0..<7, without: 1), curve(7..<12, without: 1)], calendar)
        #expect(apart.quarters[.import]?.count == 12 * 96 - 4)
    }

    @Test(
        "a curve whose mean power was taken for energy is told by the registers of its days",
        arguments: [0.25, 0.5, 2, 4]
    )
    func factor(_ factor: Double) {
        let days = registers(0..<5, 48 * 200)
        #expect(JoinedFiles([curve(0..<5, each: 200 * factor), days], calendar).factor == factor)
        #expect(JoinedFiles([curve(0..<5), days], calendar).factor == nil)
        // Whole kWh hide a few percent, two days may be chance, and holes tell nothing.
        #expect(JoinedFiles([curve(0..<5, each: 204), days], calendar).factor == nil)
        #expect(JoinedFiles([curve(0..<2, each: 200 * factor), registers(0..<2, 48 * 200)], calendar).factor == nil)
        #expect(JoinedFiles([curve(0..<5, each: 200 * factor)], calendar).factor == nil)
    }

    @Test("holes have what the register counted besides the curve, and besides what is known from elsewhere")
    func holes() {
        // A day whose evening the box measured itself, 300 Wh a quarter; the night is in a curve.
        let noon = start(0) + 12 * 3600
        let own = Dictionary(
            uniqueKeysWithValues: stride(from: noon, to: start(1), by: 900).map {
                ($0, [SupplierFile.Direction.import: 300.0])
            }
        )
        var night = curve(0..<1)
        night.curve.removeAll { $0.start >= start(0) + 6 * 3600 }
        for files in [[registers(0..<1, 24_000)], [registers(0..<1, 24_000), night]] {
            var joined = JoinedFiles(files, calendar)
            joined.fillHoles(besides: own, calendar)
            #expect(joined.quarters[.import]?.count == 48)
            #expect(abs(sum(joined) - 9600) < 1e-6, "\(sum(joined))")
            #expect(joined.filled == [monday])
        }
        // Of a quarter that was measured without the energy of the grid nobody knows what is left.
        var joined = JoinedFiles([registers(0..<1, 24_000)], calendar)
        joined.fillHoles(besides: own.merging([noon: [.export: 0]]) { $1 }, calendar)
        #expect(sum(joined) == 0 && joined.filled.isEmpty)
    }

    @Test("a value in doubt counts unless the day's register counted less; then the register tells what was in it")
    func doubt() {
        var file = curve(0..<1)
        file.curve[4].wattHours = 10_000
        file.curve[4].isDoubtful = true
        let truth = 48.0 * 200
        // The register refutes it, agrees with it, or contradicts all of the curve, which proves nothing of one step.
        for (total, expected, refuted) in [(truth, truth, 2), (truth + 9800, truth + 9800, 0), (5000, truth + 9800, 0)]
        {
            var joined = JoinedFiles([file, registers(0..<1, total)], calendar)
            joined.fillHoles(besides: [:], calendar)
            #expect(abs(sum(joined) - expected) < 1e-6 && joined.refuted == refuted, "\(total): \(sum(joined))")
            #expect(joined.quarters[.import]?.values.count(where: \.isDoubtful) == 2 - refuted)
        }
        var alone = JoinedFiles([file], calendar)
        alone.fillHoles(besides: [:], calendar)
        #expect(sum(alone) == truth + 9800 && alone.refuted == 0)
    }

    @Test("a total that is less than its registers is none; one that is more has a register that the file lacks")
    func parts() {
        func joined(_ total: Double, _ registers: [Double], step: Double = 1) -> JoinedFiles.Day? {
            var file = SupplierFile(.enedisRegisters)
            for (place, value) in ([total] + registers).enumerated() {
                file.days.append(
                    SupplierFile.RegisterDay(
                        date: monday,
                        register: place == 0 ? nil : place,
                        wattHours: value,
                        direction: .import,
                        step: step
                    )
                )
            }
            return JoinedFiles([file], calendar).days[.import]?[monday]
        }
        #expect(joined(4000, [4000, 9500])?.total == nil)
        #expect(joined(13_500, [4000, 9500])?.total == 13_500 && joined(13_500, [4000, 9502])?.total == 13_500)
        #expect(joined(18_000, [8000, 11_000], step: 1000)?.total == 18_000)
        #expect(joined(13_500, [4000, 9500])?.addsUp(to: 13_500) == true)
        #expect(joined(13_500, [4000])?.addsUp(to: 13_500) == false)
        #expect(joined(13_500, [4000, 9460])?.addsUp(to: 13_500) == false)
        #expect(joined(13_500, [4000, 9460])?.addsUp(to: 13_500, within: 35) == true)
    }
}

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
}

import MeterNotation
import SupplierFiles
import Testing

@testable import boxenergie

/// The box beside files: what differs, and why.
struct ComparisonTests {
    private let calendar = LocalCalendar(.paris)
    private let first = LocalDate(year: 2025, month: 10, day: 6)

    private func date(_ day: Int) -> LocalDate { LocalDate(dayNumber: first.dayNumber + Int64(day)) }

    /// A file of registers with these Wh for the days.
    private func registers(_ days: [Double?], step: Double = 1) -> JoinedFiles {
        var file = SupplierFile(.enedisRegisters)
        file.days = days.enumerated().compactMap { number, value in
            value.map {
                SupplierFile.RegisterDay(
                    date: date(number),
                    register: nil,
                    wattHours: $0,
                    direction: .import,
                    step: step
                )
            }
        }
        return JoinedFiles([file], calendar)
    }

    private func box(_ days: [Double?]) -> [LocalDate: Double] {
        var box: [LocalDate: Double] = [:]
        for (number, value) in days.enumerated() { box[date(number)] = value }
        return box
    }

    private let month = (0..<28).map { 10_000 + Double($0 * 137 % 900) }

    @Test("seconds between two readings of a register are no difference, whole kWh hide up to one")
    func equal() {
        let near = month.enumerated().map { $1 + Double($0 % 2 == 0 ? 20 : -20) }
        #expect(Comparison(box(near), registers(month), calendar).isEqual)
        let whole = month.map { ($0 / 1000).rounded(.down) * 1000 }
        #expect(Comparison(box(month), registers(whole, step: 1000), calendar).isEqual)
        var other = month
        other[3] += 21
        let comparison = Comparison(box(other), registers(month), calendar)
        #expect(comparison.different.map(\.date) == [date(3)] && comparison.cause(calendar) == nil)
        #expect(comparison.hasCommonDays && !Comparison([:], registers(month), calendar).hasCommonDays)
    }

    @Test("power for energy, shifted days, nights of autumn are told")
    func causes() {
        #expect(Comparison(box(month.map { $0 / 2 }), registers(month), calendar).cause(calendar) == .factor(0.5))
        #expect(Comparison(box(month.map { $0 * 4 }), registers(month), calendar).cause(calendar) == .factor(4))
        let shifted = month.enumerated().map { $1 + ($0 % 2 == 0 ? 500 : -500) }
        #expect(Comparison(box(shifted), registers(month), calendar).cause(calendar) == .shifted)
        var autumn = month
        // 26 October 2025.
        autumn[20] += 600
        #expect(Comparison(box(autumn), registers(month), calendar).cause(calendar) == .autumn)
    }

    @Test("a day that only one knows is no difference")
    func unknown() {
        let comparison = Comparison(box([10_000, nil]), registers([nil, 10_000, 9000]), calendar)
        #expect(comparison.isEqual && comparison.days.count == 2 && comparison.days.allSatisfy { $0.difference == nil })
    }

    @Test("a curve with holes is no day, and a whole one is its sum")
    func curve() {
        var file = SupplierFile(.r63)
        for day in 0..<2 {
            let start = calendar.start(of: date(day))
            for half in Int64(0)..<48 where day == 0 || half != 7 {
                file.curve.append(
                    SupplierFile.Interval(
                        start: start + half * 1800,
                        end: start + half * 1800 + 1800,
                        wattHours: 100,
                        direction: .import
                    )
                )
            }
        }
        let comparison = Comparison(box([4850, 4900]), JoinedFiles([file], calendar), calendar)
        #expect(
            comparison.days.map(\.file) == [4800, nil] && comparison.days.map(\.holes) == [0, 2] && comparison.isEqual
        )
    }
}

import InfluxOutput
import MeterCore
import MeterNotation
import SupplierFiles

/// The contract's registers of days that the database has, from an earlier import.
///
/// What registers counted is truer than what hours and colours tell of a curve: it stays where the files say nothing of it.
struct StoredRegisters {
    private let days: [Int64: [HouseHistory.RegisterDay]]
    private let labels: RegisterLabels

    /// - Parameters:
    ///   - days: the registers, in any order.
    ///   - names: the words for the registers of mode standard, by their names.
    init(_ days: [HouseHistory.RegisterDay] = [], names: [String: String] = [:]) {
        self.days = Dictionary(grouping: days, by: \.start)
        labels = RegisterLabels(
            names.compactMap { name, words in
                SupplierRegister.number(name).map {
                    SupplierFile.RegisterName(register: $0, from: LocalDate(dayNumber: 0), name: words)
                }
            }
        )
    }

    /// The names of a day's registers, counted or not.
    func names(at start: Int64) -> [String] { days[start]?.map(\.register) ?? [] }

    private func counted(at start: Int64) -> [HouseHistory.RegisterDay] {
        days[start]?.filter { !$0.isEstimated } ?? []
    }

    /// The step of registers in Wh: no others than those of whole kWh are all at whole ones.
    private func step(of registers: [HouseHistory.RegisterDay]) -> Double {
        registers.allSatisfy { $0.wattHours.truncatingRemainder(dividingBy: 1000) == 0 } ? 1000 : 1
    }

    /// What registers counted on each day, and their step, in Wh.
    func totals(_ calendar: LocalCalendar) -> [LocalDate: (wattHours: Double, step: Double)] {
        var totals: [LocalDate: (wattHours: Double, step: Double)] = [:]
        for start in days.keys {
            let counted = counted(at: start)
            guard !counted.isEmpty else { continue }
            totals[calendar.date(start)] = (counted.reduce(0) { $0 + $1.wattHours }, step(of: counted))
        }
        return totals
    }

    /// The registers that counted a day.
    ///
    /// - Parameters:
    ///   - start: the day's.
    ///   - date: the day.
    ///   - total: its Wh.
    ///   - tariff: of that day.
    /// - Returns: none where they are another contract's, or do not add up to the day.
    func registers(
        at start: Int64,
        on date: LocalDate,
        of total: Double,
        _ tariff: Tariff
    ) -> [CountedRegisters.Register] {
        let counted = counted(at: start)
        let registers = counted.compactMap { day -> CountedRegisters.Register? in
            let number =
                SupplierRegister.number(day.register).map { labels.register($0, on: date, of: tariff.option) }
                ?? tariff.option.registers.firstIndex(of: day.register).map { $0 + 1 }
            return number.map {
                CountedRegisters.Register(name: day.register, contract: $0, wattHours: day.wattHours, isReckoned: false)
            }
        }
        guard registers.count == counted.count,
            JoinedFiles.addsUp(
                counted.map(\.wattHours),
                to: total,
                step: step(of: counted),
                within: JoinedFiles.rounding
            )
        else { return [] }
        return registers
    }
}

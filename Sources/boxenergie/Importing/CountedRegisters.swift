import MeterCore
import MeterNotation
import SupplierFiles

/// The contract's registers as files tell them, day by day.
struct CountedRegisters {
    /// The energy that a register counted on a day.
    struct Register {
        /// Its number in the meter and in the contract, from 1.
        var meter, contract: Int
        var wattHours: Double
    }

    private let days: [LocalDate: JoinedFiles.Day]
    private let labels: RegisterLabels
    private let isStandard: Bool

    /// - Parameters:
    ///   - joined: the files.
    ///   - isStandard: true when the database has the meter's own registers, those of mode standard.
    init(_ joined: JoinedFiles, isStandard: Bool) {
        days = joined.days[.import] ?? [:]
        labels = RegisterLabels(joined.names)
        self.isStandard = isStandard
    }

    /// The contract's registers of a day, in their order.
    ///
    /// - Parameters:
    ///   - date: the day.
    ///   - total: its Wh, where its file has no total.
    ///   - tariff: of that day.
    /// - Returns: none where no file counted any; `nil` where those that are there do not add up to the day: another is
    ///   missing, and a price of them alone would be too low.
    func registers(on date: LocalDate, of total: Double, _ tariff: Tariff) -> [Register]? {
        guard let day = days[date] else { return [] }
        // A curve is rounded, and a register is not.
        guard day.addsUp(to: day.total ?? total, within: day.total == nil ? JoinedFiles.rounding : 0) else {
            return nil
        }
        var registers: [Register] = []
        for (number, value) in day.registers.sorted(by: { $0.key < $1.key }) {
            let contract = labels.register(number, on: date, of: tariff.option)
            if !isStandard, let place = registers.firstIndex(where: { $0.contract == contract }) {
                registers[place].wattHours += value
            } else {
                registers.append(Register(meter: number, contract: contract, wattHours: value))
            }
        }
        return registers
    }
}

import MeterCore
import MeterNotation
import SupplierFiles

/// The contract's registers as files tell them, day by day.
struct CountedRegisters {
    /// The energy of a register on a day.
    struct Register {
        /// As the database calls it: the contract's name, `F01` to `F10` in mode standard.
        var name: String
        /// Its number in the contract, from 1.
        var contract: Int
        var wattHours: Double
        /// True when no register counted it, and the contract's hours tell it from a curve.
        var isReckoned: Bool
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
            let name = self.name(meter: number, contract: contract, tariff)
            if let place = registers.firstIndex(where: { $0.name == name }) {
                registers[place].wattHours += value
            } else {
                registers.append(Register(name: name, contract: contract, wattHours: value, isReckoned: false))
            }
        }
        return registers
    }

    /// The name of a register in the database, by its numbers in the meter and in the contract.
    func name(meter: Int, contract: Int, _ tariff: Tariff) -> String {
        isStandard ? SupplierRegister.name(meter) : tariff.name(ofRegister: contract)
    }
}

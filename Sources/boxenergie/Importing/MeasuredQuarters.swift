import MeterCore
import MeterNotation
import SupplierFiles

/// What the box itself has of a span: an import never writes over it.
struct MeasuredQuarters: Sendable {
    /// Wh of a quarter by field, by the quarter's start.
    var energies: [Int64: [Field: Double]] = [:]
    /// The days that the database has, by their starts: Wh and € by field.
    var days: [Int64: [Field: Double]] = [:]
    /// The contract's registers that the database has of the days.
    var registers = StoredRegisters()

    /// What registers counted by an earlier import on each day of which the box measured nothing, and their step, in Wh.
    func totals(_ calendar: LocalCalendar) -> [LocalDate: (wattHours: Double, step: Double)] {
        let measured = Set(energies.keys.map { calendar.date($0) })
        return registers.totals(calendar).filter { !measured.contains($0.key) }
    }

    /// The quarters by the directions of files.
    var directions: [Int64: [SupplierFile.Direction: Double]] {
        energies.mapValues { sums in
            var directions: [SupplierFile.Direction: Double] = [:]
            directions[.import] = sums[.importWh]
            directions[.export] = sums[.exportWh]
            return directions
        }
    }
}

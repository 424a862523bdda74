import MeterNotation

/// Makes days of the registers that a file tells at the beginnings of days.
struct RegisterRows {
    private struct Key: Hashable {
        var register: Int?
        var direction: SupplierFile.Direction
    }

    /// The first value at a local midnight wins.
    private var values: [Key: [LocalDate: Double]] = [:]
    /// The values that say otherwise than the first one of their midnight.
    private var contradicted = 0
    /// The step of the registers in Wh.
    let step: Double

    init(step: Double) { self.step = step }

    /// Takes a register in Wh at the beginning of a day.
    mutating func append(_ register: Int?, _ value: Double, _ date: LocalDate, _ direction: SupplierFile.Direction) {
        let key = Key(register: register, direction: direction)
        if let known = values[key]?[date] {
            if known != value { contradicted += 1 }
        } else {
            values[key, default: [:]][date] = value
        }
    }

    /// Adds what was counted on each day of which both ends are known; a register that fell began anew.
    func add(to file: inout SupplierFile) {
        file.remark(.contradicted, contradicted)
        for (key, values) in values where key.register == nil || Set(values.values).count > 1 {
            for (date, value) in values {
                guard let next = values[LocalDate(dayNumber: date.dayNumber + 1)] else { continue }
                guard next >= value else {
                    file.remark(.fell)
                    continue
                }
                file.days.append(
                    SupplierFile.RegisterDay(
                        date: date,
                        register: key.register,
                        wattHours: next - value,
                        direction: key.direction,
                        step: step
                    )
                )
            }
        }
        file.days.sort { ($0.date, $0.register ?? 0) < ($1.date, $1.register ?? 0) }
    }
}

import MeterNotation

/// The registers and days in the archive of EDF: Windows-1252, the newest first.
extension SupplierReader {
    /// `mes-index-elec`: registers in whole kWh at the beginnings of days.
    func edfRegisters(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.count >= 3, table.head[0].hasPrefix("date de releve"), table.head[2].hasPrefix("index") else {
            return nil
        }
        guard table.head[2].hasSuffix("(kwh)") else { throw .otherUnit(unit(in: table.head[2])) }
        var file = SupplierFile(.edfRegisters)
        var rows = RegisterRows(step: 1000)
        let columns = (2..<table.head.count).filter { table.head[$0].hasSuffix("(kwh)") }
        for line in table.lines where !line.isEmpty {
            let cells = table.cells(line)
            guard case .local(let local)? = Stamp(cells[cell: 0]) else {
                file.remark(.unreadable)
                continue
            }
            let values = columns.map { SupplierText.number(cells[cell: $0]) }
            guard let known = values as? [Double], !known.isEmpty else {
                file.remark(.missing)
                continue
            }
            let date = LocalDate(dayNumber: local / 86_400)
            rows.append(nil, known.reduce(0, +) * 1000, date, .import)
            for (place, value) in zip(columns, known) {
                if let number = Self.register(named: table.head[place]) {
                    rows.append(number, value * 1000, date, .import)
                }
            }
        }
        rows.add(to: &file)
        return file
    }

    /// The supplier's register of a column: off-peak hours are the first one, as in the meter; `nil` for the colours of
    /// Tempo, whose registers are not known by these names.
    private static func register(named head: String) -> Int? {
        guard !["bleu", "blanc", "rouge"].contains(where: { head.contains($0) }) else { return nil }
        if head.contains("heures creuses") { return 1 }
        return head.contains("heures pleines") ? 2 : nil
    }

    /// `ma-conso-quotidienne`: whole kWh of days; the gas file has the same name and other units.
    func edfDays(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.count >= 2, table.head[0].hasPrefix("date de consommation"),
            table.head[1].hasPrefix("consommation")
        else { return nil }
        guard table.head[1].hasSuffix("(kwh)") else { throw .otherUnit(unit(in: table.head[1])) }
        var file = SupplierFile(.edfDays)
        for line in table.lines where !line.isEmpty {
            let cells = table.cells(line)
            addDay(cells[cell: 0], cells[cell: 1], 1000, .import, step: 1000, to: &file)
            if SupplierText.plain(cells[cell: 2]).hasPrefix("estim") { file.remark(.estimated) }
        }
        file.days.sort { $0.date < $1.date }
        return file
    }
}

/// The file of Octopus' account.
extension SupplierReader {
    /// `suivi de consommation`: kWh of days with three decimals, and of their off-peak and peak hours by such a contract.
    ///
    /// Its euros are rounded to cents for each register and day, and are not read.
    func octopusDays(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.first == "periode de consommation", let total = table.column("consommation (kwh)"),
            let option = table.column("option tarifaire")
        else { return nil }
        let registers = [("hc", 1), ("hp", 2)].compactMap { name, number in
            table.column("consommation \(name) (kwh)").map { (place: $0, number: number) }
        }
        let nature = table.column("nature")
        var file = SupplierFile(.octopusDays)
        for line in table.lines where !line.isEmpty {
            let cells = table.cells(line)
            guard table.goes(line, beyond: total) else {
                file.remark(.unreadable)
                continue
            }
            addDay(cells[cell: 0], cells[cell: total], 1000, .import, step: 1, to: &file)
            if SupplierText.plain(cells[cell: nature]).hasPrefix("estim") { file.remark(.estimated) }
            // Other contracts have these columns, too, and it is not known what stands in them.
            guard SupplierText.plain(cells[cell: option]).contains("heures creuses"),
                registers.allSatisfy({
                    table.goes(line, beyond: $0.place) && SupplierText.number(cells[cell: $0.place]) != nil
                })
            else { continue }
            for register in registers {
                addDay(
                    cells[cell: 0],
                    cells[cell: register.place],
                    1000,
                    .import,
                    register: register.number,
                    step: 1,
                    to: &file
                )
            }
        }
        file.days.sort { ($0.date, $0.register ?? 0) < ($1.date, $1.register ?? 0) }
        return file
    }
}

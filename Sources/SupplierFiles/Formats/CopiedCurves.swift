import MeterNotation

/// Curves that tools and people copy from the pages and workbooks of Enedis.
extension SupplierReader {
    /// Rows with both ends: Conso Downloader's `debut;fin;kW` (or kWh), and `Début;Fin;Valeur (en kW)` of a workbook.
    func spans(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        // Other columns may stand before, as in a workbook that was saved as text.
        guard let place = table.head.firstIndex(of: "debut"), table.head[cell: place + 1] == "fin" else { return nil }
        let name = table.head[cell: place + 2]
        let isEnergy = name.contains("kwh")
        guard isEnergy || name.contains("kw") else { throw .otherUnit(unit(in: name)) }
        var file = SupplierFile(name.contains("valeur") ? .pastedCurve : .consoDownloader)
        file.meter = table.meter
        let direction = try direction(of: table.before.map { SupplierText.plain(String($0)) }.joined())
        var rows = CurveRows()
        for line in table.lines where line.contains(where: \.isNumber) {
            let cells = table.cells(line)
            guard let start = Stamp(cells[cell: place]), let end = Stamp(cells[cell: place + 1]),
                end.order > start.order
            else {
                file.remark(.unreadable)
                continue
            }
            var value = watts(cells[cell: place + 2], factor: 1000, &file)
            if isEnergy, case .watts(let number) = value { value = .wattHours(number) }
            rows.append(
                CurveRows.Row(
                    end: end,
                    // A row that has an hour of autumn between its ends is no step of that length.
                    step: [600, 900, 1800, 3600].contains(end.order - start.order) ? end.order - start.order : nil,
                    value: value,
                    direction: direction
                )
            )
        }
        rows.add(to: &file, calendar)
        return file
    }

    /// `Horodate fin de pas;Puissance moyenne (W)`.
    func snippet(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.count >= 2, table.head[0] == "horodate fin de pas",
            table.head[1].hasPrefix("puissance moyenne")
        else { return nil }
        var file = SupplierFile(.snippet)
        file.meter = table.meter
        var rows = CurveRows()
        for line in table.lines where !line.isEmpty {
            let cells = table.cells(line)
            guard let end = Stamp(cells[cell: 0]) else {
                file.remark(.unreadable)
                continue
            }
            rows.append(CurveRows.Row(end: end, value: watts(cells[cell: 1], &file), direction: .import))
        }
        rows.add(to: &file, calendar)
        return file
    }
}

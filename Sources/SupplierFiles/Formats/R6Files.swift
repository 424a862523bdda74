import MeterNotation

/// The files of Enedis' forms: R63, a load curve; R64, registers.
extension SupplierReader {
    func r6x(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.first == "identifiant prm", let value = table.column("valeur"),
            let stamp = table.column("horodate"), let quantity = table.column("grandeur physique"),
            let kind = table.column("grandeur metier"), let unit = table.column("unite")
        else { return nil }
        var file = SupplierFile(table.column("pas") != nil ? .r63 : .r64)
        var rows: [Substring] = []
        var meters: [Substring] = []
        for line in table.lines where !line.isEmpty {
            guard table.goes(line, beyond: value) else {
                file.remark(.unreadable)
                continue
            }
            let meter = line.prefix { $0 != table.separator }
            if let wanted = self.meter, !meter.hasSuffix(wanted) { continue }
            if !meters.contains(meter) { meters.append(meter) }
            rows.append(line)
        }
        guard meters.count <= 1 else { throw .severalMeters(meters.map { String($0.suffix(4)) }) }
        func direction(_ cells: [String]) -> SupplierFile.Direction? {
            switch cells[cell: kind].uppercased() {
            case "CONS": .import
            case "PROD": .export
            default: nil
            }
        }
        file.meter = meters.first.flatMap {
            $0.utf8.count == 14 && $0.utf8.allSatisfy { $0.isDigit } ? String($0) : nil
        }
        if file.format == .r63 {
            addCurve(rows, table, (value, stamp, quantity, unit), direction, to: &file)
        } else {
            addRegisters(rows, table, (value, stamp, quantity, unit), direction, to: &file)
        }
        return file
    }

    private typealias Places = (value: Int, stamp: Int, quantity: Int, unit: Int)

    private func addCurve(
        _ rows: [Substring],
        _ table: SupplierTable,
        _ places: Places,
        _ direction: ([String]) -> SupplierFile.Direction?,
        to file: inout SupplierFile
    ) {
        let (step, doubt, stage) = (table.column("pas"), table.column("indice"), table.column("etape metier"))
        var curve = CurveRows()
        for row in rows {
            let cells = table.cells(row)
            guard cells[cell: places.quantity].uppercased() == "PA", let direction = direction(cells),
                ["W", "KW"].contains(cells[cell: places.unit].uppercased())
            else {
                file.remark(.otherQuantity)
                continue
            }
            guard let end = Stamp(cells[cell: places.stamp]) else {
                file.remark(.unreadable)
                continue
            }
            let isKilo = cells[cell: places.unit].uppercased() == "KW"
            curve.append(
                CurveRows.Row(
                    end: end,
                    step: Self.seconds(cells[cell: step]),
                    value: watts(cells[cell: places.value], factor: isKilo ? 1000 : 1, &file),
                    direction: direction,
                    isDoubtful: !["", "0"].contains(cells[cell: doubt]),
                    rank: cells[cell: stage].uppercased() == "BRUT" ? 0 : 1
                )
            )
        }
        curve.add(to: &file, calendar)
    }

    /// The seconds of `PT30M` or `PT60M`.
    private static func seconds(_ text: String) -> Int64? {
        guard text.hasPrefix("PT"), let unit = text.last, let number = Int64(text.dropFirst(2).dropLast()), number > 0,
            number <= 1440
        else { return nil }
        return unit == "M" ? number * 60 : unit == "H" && number <= 24 ? number * 3600 : nil
    }

    /// Only the supplier's registers, by their number, and the total: the same energy is there for the distributor's too.
    private func addRegisters(
        _ rows: [Substring],
        _ table: SupplierTable,
        _ places: Places,
        _ direction: ([String]) -> SupplierFile.Direction?,
        to file: inout SupplierFile
    ) {
        let (grid, register, name) = (table.column("grille"), table.column("cadran"), table.column("libelle classe"))
        let kind = table.column("type de releve")
        var days = RegisterRows(step: 1)
        for row in rows {
            let cells = table.cells(row)
            guard cells[cell: places.quantity].uppercased() == "EA", let direction = direction(cells),
                cells[cell: places.unit].uppercased() == "WH"
            else {
                file.remark(.otherQuantity)
                continue
            }
            let dial = SupplierText.plain(cells[cell: register])
            let isTotal = dial.hasPrefix("total") || dial.hasSuffix("_t")
            guard isTotal || SupplierText.plain(cells[cell: grid]) == "fournisseur" else { continue }
            guard ["", "AQ"].contains(cells[cell: kind].uppercased()) else { continue }
            guard let date = Stamp(cells[cell: places.stamp]).flatMap(midnight) else {
                file.remark(.unreadable)
                continue
            }
            guard let value = SupplierText.number(cells[cell: places.value]) else {
                file.remark(.missing)
                continue
            }
            // `1`, `F1` or `IDX_EAS_F1`.
            let number = Int(dial.drop { !$0.isNumber })
            guard isTotal || number != nil else { continue }
            days.append(isTotal ? nil : number, value, date, direction)
            if let number, !isTotal, !cells[cell: name].isEmpty, !file.names.contains(where: { $0.register == number })
            {
                file.names.append(SupplierFile.RegisterName(register: number, from: date, name: cells[cell: name]))
            }
        }
        days.add(to: &file)
    }
}

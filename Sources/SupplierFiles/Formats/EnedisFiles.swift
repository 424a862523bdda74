import MeterNotation

/// The CSV files of the account at Enedis.
extension SupplierReader {
    /// `Enedis_Conso_Heure`: mean power by the end of its step, with the offset; its step changes inside.
    func enedisCurve(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.prefix(2) == ["horodate", "valeur"], !isIndex(table) else { return nil }
        var file = SupplierFile(.enedisCurve)
        file.meter = table.meter
        // The maxima of days have the same head, and are no curve.
        let before = table.before.map { SupplierText.plain(String($0)) }.joined(separator: "\n")
        if before.contains("puissance max") { throw .unusable(.maxima) }
        let direction = try direction(of: before)
        var rows = CurveRows()
        for line in table.lines where !line.isEmpty {
            let cells = table.cells(line)
            guard let end = Stamp(cells[cell: 0]) else {
                // A second table follows: the maxima of days. A damaged stamp begins with a digit all the same.
                if cells[cell: 0].first?.isLetter == true { break }
                file.remark(.unreadable)
                continue
            }
            rows.append(CurveRows.Row(end: end, value: watts(cells[cell: 1], &file), direction: direction))
        }
        rows.add(to: &file, calendar)
        return file
    }

    private func isIndex(_ table: SupplierTable) -> Bool {
        table.before.contains { line in
            SupplierText.cells(line, SupplierText.separator(of: line)).contains { SupplierText.plain($0) == "index" }
        }
    }

    /// The power of a cell; a text that is neither a number nor a missing value is counted.
    func watts(_ cell: String, factor: Double = 1, _ file: inout SupplierFile) -> CurveRows.Value {
        guard let number = SupplierText.number(cell) else {
            if !SupplierText.isMissing(cell) { file.remark(.unreadable) }
            return .missing
        }
        return .watts(number * factor)
    }

    /// `Enedis_Conso_Jour`: registers in Wh at the beginnings of days, then the names of the registers, then maxima.
    func enedisRegisters(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.first == "horodate", table.head.count > 2, table.head[1].hasPrefix("type de releve") else {
            return nil
        }
        var file = SupplierFile(.enedisRegisters)
        file.meter = table.meter
        let columns = table.head.enumerated().compactMap {
            place,
            name -> (place: Int, register: Int?, direction: SupplierFile.Direction)? in
            let words = name.split(separator: " ")
            guard words.count == 2, let direction = direction(of: words[0]) else { return nil }
            if words[1] == "t" { return (place, nil, direction) }
            // The distributor's own registers count the same energy once more.
            guard words[1].first == "f", let number = Int(words[1].dropFirst()) else { return nil }
            return (place, number, direction)
        }
        var rows = RegisterRows(step: 1)
        var isRegisters = true
        for line in table.lines where !line.isEmpty {
            let cells = table.cells(line)
            if SupplierText.plain(cells[cell: 0]) == "periode" {
                isRegisters = false
            } else if cells[cell: 0].hasPrefix("Du ") {
                file.names += names(cells)
            } else if isRegisters, let stamp = Stamp(cells[cell: 0]) {
                guard SupplierText.plain(cells[cell: 1]).hasPrefix("arrete quotidien"), let date = midnight(stamp)
                else {
                    continue
                }
                for column in columns {
                    guard let value = SupplierText.number(cells[cell: column.place]) else {
                        if column.register == nil { file.remark(.missing) }
                        continue
                    }
                    rows.append(column.register, value, date, column.direction)
                }
            } else if isRegisters, cells[cell: 0].first?.isNumber == true {
                file.remark(.unreadable)
            }
        }
        rows.add(to: &file)
        return file
    }

    private func direction(of word: Substring) -> SupplierFile.Direction? {
        word == "eas" ? .import : word == "eai" ? .export : nil
    }

    /// The local day that begins nearest to a stamp: files print midnight as `01:00+02:00` or `23:00+01:00`, too.
    func midnight(_ stamp: Stamp) -> LocalDate? {
        switch stamp {
        case .local(let local): return LocalDate(dayNumber: floorDivision(local + 43_200, 86_400))
        case .instant(let seconds):
            let date = calendar.date(seconds + 43_200)
            return abs(calendar.start(of: date) - seconds) <= 2 * 3600 ? date : nil
        }
    }

    /// The names of registers in a row `Du … au …;calendar;label;class;name;EAS F1;…`.
    private func names(_ cells: [String]) -> [SupplierFile.RegisterName] {
        let from = cells[0].dropFirst(3).split(separator: " ").first.flatMap { Stamp(String($0)) }.flatMap(midnight)
        guard let from else { return [] }
        return stride(from: 3, to: cells.count - 2, by: 3).compactMap { place in
            let words = cells[place + 2].split(separator: " ")
            guard words.count == 2, words[1].first == "F", let number = Int(words[1].dropFirst()),
                !cells[place + 1].isEmpty, cells[place + 1] != "INCONNU"
            else { return nil }
            return SupplierFile.RegisterName(register: number, from: from, name: cells[place + 1])
        }
    }

    /// The simple file of 2026: `Date;Valeur (en Wh)` or `Date;Consommation (en kWh)`, the value of the day itself.
    func enedisDays(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.count >= 2, table.head[0] == "date", table.head[1].contains("(en ") else { return nil }
        guard table.head[1].hasSuffix("wh)") || table.head[1].hasSuffix("kw)") else {
            throw .otherUnit(unit(in: table.head[1]))
        }
        var file = SupplierFile(.enedisDays)
        file.meter = table.meter
        // Kilowatts of a day are a wrong label for kWh.
        let factor = table.head[1].contains("(en k") ? 1000.0 : 1
        let before = table.before.map { SupplierText.plain(String($0)) }.joined()
        let direction = try direction(of: table.head[1], before)
        for line in table.lines where !line.isEmpty {
            let cells = table.cells(line)
            addDay(cells[cell: 0], cells[cell: 1], factor, direction, step: 1, to: &file)
        }
        return file
    }

    /// The direction that words name, the first ones that name any; what is drawn where none does.
    ///
    /// - Throws: `SupplierFileError.unusable` for words that name both.
    func direction(of words: String...) throws(SupplierFileError) -> SupplierFile.Direction {
        for text in words {
            let isImport = text.contains("consommation") || text.contains("soutirage")
            let isExport = text.contains("production") || text.contains("injection")
            if isImport, isExport { throw .unusable(.bothDirections) }
            if isImport || isExport { return isExport ? .export : .import }
        }
        return .import
    }

    /// The unit in a head such as `consommation (en m3)`.
    func unit(in head: String) -> String {
        guard let unit = head.split(separator: "(").last?.prefix(while: { $0 != ")" }) else { return head }
        return String(unit.hasPrefix("en ") ? unit.dropFirst(3) : unit)
    }

    /// Adds the value of a day that a row says; a day that is there already counts once.
    func addDay(
        _ date: String,
        _ value: String,
        _ factor: Double,
        _ direction: SupplierFile.Direction,
        register: Int? = nil,
        step: Double,
        to file: inout SupplierFile
    ) {
        guard case .local(let local)? = Stamp(date), local % 86_400 == 0 else { return file.remark(.unreadable) }
        guard let number = SupplierText.number(value) else {
            return file.remark(SupplierText.isMissing(value) ? .missing : .unreadable)
        }
        guard number >= 0 else { return file.remark(.negative) }
        let day = SupplierFile.RegisterDay(
            date: LocalDate(dayNumber: local / 86_400),
            register: register,
            wattHours: (number * factor * 1000).rounded() / 1000,
            direction: direction,
            step: step
        )
        let known = file.days.first { $0.date == day.date && $0.direction == direction && $0.register == register }
        if let known {
            return file.remark(known.wattHours == day.wattHours ? .repeated : .contradicted)
        }
        file.days.append(day)
    }
}

import MeterNotation

/// Reads the workbooks of Enedis: a curve of a week, or the days of three years.
struct WorkbookReader {
    private let book: Workbook
    private let calendar: LocalCalendar

    init(_ book: Workbook, _ calendar: LocalCalendar) {
        self.book = book
        self.calendar = calendar
    }

    /// The files that its sheets are.
    ///
    /// - Throws: `SupplierFileError`: unknown, or empty.
    func read() throws(SupplierFileError) -> [SupplierFile] {
        var files: [SupplierFile] = []
        for sheet in book.sheets {
            for (number, row) in sheet.rows.sorted(by: { $0.key < $1.key }).prefix(60) {
                let heads = row.mapValues(SupplierText.plain)
                if let first = heads.first(where: { $0.value == "debut" })?.key, heads[first + 1] == "fin" {
                    files.append(curve(sheet, number, first))
                    break
                }
                if let first = heads.first(where: { $0.value == "date" })?.key,
                    heads[first + 1]?.hasPrefix("valeur (en k") == true
                {
                    files.append(days(sheet, number, first))
                    break
                }
            }
        }
        guard let format = files.first?.format else { throw .unknown }
        files.removeAll { $0.curve.isEmpty && $0.days.isEmpty }
        guard !files.isEmpty else { throw .empty(format) }
        return files
    }

    /// The facts above a table: labels with their values in the next column.
    private func describe(
        _ file: inout SupplierFile,
        _ sheet: Workbook.Sheet,
        above head: Int
    ) -> SupplierFile.Direction {
        var isExport = SupplierText.plain(sheet.name).contains("production")
        for (number, row) in sheet.rows where number < head {
            for text in row.values {
                if text.utf8.count == 14, text.utf8.allSatisfy({ $0.isDigit }) { file.meter = text }
                let plain = SupplierText.plain(text)
                if plain == "production" || plain == "injection" { isExport = true }
            }
        }
        return isExport ? .export : .import
    }

    private func curve(_ sheet: Workbook.Sheet, _ head: Int, _ first: Int) -> SupplierFile {
        var file = SupplierFile(.enedisWorkbookCurve)
        let direction = describe(&file, sheet, above: head)
        var rows = CurveRows()
        for (_, row) in sheet.rows.sorted(by: { $0.key < $1.key }) where row[first + 1] != nil {
            guard let start = row[first].flatMap(Self.stamp), let end = row[first + 1].flatMap(Self.stamp) else {
                if row[first] != sheet.rows[head]?[first] { file.remark(.unreadable) }
                continue
            }
            let text = row[first + 2] ?? ""
            let value = SupplierText.number(text).map { CurveRows.Value.watts($0 * 1000) } ?? .missing
            // Spring nights have rows for times that do not exist: no gap.
            if case .missing = value, case .local(let local) = end, calendar.zone.instants(local: local).isEmpty {
                continue
            }
            let step = end.order - start.order
            rows.append(
                CurveRows.Row(
                    end: end,
                    step: [600, 900, 1800, 3600].contains(step) ? step : nil,
                    value: value,
                    direction: direction
                )
            )
        }
        rows.add(to: &file, calendar)
        return file
    }

    private func days(_ sheet: Workbook.Sheet, _ head: Int, _ first: Int) -> SupplierFile {
        var file = SupplierFile(.enedisWorkbookDays)
        let direction = describe(&file, sheet, above: head)
        for (number, row) in sheet.rows.sorted(by: { $0.key < $1.key }) where number > head {
            guard let date = row[first], case .local(let local)? = Self.stamp(date) else { continue }
            // The label says kW and means kWh.
            guard let value = SupplierText.number(row[first + 1] ?? "") else {
                file.remark(.missing)
                continue
            }
            guard value >= 0 else {
                file.remark(.negative)
                continue
            }
            file.days.append(
                SupplierFile.RegisterDay(
                    date: LocalDate(dayNumber: local / 86_400),
                    register: nil,
                    wattHours: (value * 1_000_000).rounded() / 1000,
                    direction: direction
                )
            )
        }
        return file
    }

    /// A date as text, or as the number of days since 30 December 1899 that a spreadsheet counts.
    private static func stamp(_ text: String) -> Stamp? {
        if let stamp = Stamp(text) { return stamp }
        guard let days = Double(text), (36_526..<73_050).contains(days) else { return nil }
        // To the minute: a serial number has the dust of its division.
        return .local(Int64(((days - 25_569) * 1440).rounded()) * 60)
    }
}

/// Tells the files that are known and of which nothing is taken, so that the household hears what to take instead.
extension SupplierReader {
    /// Refuses a table by its head.
    func unusable(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        let (first, second) = (table.head[cell: 0], table.head[cell: 1])
        if first == "periode de consommation" { throw .unusable(.months) }
        if first == "category", ["base", "hp", "hc"].contains(second) { throw .unusable(.spans) }
        if first == "date/time", second.hasPrefix("energy produced") { throw .unusable(.panels) }
        if first == "time", table.column("production (w)") != nil { throw .unusable(.panels) }
        if first == "entity_id", table.column("last_changed") != nil { throw .unusable(.homeAssistant) }
        if table.column("puissance max") != nil { throw .unusable(.maxima) }
        return nil
    }

    /// The file that rows are of whose head nobody described; `nil` for any other.
    func unusable(rows: some Sequence<Substring>) -> UnusableFile? {
        for row in rows {
            let cells = SupplierText.cells(row, SupplierText.separator(of: row)).map(SupplierText.plain)
            if cells[cell: 0].hasPrefix("du "), cells[cell: 0].contains(" au "), cells.count > 1 { return .spans }
            if Self.isDate(cells[cell: 0]), Self.isTime(cells[cell: 1]), cells.count > 2 { return .twoColumns }
            let words = cells.prefix(3).map { $0.split(separator: " ") }
            for place in words.indices.dropLast() where words[place].count == 2 {
                guard Self.isDate(String(words[place][0])), Self.isTime(String(words[place][1])) else { continue }
                if words[place + 1].count > 1, words[place + 1][1] == "kwh" { return .totalEnergies }
            }
        }
        return nil
    }

    /// `01/06/2025`.
    private static func isDate(_ text: String) -> Bool {
        text.utf8.count == 10 && text.contains("/") && Stamp(text) != nil
    }

    /// `00:30` or `00:30:00`.
    private static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count) && parts.allSatisfy { $0.utf8.count == 2 && Int($0) ?? 60 < 60 }
    }
}

import MeterNotation

/// The load curve in the archive of EDF: Windows-1252, the newest first.
extension SupplierReader {
    /// `mes-puissances-atteintes-30min`: titles of days, and below each the ends of its half hours, 24:00 as `00:00:00`.
    func edfCurve(_ table: SupplierTable) throws(SupplierFileError) -> SupplierFile? {
        guard table.head.count >= 2, table.head[0].hasPrefix("date et heure de releve"),
            table.head[1].hasPrefix("puissance atteinte")
        else { return nil }
        guard table.head[1].hasSuffix("(w)") else { throw .otherUnit(unit(in: table.head[1])) }
        // In the order of the file, which tells the two hours of autumn apart.
        var days: [EDFDay] = []
        var places: [Int64: Int] = [:]
        var place: Int?
        for line in table.lines {
            let cells = table.cells(line)
            if case .local(let local)? = Stamp(cells[cell: 0]) {
                let found = places[local / 86_400] ?? days.count
                if found == days.count { days.append(EDFDay(start: local)) }
                days[found].blocks.append(EDFDay.Block())
                places[local / 86_400] = found
                place = found
            } else if let place, !cells[cell: 0].isEmpty {
                days[place].read(cells, isWhole: table.goes(line, beyond: 1), self)
            }
        }
        var file = SupplierFile(.edfCurve)
        var rows = CurveRows()
        for day in days {
            for row in day.joined(&file) { rows.append(row) }
        }
        rows.add(to: &file, calendar)
        return file
    }
}

/// A day of EDF's curve, which may be there several times: whole, or with a few rows.
private struct EDFDay {
    /// The rows below one of its titles.
    struct Block {
        var rows: [CurveRows.Row] = []
        /// The remarks on them.
        var notes = SupplierFile(.edfCurve)

        /// The rows that have a value, and how many of these were measured.
        var worth: (Int, Int) {
            let known = rows.filter { !$0.value.isMissing }
            return (known.count, known.count { !$0.isDoubtful })
        }
    }

    /// Its midnight by the clock on the wall, in seconds as if it were UTC.
    let start: Int64
    var blocks: [Block] = []

    init(start: Int64) { self.start = start }

    /// Reads a row into the newest block.
    mutating func read(_ cells: [String], isWhole: Bool, _ reader: SupplierReader) {
        let newest = blocks.count - 1
        let clock = cells[0].split(separator: ":").compactMap { Int64($0) }
        guard isWhole, clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] < 60 else {
            return blocks[newest].notes.remark(.unreadable)
        }
        guard clock[2] == 0, clock[1] % 15 == 0 else { return blocks[newest].notes.remark(.offCurve) }
        let seconds = clock[0] * 3600 + clock[1] * 60
        let value = reader.watts(cells[cell: 1], &blocks[newest].notes)
        blocks[newest].rows.append(
            CurveRows.Row(
                end: .local(start + (seconds == 0 ? 86_400 : seconds)),
                value: value,
                direction: .import,
                isDoubtful: !SupplierText.plain(cells[cell: 2]).hasPrefix("reel")
            )
        )
    }

    /// The rows of the block that knows most, and those of the others that it lacks.
    func joined(_ file: inout SupplierFile) -> [CurveRows.Row] {
        guard let best = blocks.indices.max(by: { blocks[$0].worth < blocks[$1].worth }) else { return [] }
        var joined = blocks[best].rows
        for (remark, count) in blocks[best].notes.remarks { file.remark(remark, count) }
        for place in blocks.indices where place != best {
            let known = joined
            var (again, others) = (0, 0)
            for row in blocks[place].rows where !row.value.isMissing {
                let same = known.filter { $0.end == row.end && !$0.value.isMissing }
                if same.isEmpty {
                    Self.insert(row, into: &joined)
                } else if same.contains(where: { $0.value.isEqual(to: row.value) }) {
                    again += 1
                } else {
                    others += 1
                }
            }
            file.remark(.contradicted, others)
            if others == 0, again > 0 { file.remark(.repeated) }
        }
        return joined
    }

    /// Puts a row in the place of one that is missing, else where its end belongs: the latest is the first.
    private static func insert(_ row: CurveRows.Row, into rows: inout [CurveRows.Row]) {
        if let gap = rows.firstIndex(where: { $0.end == row.end && $0.value.isMissing }) {
            rows[gap] = row
        } else {
            rows.insert(row, at: rows.firstIndex { $0.end.order < row.end.order } ?? rows.endIndex)
        }
    }
}

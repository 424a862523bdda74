/// One line of an answer in `application/csv`, which is read twenty times faster than the same in JSON.
///
/// Numbers, and texts without line feeds; quotes stand around what has commas. The columns are the measurement's name,
/// the tags, the time and then the values:
/// ```
/// name,tags,time,last
/// linky,"meter=house,site=home",1767225600,12345678
/// ```
struct CSVRow {
    /// The tags of the row's series, by name; empty without a `GROUP BY`.
    var tags: [Substring: Substring]
    /// Seconds since 1970, as `epoch=s` asks for them.
    var time: Int64
    /// The columns after the time, in the order of the query; empty where there is no value.
    var values: [Substring]

    /// Takes a line apart.
    ///
    /// - Returns: `nil` for the headers, which stand above each measurement.
    init?(_ line: Substring) {
        let cells = Self.cells(line)
        guard cells.count >= 3, let time = Int64(cells[2]) else { return nil }
        self.time = time
        values = Array(cells[3...])
        tags = [:]
        for tag in cells[1].split(separator: ",") {
            let parts = tag.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { tags[parts[0]] = parts[1] }
        }
    }

    /// The cells of a line; a comma between quotes belongs to its cell, as two tags do in `"meter=linky,site=home"`.
    private static func cells(_ line: Substring) -> [Substring] {
        guard line.utf8.contains(UInt8(ascii: "\"")) else {
            return line.split(separator: ",", omittingEmptySubsequences: false)
        }
        var cells: [Substring] = []
        var start = line.startIndex
        var isQuoted = false
        for place in line.indices {
            if line[place] == "\"" { isQuoted.toggle() }
            guard line[place] == ",", !isQuoted else { continue }
            cells.append(line[start..<place])
            start = line.index(after: place)
        }
        cells.append(line[start...])
        return cells.map { $0.first == "\"" ? $0.dropFirst().dropLast() : $0 }
    }

    /// A value as a whole number, rounded; `nil` where there is none, or one too large for 64 bits.
    func integer(_ column: Int) -> Int64? { number(column).flatMap { Int64(exactly: $0.rounded()) } }

    /// A value as a number; `nil` where there is none, or a text.
    ///
    /// Whole numbers lose digits above 2^53 only.
    func number(_ column: Int) -> Double? {
        values.indices.contains(column) ? Int64(values[column]).map { Double($0) } ?? Double(values[column]) : nil
    }
}

/// The rows of an answer in `application/csv`, one after the other; it is read many times faster than the same in JSON.
///
/// Numbers, and texts without line feeds; quotes stand around what has commas. The columns are the measurement's name,
/// the tags, the time and then the values:
/// ```
/// name,tags,time,last
/// linky,"meter=house,site=home",1767225600,12345678
/// ```
/// Bytes are looked at where they lie: the readings of a month are millions of cells.
struct CSVRow {
    /// The tags of the row's series, by name; empty without a `GROUP BY`.
    private(set) var tags: [String: String] = [:]
    /// The number of the row's series in the answer: rows of one series follow each other.
    private(set) var series = 0
    /// Seconds since 1970, as `epoch=s` asks for them.
    private(set) var time: Int64 = 0

    /// The whole answer.
    private let answer: [UInt8]
    /// The place of the line behind the row.
    private var next = 0
    /// The places of the row's cells, without quotes.
    private var cells: [Range<Int>] = []
    /// The place of the tags' cell of the row before.
    private var tagsBefore = 0..<0

    /// The first row of an answer; `nil` when it has none.
    init?(_ answer: [UInt8]) {
        self.answer = answer
        guard advance() else { return nil }
    }

    /// Goes on to the next row, past the headers, which stand above each measurement.
    ///
    /// - Returns: false when there is none.
    mutating func advance() -> Bool {
        while next < answer.count {
            takeLine()
            guard cells.count >= 3, let time = Int64(String(decoding: answer[cells[2]], as: UTF8.self)) else {
                continue
            }
            self.time = time
            if series == 0 || answer[cells[1]] != answer[tagsBefore] {
                series += 1
                tags = Self.tags(answer[cells[1]])
            }
            tagsBefore = cells[1]
            return true
        }
        return false
    }

    /// Finds the cells of a line; a comma between quotes belongs to its cell, as two tags do in `"meter=linky,site=home"`.
    ///
    /// Byte by byte, since no part of another character looks like a comma or a quote.
    private mutating func takeLine() {
        cells.removeAll(keepingCapacity: true)
        answer.withUnsafeBufferPointer { bytes in
            var start = next
            var isQuoted = false
            var place = next
            while place < bytes.count, bytes[place] != UInt8(ascii: "\n") {
                if bytes[place] == UInt8(ascii: "\"") {
                    isQuoted.toggle()
                } else if bytes[place] == UInt8(ascii: ","), !isQuoted {
                    cells.append(Self.unquoted(start..<place, in: bytes))
                    start = place + 1
                }
                place += 1
            }
            cells.append(Self.unquoted(start..<place, in: bytes))
            next = place + 1
        }
    }

    /// A cell without the quotes around it.
    private static func unquoted(_ cell: Range<Int>, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        cell.count >= 2 && bytes[cell.lowerBound] == UInt8(ascii: "\"")
            ? cell.lowerBound + 1..<cell.upperBound - 1 : cell
    }

    /// The tags of a cell such as `place=Rez\ de\ jardin,site=home`, escaped as in line protocol.
    private static func tags(_ cell: ArraySlice<UInt8>) -> [String: String] {
        var tags: [String: String] = [:]
        var (name, text): ([UInt8], [UInt8]) = ([], [])
        var (isValue, isEscaped) = (false, false)
        func take() {
            if isValue { tags[String(decoding: name, as: UTF8.self)] = String(decoding: text, as: UTF8.self) }
        }
        for byte in cell {
            switch byte {
            case UInt8(ascii: "\\") where !isEscaped:
                isEscaped = true
                continue
            case UInt8(ascii: "=") where !isEscaped && !isValue: (name, text, isValue) = (text, [], true)
            case UInt8(ascii: ",") where !isEscaped:
                take()
                (text, isValue) = ([], false)
            case UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: " "): text.append(byte)
            default:
                // A backslash before anything else is one.
                if isEscaped { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
            isEscaped = false
        }
        if isEscaped { text.append(UInt8(ascii: "\\")) }
        take()
        return tags
    }

    /// The columns after the time, in the order of the query; empty where there is no value.
    var values: [String] { cells[3...].map { String(decoding: answer[$0], as: UTF8.self) } }

    /// A value as a whole number, rounded; `nil` where there is none, or one too large for 64 bits.
    func integer(_ column: Int) -> Int64? { number(column).flatMap { Int64(exactly: $0.rounded()) } }

    /// A value as a number; `nil` where there is none, or a text.
    ///
    /// Whole numbers lose digits above 2^53 only.
    func number(_ column: Int) -> Double? {
        guard column >= 0, column + 3 < cells.count else { return nil }
        return DecimalText.number(answer[cells[column + 3]])
    }
}

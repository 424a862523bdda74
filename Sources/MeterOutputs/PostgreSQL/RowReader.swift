import MeterCore
import MeterNotation

/// Reads the lines of a batch into elements of arrays, each of which ends with a comma.
///
/// A day's backlog has hundreds of thousands of values: nothing is made for each but its bytes in the arrays.
struct RowReader {
    /// Rows with values of one type.
    struct Rows {
        var count = 0
        var numbers: [UInt8] = []
        var times: [UInt8] = []
        var values: [UInt8] = []
    }

    /// A field of a series: its number in the rows, and the time of its last row.
    private struct Column {
        var name: ArraySlice<UInt8>
        var number: Int
        var last = Int64.min
    }

    /// Measurement and tags as they stand in lines, and the columns so far.
    private struct Key {
        var bytes: ArraySlice<UInt8>
        /// Site, measurement, source, part, box and tags as elements.
        var names: [[UInt8]]
        var columns: [Column] = []
    }

    /// A row that is there: its column and its time.
    private struct Place: Hashable {
        var number: Int
        var time: Int64
    }

    /// The lines that cannot be read: without a time, or with a zero byte, which no text of PostgreSQL has.
    private(set) var unreadable: Set<String> = []
    private(set) var numbers = Rows()
    private(set) var texts = Rows()
    /// Site, measurement, source, part, box, tags and field of each number of a row.
    private(set) var names: [[UInt8]] = Array(repeating: [], count: 7)

    private let context: HistoryContext
    private let policy: String
    private let precision: Precision
    private let bytes: [UInt8]
    private var keys: [Key] = []
    /// The keys by a number that is made of their bytes.
    private var places: [UInt64: [Int]] = [:]
    private var columns = 0
    /// False once a row may be one of a time that was there before.
    private var isInOrder = true
    /// The rows so far, where of two for one time the last is wanted.
    private var seen: Set<Place>?

    /// Reads all lines; of two rows of the same for one time the last line counts.
    ///
    /// - Parameters:
    ///   - batch: the lines.
    ///   - context: has the box of lines that name none, and the tags that tell nothing apart.
    /// - Returns: the rows.
    static func read(_ batch: Batch, _ context: HistoryContext) -> RowReader {
        var reader = RowReader(batch, context)
        let lines = reader.lines
        for line in lines { reader.read(line) }
        guard !reader.isInOrder else { return reader }
        reader = RowReader(batch, context)
        reader.seen = []
        for line in lines.reversed() { reader.read(line) }
        return reader
    }

    private init(_ batch: Batch, _ context: HistoryContext) {
        self.context = context
        (policy, precision, bytes) = (batch.policy.name, batch.precision, batch.lines)
        numbers.numbers.reserveCapacity(bytes.count / 4)
        numbers.times.reserveCapacity(bytes.count / 2)
        numbers.values.reserveCapacity(bytes.count / 4)
    }

    private var lines: [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            if place > start { lines.append(start..<place) }
            start = place + 1
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        return lines
    }

    private mutating func read(_ line: Range<Int>) {
        let (numbersEnd, textsEnd) = (numbers.end, texts.end)
        guard !take(line) else { return }
        numbers.cut(to: numbersEnd)
        texts.cut(to: textsEnd)
        unreadable.insert(String(decoding: bytes[line], as: UTF8.self))
    }

    /// Takes a line; false when it cannot be read, and then some of its rows may be there.
    private mutating func take(_ line: Range<Int>) -> Bool {
        let (keyEnd, hash) = endOfKey(line)
        guard let timeStart = bytes[line].lastIndex(of: .space), keyEnd < timeStart, !bytes[line].contains(0),
            let time = number(bytes[(timeStart + 1)..<line.upperBound]),
            let key = key(bytes[line.lowerBound..<keyEnd], hash)
        else { return false }
        let timeText = text(of: time, bytes[(timeStart + 1)..<line.upperBound])
        var place = keyEnd + 1
        var position = 0
        while place < timeStart {
            let nameEnd = end(of: place..<timeStart, at: .equals)
            let start = nameEnd + 1
            guard nameEnd > place, start < timeStart else { return false }
            let isText = bytes[start] == .quote
            let valueEnd = isText ? endOfText(start..<timeStart) : end(of: start..<timeStart, at: .comma)
            guard valueEnd > start, valueEnd == timeStart || bytes[valueEnd] == .comma else { return false }
            let column = column(bytes[place..<nameEnd], of: key, at: position, time)
            if seen?.insert(Place(number: column, time: time)).inserted ?? true {
                let value = bytes[start..<valueEnd]
                if isText {
                    texts.add(column, timeText)
                    append(text: value)
                } else {
                    numbers.add(column, timeText)
                    guard append(number: value) else { return false }
                }
            }
            place = valueEnd + 1
            position += 1
        }
        return position > 0
    }

    // MARK: - Columns

    /// The place of a key, which is new the first time; `nil` for one that cannot be read.
    private mutating func key(_ key: ArraySlice<UInt8>, _ hash: UInt64) -> Int? {
        if let known = places[hash]?.first(where: { keys[$0].bytes == key }) { return known }
        guard let line = try? LineProtocolReader.parse(Array(key) + Array(" f=1".utf8)) else { return nil }
        let tags = SeriesTags(line, policy: policy, context)
        let measurement = policy.isEmpty ? line.measurement : "\(policy).\(line.measurement)"
        let names = [tags.site, measurement, tags.source, tags.part, tags.box, tags.common]
        places[hash, default: []].append(keys.count)
        keys.append(Key(bytes: key, names: names.map { Self.element(Array($0.utf8)) }))
        return keys.count - 1
    }

    /// The number of a field, which is new the first time; notes whether its times go up.
    private mutating func column(_ name: ArraySlice<UInt8>, of key: Int, at position: Int, _ time: Int64) -> Int {
        var place = position
        // Mostly the fields stand in one order.
        if place >= keys[key].columns.count || keys[key].columns[place].name != name {
            place = keys[key].columns.firstIndex { $0.name == name } ?? keys[key].columns.count
        }
        if place == keys[key].columns.count {
            columns += 1
            keys[key].columns.append(Column(name: name, number: columns))
            for (list, element) in (keys[key].names + [Self.element(Self.plain(name))]).enumerated() {
                names[list] += element
            }
        } else if time <= keys[key].columns[place].last {
            isInOrder = false
        }
        keys[key].columns[place].last = max(time, keys[key].columns[place].last)
        return keys[key].columns[place].number
    }

    // MARK: - Values

    /// Appends a number or a truth as it stands in a line; false when it is neither.
    private mutating func append(number value: ArraySlice<UInt8>) -> Bool {
        guard let first = value.first else { return false }
        switch first {
        case UInt8(ascii: "t"), UInt8(ascii: "T"): numbers.values.append(UInt8(ascii: "1"))
        case UInt8(ascii: "f"), UInt8(ascii: "F"): numbers.values.append(UInt8(ascii: "0"))
        default:
            let digits = value.last == UInt8(ascii: "i") ? value.dropLast() : value
            // Neither `nan` nor anything else that PostgreSQL would take for a number.
            let isNumber = digits.allSatisfy { (0x2B...0x39).contains($0) && $0 != .comma || $0 | 0x20 == 0x65 }
            guard isNumber, !digits.isEmpty else { return false }
            numbers.values += digits
        }
        numbers.values.append(.comma)
        return true
    }

    /// Appends a text with its quotes, as it stands in a line: there a backslash is one but before a quote or another one.
    private mutating func append(text value: ArraySlice<UInt8>) {
        var text: [UInt8] = []
        var place = value.startIndex + 1
        while place < value.endIndex - 1 {
            let next = value[place + 1]
            if value[place] == .backslash, place + 1 < value.endIndex - 1, next == .quote || next == .backslash {
                place += 1
            }
            text.append(value[place])
            place += 1
        }
        texts.values += Self.element(text)
    }

    /// An element of an array, with its comma.
    private static func element(_ text: [UInt8]) -> [UInt8] {
        var element: [UInt8] = [.quote]
        for byte in text {
            if byte == .quote || byte == .backslash { element.append(.backslash) }
            element.append(byte)
        }
        return element + [.quote, .comma]
    }

    /// The name of a field without the backslashes before what would end it.
    private static func plain(_ name: ArraySlice<UInt8>) -> [UInt8] {
        var text = [UInt8]("m ".utf8)
        text += name
        text += "=1".utf8
        let line = try? LineProtocolReader.parse(text)
        return line?.fields.first.map { Array($0.0.utf8) } ?? Array(name)
    }

    // MARK: - Bytes

    /// The end of measurement and tags, and a number that differs for most of them.
    private func endOfKey(_ line: Range<Int>) -> (end: Int, hash: UInt64) {
        var hash = NameHash.start
        var place = line.lowerBound
        while place < line.upperBound, bytes[place] != .space {
            if bytes[place] == .backslash { place += 1 }
            if place < line.upperBound { hash = NameHash.next(hash, bytes[place]) }
            place += 1
        }
        return (min(place, line.upperBound), hash)
    }

    /// The place of a byte that no backslash stands before; the end of the range when there is none.
    private func end(of range: Range<Int>, at stop: UInt8) -> Int {
        var place = range.lowerBound
        while place < range.upperBound, bytes[place] != stop { place += bytes[place] == .backslash ? 2 : 1 }
        return min(place, range.upperBound)
    }

    /// The place behind a text; its start when it has no end.
    private func endOfText(_ range: Range<Int>) -> Int {
        let last = end(of: (range.lowerBound + 1)..<range.upperBound, at: .quote)
        return last < range.upperBound ? last + 1 : range.lowerBound
    }

    private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard digits.count <= 20, digits.first != UInt8(ascii: "+") else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    /// A time in seconds, with its comma.
    private func text(of time: Int64, _ digits: ArraySlice<UInt8>) -> [UInt8] {
        guard precision != .seconds else { return digits + [.comma] }
        let parts = 1_000_000_000 / precision.nanoseconds
        let (seconds, rest) = (time / parts, abs(time % parts))
        let sign = time < 0 && seconds == 0 ? "-" : ""
        return Array("\(sign)\(seconds).\(String(rest + parts).dropFirst()),".utf8)
    }
}

extension RowReader.Rows {
    /// The lengths of the arrays, to come back to.
    fileprivate var end: (Int, Int, Int, Int) { (count, numbers.count, times.count, values.count) }

    fileprivate mutating func cut(to end: (Int, Int, Int, Int)) {
        count = end.0
        numbers.removeLast(numbers.count - end.1)
        times.removeLast(times.count - end.2)
        values.removeLast(values.count - end.3)
    }

    /// Adds all of a row but its value.
    fileprivate mutating func add(_ number: Int, _ time: [UInt8]) {
        count += 1
        numbers += "\(number),".utf8
        times += time
    }
}

extension UInt8 {
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let space = UInt8(ascii: " ")
    fileprivate static let equals = UInt8(ascii: "=")
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let backslash = UInt8(ascii: "\\")
}

import MeterCore

/// A batch as PostgreSQL takes it: arrays as text, a row for each field of each line, and once what the rows are of.
///
/// The numbers go as they stand in the lines. Of two rows for the same time the last one counts, as in InfluxDB.
struct PostgresRows {
    /// The times of the rows, in seconds since 1970.
    let times: [UInt8]
    /// The lines that cannot be read.
    let unreadable: Set<String>
    /// True without rows.
    let isEmpty: Bool
    /// Numbers of what they are of, times, values and texts; then site, measurement, source, part, box, tags and
    /// field by number.
    let parameters: [[UInt8]]

    init(_ batch: Batch, _ context: HistoryContext) {
        let read = RowReader.read(batch, context)
        unreadable = read.unreadable
        isEmpty = read.numbers.count + read.texts.count == 0
        times = closed(read.numbers.times, read.texts.times)
        // Rows with texts come last; where the array of values has ended, unnest goes on with NULL.
        let none = read.texts.count == 0 ? [] : [[UInt8]](repeating: Array("NULL,".utf8), count: read.numbers.count)
        parameters =
            [
                closed(read.numbers.numbers, read.texts.numbers), times, closed(read.numbers.values),
                closed(Array(none.joined()), read.texts.values),
            ] + read.names.map { closed($0) }
    }
}

/// An array of elements that end with a comma each, as PostgreSQL reads it.
private func closed(_ elements: [UInt8], _ more: [UInt8] = []) -> [UInt8] {
    var array: [UInt8] = []
    array.reserveCapacity(elements.count + more.count + 2)
    array.append(UInt8(ascii: "{"))
    array += elements
    array += more
    if array.count > 1 { array.removeLast() }
    array.append(UInt8(ascii: "}"))
    return array
}

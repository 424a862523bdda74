extension Batch {
    /// The lines that a refusal is likely to be about, and the others, so that few requests find out.
    ///
    /// The words need not be about all bad lines, nor about every line that they fit: both parts are sent, and the
    /// server decides.
    ///
    /// - Returns: `nil` for a single line.
    func parts(by refusal: Refusal) -> (Batch, Batch)? {
        switch refusal {
        case .all, .some: halves
        // What is too old stands together then.
        case .old: inOrderOfTime.halves
        case .texts(let texts):
            divided { texts.contains(String(decoding: $0, as: UTF8.self)) } ?? halves
        case .field(let field, let measurement, let type):
            divided { line in
                let parsed = try? LineProtocolReader.parse(line, precision: precision)
                return parsed?.measurement == measurement
                    && parsed?.fields.contains { $0.0 == field && $0.1.typeName == type } ?? false
            } ?? halves
        }
    }

    private var separateLines: [ArraySlice<UInt8>] { lines.split(separator: UInt8(ascii: "\n")) }

    /// Those lines that are wanted and the others, each in their order; `nil` when one of the two has none.
    private func divided(_ isWanted: (ArraySlice<UInt8>) -> Bool) -> (Batch, Batch)? {
        var (wanted, others) = (self, self)
        (wanted.lines, wanted.points, others.lines, others.points) = ([], 0, [], 0)
        for line in separateLines {
            if isWanted(line) { wanted.append(line) } else { others.append(line) }
        }
        return wanted.points == 0 || others.points == 0 ? nil : (wanted, others)
    }

    private mutating func append(_ line: ArraySlice<UInt8>) {
        lines += line
        lines.append(UInt8(ascii: "\n"))
        points += 1
    }

    /// The same lines, oldest first; of two with one time the first stays the first, since the last one counts.
    private var inOrderOfTime: Batch {
        var sorted = self
        (sorted.lines, sorted.points) = ([], 0)
        let dated = separateLines.map { (time: time(of: $0)?.nanoseconds ?? .max, line: $0) }
        for entry in dated.enumerated().sorted(by: { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }) {
            sorted.append(entry.element.line)
        }
        return sorted
    }
}

extension FieldValue {
    /// The type in InfluxDB's words.
    fileprivate var typeName: String {
        switch self {
        case .float: "float"
        case .integer: "integer"
        case .string: "string"
        case .boolean: "boolean"
        }
    }
}

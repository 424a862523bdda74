import MeterCore

/// Lines for an engine without retention policies.
///
/// The policy stands before the measurement's name: `m15_energy`. Texts are left out, since such an engine stores each as 0
/// (VictoriaMetrics 1.79.5).
enum PolicyNames {
    private static let (space, comma, equals) = (UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "="))
    private static let (quote, backslash, lineFeed) = (UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "\n"))

    /// The lines of a batch; those that have texts only are left out.
    static func lines(of batch: Batch) -> [UInt8] {
        let prefix = batch.policy == .default ? [] : Array("\(batch.policy.name)_".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(batch.lines.count + batch.points * prefix.count)
        for line in batch.lines.split(separator: lineFeed) { append(line, prefix, to: &result) }
        return result
    }

    private static func append(_ line: ArraySlice<UInt8>, _ prefix: [UInt8], to result: inout [UInt8]) {
        // A quote within a tag is no text.
        guard let head = end(of: line, at: [space], hasTexts: false) else { return }
        let begin = result.count
        result += prefix
        result += line[..<head]
        result.append(space)
        var rest = line[(head + 1)...]
        var isFirst = true
        while true {
            let fieldEnd = end(of: rest, at: [comma, space]) ?? rest.endIndex
            let field = rest[..<fieldEnd]
            if let sign = end(of: field, at: [equals]), field[(sign + 1)...].first != quote {
                if !isFirst { result.append(comma) }
                result += field
                isFirst = false
            }
            guard fieldEnd < rest.endIndex, rest[fieldEnd] == comma else {
                rest = rest[fieldEnd...]
                break
            }
            rest = rest[(fieldEnd + 1)...]
        }
        guard !isFirst else {
            result.removeSubrange(begin...)
            return
        }
        result += rest
        result.append(lineFeed)
    }

    /// The place of the first of some bytes that is neither escaped nor within a text; `nil` without one.
    private static func end(of bytes: ArraySlice<UInt8>, at stops: [UInt8], hasTexts: Bool = true) -> Int? {
        var (place, isText) = (bytes.startIndex, false)
        while place < bytes.endIndex {
            let byte = bytes[place]
            if byte == backslash {
                place += 1
            } else if hasTexts, byte == quote, isText || (place > bytes.startIndex && bytes[place - 1] == equals) {
                isText.toggle()
            } else if !isText, stops.contains(byte) {
                return place
            }
            place += 1
        }
        return nil
    }
}

/// Splits a measurement as InfluxQL writes it: `linky`, `30days.linky`, `"30 days"."a.b"`.
///
/// A part without quotes holds no dot, quote, backslash, space or control character; within quotes `\"` and `\\` are
/// escapes, and only control characters are refused. Nothing for any other text, or an empty part.
public func parseMeasurementName(_ text: String) -> (policy: String?, name: String)? {
    var rest = text.unicodeScalars[...]
    guard let first = measurementPart(&rest) else { return nil }
    if rest.isEmpty { return (nil, first) }
    guard rest.removeFirst() == ".", let second = measurementPart(&rest), rest.isEmpty else { return nil }
    return (first, second)
}

/// Takes one part off the front, quoted or bare; `nil` when none stands there.
private func measurementPart(_ rest: inout String.UnicodeScalarView.SubSequence) -> String? {
    var part = String.UnicodeScalarView()
    guard rest.first == "\"" else {
        part.append(
            contentsOf: rest.prefix { scalar in
                !scalar.isControl && !scalar.properties.isWhitespace && !".\"\\".unicodeScalars.contains(scalar)
            }
        )
        rest = rest.dropFirst(part.count)
        return part.isEmpty ? nil : String(part)
    }
    rest.removeFirst()
    while let scalar = rest.popFirst() {
        switch scalar {
        case "\"": return part.isEmpty ? nil : String(part)
        case "\\":
            guard let escaped = rest.popFirst(), escaped == "\"" || escaped == "\\" else { return nil }
            part.append(escaped)
        case _ where scalar.isControl: return nil
        default: part.append(scalar)
        }
    }
    return nil
}

extension Unicode.Scalar {
    var isControl: Bool { properties.generalCategory == .control }
}

import MeterNotation

/// A number as a device writes it: whole, or with decimals or an exponent.
public enum NumberText: Sendable, Hashable {
    /// A whole number of up to 64 bits with its sign, exact as registers need it.
    case integer(Int64)
    /// A number with decimals or an exponent, or too large for 64 bits.
    case decimal(Double)

    /// The character that stands before the decimals; the raw value is the configuration's word.
    public enum Mark: String, Sendable, CaseIterable {
        /// A point or a comma; a number with both is none, since either could be the one.
        case either
        /// A point; commas group digits.
        case point
        /// A comma; points group digits.
        case comma
    }

    /// The number that a text begins with, a unit behind it or not: `012345678`, `12,5 °C`, `1 234.5 kWh`, `-2.5e3`.
    ///
    /// Neither infinite nor NaN; spaces between groups of three digits, also those that do not break, are left out. A
    /// sign may stand before it, also the typographic minus. A time such as `12:30` and a code such as `0x1F` are no
    /// numbers.
    ///
    /// - Parameters:
    ///   - text: the text, white space around it aside.
    ///   - mark: the character before the decimals.
    public init?(_ text: String, mark: Mark = .either) {
        if let number = Self.plain(text, mark) {
            self = number
            return
        }
        var digits = ""
        var hasMark = false
        var hasExponent = false
        var rest = text.trimmed.unicodeScalars[...]
        if let sign = rest.first, "+-−".unicodeScalars.contains(sign) {
            digits = sign == "+" ? "" : "-"
            rest.removeFirst()
        }
        guard let first = rest.first, ("0"..."9").contains(first) || ".,".unicodeScalars.contains(first) else {
            return nil
        }
        scan: while let scalar = rest.first {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case ".", ",":
                let isMark = mark == .either || (scalar == ".") == (mark == .point)
                if isMark {
                    guard !hasMark, !hasExponent else { return nil }
                    hasMark = true
                    digits += "."
                } else if hasMark || hasExponent {
                    return nil
                }
            case " ", "\u{A0}", "\u{202F}":
                // A group of three digits follows, or the unit.
                let group = rest.dropFirst().prefix { ("0"..."9").contains($0) }
                guard group.count == 3, !hasMark, !hasExponent else { break scan }
            case "e", "E":
                var power = rest.dropFirst()
                if let sign = power.first, "+-".unicodeScalars.contains(sign) { power.removeFirst() }
                guard !hasExponent, let digit = power.first, ("0"..."9").contains(digit) else { break scan }
                hasExponent = true
                digits.unicodeScalars.append(contentsOf: rest[rest.startIndex..<power.startIndex])
                rest = power
                continue scan
            default: break scan
            }
            rest.removeFirst()
        }
        guard Self.isUnit(rest), digits.utf8.contains(where: { $0.isDigit }) else { return nil }
        if !hasMark, !hasExponent, let integer = Int64(digits) {
            self = .integer(integer)
        } else if let number = Double(digits.hasSuffix(".") ? digits + "0" : digits), number.isFinite {
            self = .decimal(number)
        } else {
            return nil
        }
    }

    /// The number of a text without blanks, groups and unit, as nearly all are; `nil` for others.
    private static func plain(_ text: String, _ mark: Mark) -> NumberText? {
        if let integer = Int64(text) { return .integer(integer) }
        guard mark != .comma, text.utf8.allSatisfy({ $0.isDigit || $0 == 0x2E || $0 == 0x2D }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? .decimal($0) : nil }
    }

    /// True for text that may follow a number: a short word such as `kWh`, `m3` or `°C`, and no part of a time or a
    /// code.
    private static func isUnit(_ rest: Substring.UnicodeScalarView) -> Bool {
        let unit = String(rest).trimmed.unicodeScalars
        guard let first = unit.first else { return true }
        return unit.count <= 8 && first != "x" && !["e", "E"].contains(String(unit))
            && (first.properties.isAlphabetic || "°%µ€".unicodeScalars.contains(first))
            && !unit.contains { "01456789:,;".unicodeScalars.contains($0) }
    }

    /// The number nearest to it; a whole one is exact up to 2⁵³.
    public var double: Double {
        switch self {
        case .integer(let number): Double(number)
        case .decimal(let number): number
        }
    }
}

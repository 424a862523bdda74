extension UInt8 {
    /// True for the character of a decimal digit in ASCII and UTF-8.
    @inlinable public var isDigit: Bool { self &- 0x30 < 10 }
}

extension BinaryInteger {
    /// A number that is not negative, with zeros before it up to a count of digits; longer ones stay whole.
    ///
    /// - Parameters:
    ///   - count: the fewest digits.
    ///   - radix: 2 to 36.
    ///   - uppercase: letters above 9 are capitals.
    /// - Returns: the digits.
    public func digits(_ count: Int, radix: Int = 10, uppercase: Bool = false) -> String {
        if radix == 10, let number = UInt64(exactly: self) { return decimals(of: number, count) }
        let text = String(self, radix: radix, uppercase: uppercase)
        return String(repeating: "0", count: Swift.max(0, count - text.utf8.count)) + text
    }
}

/// The decimal digits of a number, with zeros before them up to a count: without what any radix needs.
private func decimals(of number: UInt64, _ count: Int) -> String {
    var (length, rest) = (1, number / 10)
    while rest > 0 { (length, rest) = (length + 1, rest / 10) }
    length = max(length, count)
    return String(unsafeUninitializedCapacity: length) { text in
        var left = number
        for place in stride(from: length - 1, through: 0, by: -1) {
            text[place] = UInt8(ascii: "0") + UInt8(left % 10)
            left /= 10
        }
        return length
    }
}

/// A text without the numbers of a household's meter or delivery point, of which the last four digits stay.
///
/// These have 12 (ADCO, ADSC) or 14 digits (PRM): `Linky ••••4567`.
public func withoutMeterNumbers(_ text: String) -> String {
    var (result, digits) = ("", "")
    for character in text + "\n" {
        if character.isASCII, character.isNumber {
            digits.append(character)
        } else {
            result += (12...14).contains(digits.count) ? lastDigits(of: digits) : digits
            digits = ""
            result.append(character)
        }
    }
    return String(result.dropLast())
}

/// The number of a meter or of a delivery point without what makes it one of a household: `••••4567`.
public func lastDigits(of number: String) -> String { "••••\(number.suffix(4))" }

/// Bytes as two hexadecimal digits each, for a person: `01 03 0A`.
///
/// - Parameters:
///   - bytes: in the order in which they are written.
///   - separator: what stands between them.
/// - Returns: the text.
public func hexadecimal(_ bytes: some Sequence<UInt8>, separator: String = " ") -> String {
    bytes.map { $0.digits(2, radix: 16, uppercase: true) }.joined(separator: separator)
}

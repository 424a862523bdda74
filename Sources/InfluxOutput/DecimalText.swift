import MeterNotation

/// Numbers as a database writes them, read from their bytes.
enum DecimalText {
    /// The most digits of which a double holds every number exactly.
    private static let exactDigits = 15
    private static let powers = (0...exactDigits).map { places in (0..<places).reduce(1.0) { power, _ in power * 10 } }

    /// The number nearest to a decimal text; `nil` for what is none.
    ///
    /// Up to fifteen digits, and a power of ten up to 10^15, are doubles without a rest, so that their quotient is rounded
    /// once, as it should be. The standard library reads whatever else there is.
    static func number(_ text: ArraySlice<UInt8>) -> Double? {
        var (digits, decimals) = (0, 0)
        var whole: UInt64 = 0
        var hasPoint = false
        let isNegative = text.first == UInt8(ascii: "-")
        for byte in isNegative ? text.dropFirst() : text {
            if byte.isDigit {
                whole = whole &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                digits += 1
                if hasPoint { decimals += 1 }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                digits = 0
                break
            }
        }
        guard (1...exactDigits).contains(digits) else { return Double(String(decoding: text, as: UTF8.self)) }
        let magnitude = Double(whole) / powers[decimals]
        return isNegative ? -magnitude : magnitude
    }
}

import MeterNotation

/// A register of a meter as it was read last before the end of a quarter: `linky:import=12345678@3`.
public struct MeterStand: Sendable, Hashable {
    /// The registers that are kept: Wh drawn from the grid, injected, produced.
    static let quantities: [MeterRegister.Quantity] = [.import, .export, .production]

    /// The name of the meter, see `Subject.meter`.
    public var meter: String
    /// The energy that it counts.
    public var quantity: MeterRegister.Quantity
    /// The register in Wh, to the thousandth.
    public var wattHours: Double
    /// The seconds from that reading to the end of the quarter, 0 or more.
    public var age: Int64

    public init(meter: String, quantity: MeterRegister.Quantity, wattHours: Double, age: Int64) {
        (self.meter, self.quantity, self.wattHours, self.age) = (meter, quantity, wattHours, age)
    }

    /// The word of it in a record; everything but letters, digits, `-`, `_` and `.` of a name is escaped as in a URL.
    var word: String { "\(percentEscaped(meter)):\(quantity.rawValue)=\(Self.number(wattHours))@\(age)" }

    /// A number that is not negative, without zeros that say nothing.
    private static func number(_ value: Double) -> String {
        let thousandths = Int64((min(max(0, value), 1e15) * 1000).rounded())
        guard thousandths % 1000 != 0 else { return "\(thousandths / 1000)" }
        var fraction = (thousandths % 1000).digits(3)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(thousandths / 1000).\(fraction)"
    }

    /// True for the words of a quarter's record, in the form in which they are written.
    static func areWords(_ content: String) -> Bool {
        content.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).allSatisfy(isWord)
    }

    private static func isWord(_ word: Substring.UTF8View) -> Bool {
        guard let colon = word.firstIndex(of: UInt8(ascii: ":")), let sign = word.firstIndex(of: UInt8(ascii: "=")),
            let at = word.firstIndex(of: UInt8(ascii: "@")), word.startIndex < colon, colon < sign, sign < at
        else { return false }
        let quantity = word[word.index(after: colon)..<sign]
        let numbers = [word[word.index(after: sign)..<at], word[word.index(after: at)...]]
        return quantities.contains { $0.rawValue.utf8.elementsEqual(quantity) }
            && numbers.allSatisfy { number in
                number.first?.isDigit ?? false && number.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
            }
    }
}

import MeterNotation

/// A value as the meter counts it: a whole number times a power of ten, or a floating-point number.
///
/// Registers stay whole numbers on their whole way, so that no digit is lost or appears.
public enum MBusNumber: Sendable, Hashable {
    /// A whole number times ten to the exponent: 1234567 and -3 are 1234.567.
    case decimal(Int64, exponent: Int)
    /// A floating-point number, finite.
    case real(Double)

    /// The number nearest to it.
    public var double: Double {
        switch self {
        case .decimal(let mantissa, let exponent): Double("\(mantissa)e\(exponent)") ?? 0
        case .real(let value): value
        }
    }

    /// The number, if it is whole and fits 64 bits.
    public var integer: Int64? {
        switch self {
        case .decimal(var mantissa, var exponent):
            while exponent > 0, mantissa != 0 {
                let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                (mantissa, exponent) = (product, exponent - 1)
            }
            while exponent < 0, mantissa != 0 {
                guard mantissa % 10 == 0 else { return nil }
                (mantissa, exponent) = (mantissa / 10, exponent + 1)
            }
            return mantissa
        case .real(let value): return Int64(exactly: value)
        }
    }

    /// The number times a power of ten.
    func scaled(by power: Int) -> MBusNumber {
        switch self {
        case .decimal(let mantissa, let exponent): .decimal(mantissa, exponent: exponent + power)
        case .real(let value): .real(power == 0 ? value : Self.scaled(value, by: power))
        }
    }

    /// The number times a factor; a floating-point one when 64 bits are too few.
    func times(_ factor: Int64) -> MBusNumber {
        switch self {
        case .decimal(let mantissa, let exponent):
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: factor)
            return overflow ? .real(double * Double(factor)) : .decimal(product, exponent: exponent)
        case .real(let value): return .real(value * Double(factor))
        }
    }

    /// The number of a text such as `10` or `0.01`, above 0 and with four decimals at most; `nil` for any other text.
    init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.count <= 18, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0.isDigit } }),
            parts.count == 1 || parts[1].utf8.count <= 4, let mantissa = Int64(parts.joined()), mantissa > 0
        else { return nil }
        self = .decimal(mantissa, exponent: parts.count > 1 ? -parts[1].utf8.count : 0)
    }

    /// The number plus a power of ten, for VIFE 78...7B.
    func adding(powerOfTen power: Int) -> MBusNumber { adding(.decimal(1, exponent: power)) }

    /// The sum with another number, exact while 64 bits hold it.
    func adding(_ other: MBusNumber) -> MBusNumber {
        guard case .decimal(let mantissa, let exponent) = self, case .decimal(let more, let power) = other,
            abs(exponent - power) <= 18
        else { return .real(double + other.double) }
        let common = min(exponent, power)
        let left = Self.digits(mantissa, zeros: exponent - common)
        let right = Self.digits(more, zeros: power - common)
        guard let left, let right, case (let sum, false) = left.addingReportingOverflow(right) else {
            return .real(double + other.double)
        }
        return .decimal(sum, exponent: common)
    }

    /// A number with zeros behind it, if that fits.
    private static func digits(_ number: Int64, zeros: Int) -> Int64? {
        MBusNumber.decimal(number, exponent: zeros).integer
    }

    /// Scales by way of the shortest text that means the number, so that no digits appear which the meter did not send.
    private static func scaled(_ value: Double, by power: Int) -> Double {
        let text = "\(value)"
        guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]) else {
            return Double("\(text)e\(power)") ?? value
        }
        return Double("\(text[..<mark])e\(exponent + power)") ?? value
    }
}

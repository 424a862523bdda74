/// The value of a field.
///
/// InfluxDB keeps the first type of a field per shard, so one field has one type, for ever.
public enum FieldValue: Sendable, Hashable {
    /// A whole number of 64 bits, `12i` in line protocol.
    case integer(Int64)
    /// Not a number and infinities cannot be stored; the encoder leaves them out.
    case float(Double)
    /// `true` or `false`.
    case boolean(Bool)
    /// A text, in quotes in line protocol.
    case string(String)

    /// The value as a number, whichever type it has; `nil` for all others.
    public var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }
}

extension FieldValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByStringLiteral
{
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(stringLiteral value: String) { self = .string(value) }
}

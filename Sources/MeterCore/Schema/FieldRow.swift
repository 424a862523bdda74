/// The fields of one reading, wherever they stand: in a point, or in a row of a database.
public protocol FieldRow {
    /// The value of a field; `nil` where there is none.
    subscript(field: Field) -> FieldValue? { get }
}

extension FieldRow {
    /// The value as a number, whichever type it was stored with.
    func number(_ field: Field) -> Double? {
        switch self[field] {
        case .float(let number)?: number
        case .integer(let number)?: Double(number)
        default: nil
        }
    }

    /// The value as a whole number, a float rounded to the nearest; `nil` when it is beyond 64 bits.
    func integer(_ field: Field) -> Int64? {
        switch self[field] {
        case .integer(let number)?: number
        case .float(let number)?: Int64(exactly: number.rounded())
        default: nil
        }
    }

    /// The fact that a field is a register's value.
    func register(_ field: Field, _ register: MeterRegister) -> [Fact] {
        number(field).map { [.register(register, value: $0)] } ?? []
    }
}

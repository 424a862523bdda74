/// The fields of one reading, wherever they stand: in a point, or in a row of a database.
public protocol FieldRow {
    /// The value of a field; `nil` where there is none.
    subscript(field: Field) -> FieldValue? { get }
}

extension FieldRow {
    /// The value as a number, whichever type it was stored with; `nil` for one that cannot be true.
    func number(_ field: Field) -> Double? { self[field]?.number.flatMap { field.canBe($0) ? $0 : nil } }

    /// The value as a whole number, a float rounded to the nearest; `nil` for one that cannot be true, and beyond 64
    /// bits.
    func integer(_ field: Field) -> Int64? {
        guard number(field) != nil else { return nil }
        switch self[field] {
        case .integer(let number)?: return number
        case .float(let number)?: return Int64(exactly: number.rounded())
        default: return nil
        }
    }

    /// The fact that a field is a register's value.
    func register(_ field: Field, _ register: MeterRegister) -> [Fact] {
        number(field).map { [.register(register, value: $0)] } ?? []
    }
}

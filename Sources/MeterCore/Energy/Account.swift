/// What the growth of registers is booked on.
///
/// Several meters of a role share an account. The raw value is its key in the ledger's memory.
struct Account: RawRepresentable, Sendable, Hashable, Codable, CodingKeyRepresentable {
    let rawValue: String

    init(rawValue: String) { self.rawValue = rawValue }

    static let grid = Account(rawValue: "import")
    static let export = Account(rawValue: "export")
    static let production = Account(rawValue: "production")
    /// The three of which consumption is made.
    static let energies = [grid, export, production]

    /// What a tariff's register counts.
    static func tariff(_ register: String) -> Account { Account(rawValue: "tariff \(register)") }
    /// What one source counts in a role.
    static func meter(_ source: String, _ role: MeterRegister.Role) -> Account {
        Account(rawValue: "meter \(source) \(role.rawValue)")
    }

    /// Where a source's register is booked.
    static func all(of register: MeterRegister, source: String) -> [Account] {
        switch register.role {
        case .grid: [grid]
        case .export: [export]
        case .production: [production, meter(source, .production)]
        case .tariff: [tariff(register.name)]
        case .consumption, .water, .gas, .heat: [meter(source, register.role)]
        }
    }

    /// The words of the key.
    var words: [String] { rawValue.split(separator: " ").map(String.init) }
}

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
    static func meter(_ source: String, _ role: String) -> Account { Account(rawValue: "meter \(source) \(role)") }

    /// The pulses of what one source counts in a role.
    static func pulses(_ source: String, _ role: String) -> Account { Account(rawValue: "pulses \(source) \(role)") }
    /// What was drawn and produced and not injected: nothing is booked on it, it is made of the others.
    static let consumption = Account(rawValue: "consumption")

    /// Where a source's register is booked.
    static func all(of register: MeterRegister, source: String) -> [Account] {
        switch register.role {
        case .grid: [grid]
        case .export: [export]
        case .production: [production, meter(source, register.role.rawValue)]
        case .tariff: [tariff(register.name)]
        case .pulses: [pulses(source, register.name)]
        case .consumption, .water, .gas, .heat: [meter(source, register.role.rawValue)]
        }
    }

    /// The meter whose quantity is booked here.
    var meter: (source: String, role: String)? { owner("meter") }

    /// The meter whose pulses are booked here.
    var pulsingMeter: (source: String, role: String)? { owner("pulses") }

    /// A part of a source has two words: its name and the number of the device.
    private func owner(_ kind: String) -> (source: String, role: String)? {
        let words = words
        guard words.count > 2, words[0] == kind, let role = words.last else { return nil }
        return (words[1..<(words.count - 1)].joined(separator: " "), role)
    }

    /// The words of the key.
    var words: [String] { rawValue.split(separator: " ").map(String.init) }
}

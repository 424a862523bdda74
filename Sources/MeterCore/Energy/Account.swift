/// An account of the books, on which the growth of registers is booked.
///
/// Several meters of a role share an account.
enum Account: Sendable, Hashable {
    /// The energies of the house, each the sum of all meters that count for it.
    case `import`, export, production, charge, discharge
    /// Import and production without export: nothing is booked on it, it is made of the others.
    case consumption
    /// One register of the tariff, by its name.
    case tariff(String)
    /// One meter's own count of a quantity.
    case meter(String, MeterRegister.Quantity)
    /// The pulses of a meter, by its name and its role.
    case pulses(String, String)

    /// Those of which consumption is made.
    static let energies: Set<Account> = [.import, .export, .production, .charge, .discharge]

    /// The accounts that a meter's register is booked on.
    ///
    /// - Parameters:
    ///   - register: the register, with its quantity.
    ///   - meter: the meter's name.
    ///   - isWitness: true when the distributor's meter counts the same: it alone counts for the house.
    /// - Returns: one account, or that of the house and its own.
    static func all(of register: MeterRegister, meter: String, isWitness: Bool) -> [Account] {
        let own = Account.meter(meter, register.quantity)
        switch register.quantity {
        case .import: return register.isDistributors ? [.import] : isWitness ? [own] : [.import, own]
        case .export: return register.isDistributors ? [.export] : isWitness ? [own] : [.export, own]
        case .production: return [.production, own]
        case .charge: return [.charge]
        case .discharge: return [.discharge]
        case .tariff: return [.tariff(register.name)]
        case .pulses: return [.pulses(meter, register.name)]
        case .consumption, .water, .gas, .heat, .cooling: return [own]
        }
    }
}

/// As a text of words, which the ledger's memory keeps: `meter toit 2 production`.
///
/// No raw value: accounts would then be compared and hashed by texts made for that, at each reading.
extension Account: Codable, CodingKeyRepresentable {
    /// The text of words.
    var text: String {
        switch self {
        case .import: "import"
        case .export: "export"
        case .production: "production"
        case .charge: "charge"
        case .discharge: "discharge"
        case .consumption: "consumption"
        case .tariff(let register): "tariff \(register)"
        case .meter(let meter, let quantity): "meter \(meter) \(quantity.rawValue)"
        case .pulses(let meter, let role): "pulses \(meter) \(role)"
        }
    }

    init?(text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        switch (words[0], words.count) {
        case ("import", 1): self = .import
        case ("export", 1): self = .export
        case ("production", 1): self = .production
        case ("charge", 1): self = .charge
        case ("discharge", 1): self = .discharge
        case ("consumption", 1): self = .consumption
        case ("tariff", 2...): self = .tariff(words[1...].joined(separator: " "))
        case ("meter", 3...):
            guard let quantity = MeterRegister.Quantity(rawValue: words[words.count - 1]) else { return nil }
            self = .meter(words[1..<(words.count - 1)].joined(separator: " "), quantity)
        case ("pulses", 3...):
            self = .pulses(words[1..<(words.count - 1)].joined(separator: " "), words[words.count - 1])
        default: return nil
        }
    }

    var codingKey: any CodingKey { text.codingKey }

    init?(codingKey: some CodingKey) { self.init(text: codingKey.stringValue) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let account = Account(text: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no account is called \(text)")
        }
        self = account
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

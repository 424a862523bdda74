/// An account of the books, on which the growth of registers is booked.
///
/// Several meters of a role share an account.
enum Account: Sendable, Hashable {
    /// The energies of the house, each the sum of all meters that count for it.
    ///
    /// Production, charge and discharge are those at the house's alternating current.
    case `import`, export, production, charge, discharge
    /// What the ports of hybrid inverters gave to the house, and took from it.
    case portOut, portIn
    /// The production, charge and discharge behind such ports.
    case portProduction, portCharge, portDischarge
    /// The use of all consumers that have a meter of their own.
    case parts
    /// The use of the house, the part of it that no such meter counted, and what hybrid inverters lost.
    ///
    /// Nothing is booked on these, they are made of the others.
    case consumption, rest, loss
    /// One register of the tariff, by its name.
    case tariff(String)
    /// One meter's own count of a quantity.
    case meter(String, MeterRegister.Quantity)
    /// The pulses of a meter, by its name and its role.
    case pulses(String, String)

    /// Those of which consumption is made.
    static let atTheHouse: Set<Account> = [.import, .export, .production, .charge, .discharge, .portOut, .portIn]
    /// Those of which, with consumption, the energies of a quarter are made.
    static let energies = atTheHouse.union([.portProduction, .portCharge, .portDischarge])
    /// Those that are kept with a quarter until all of its energies are made.
    static let kept = energies.union([.parts, .consumption])

    /// Those that count for one field: at the house, and behind the ports of hybrid inverters.
    static let pairs: [(Account, Account)] = [
        (.production, .portProduction), (.charge, .portCharge), (.discharge, .portDischarge),
    ]

    /// The field of the sums that an account counts for; `nil` for those that are no field by themselves.
    var field: Field? {
        switch self {
        case .import: .importWh
        case .export: .exportWh
        case .production, .portProduction: .productionWh
        case .charge, .portCharge: .chargeWh
        case .discharge, .portDischarge: .dischargeWh
        default: nil
        }
    }

    /// The accounts that a meter's register is booked on.
    ///
    /// - Parameters:
    ///   - register: the register, with its quantity.
    ///   - meter: the meter's name.
    ///   - isWitness: true when the distributor's meter counts the same: it alone counts for the house.
    ///   - hasPort: true when the port of the same source counts what the house gets of it.
    /// - Returns: one account, or that of the house and its own; none for a port that does not count all of that.
    static func all(
        of register: MeterRegister,
        meter: String,
        isWitness: Bool,
        hasPort: Bool
    ) -> [Account] {
        let own = Account.meter(meter, register.quantity)
        switch register.quantity {
        case .import: return register.isDistributors ? [.import] : isWitness ? [own] : [.import, own]
        case .export: return register.isDistributors ? [.export] : isWitness ? [own] : [.export, own]
        case .production: return [hasPort ? .portProduction : .production, own]
        case .charge: return [hasPort ? .portCharge : .charge]
        case .discharge: return [hasPort ? .portDischarge : .discharge]
        case .portOut: return hasPort ? [.portOut] : []
        case .portIn: return hasPort ? [.portIn] : []
        case .tariff: return [.tariff(register.name)]
        case .pulses: return [.pulses(meter, register.name)]
        case .consumption: return [.parts, own]
        case .water, .gas, .heat, .cooling: return [own]
        }
    }
}

/// As a text of words, which the ledger's memory keeps: `meter toit 2 production`.
///
/// No raw value: accounts would then be compared and hashed by texts made for that, at each reading.
extension Account: Codable, CodingKeyRepresentable {
    /// The accounts that are one word.
    private static let words: [String: Account] = [
        "import": .import, "export": .export, "production": .production, "charge": .charge, "discharge": .discharge,
        "portOut": .portOut, "portIn": .portIn, "portProduction": .portProduction, "portCharge": .portCharge,
        "portDischarge": .portDischarge, "parts": .parts, "consumption": .consumption, "rest": .rest, "loss": .loss,
    ]

    /// The text of words.
    var text: String {
        switch self {
        case .tariff(let register): "tariff \(register)"
        case .meter(let meter, let quantity): "meter \(meter) \(quantity.rawValue)"
        case .pulses(let meter, let role): "pulses \(meter) \(role)"
        default: Self.words.first { $0.value == self }?.key ?? ""
        }
    }

    init?(text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        switch (words[0], words.count) {
        case (_, 1):
            guard let account = Self.words[text] else { return nil }
            self = account
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

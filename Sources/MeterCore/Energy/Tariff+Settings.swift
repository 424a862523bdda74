extension TariffHistory {
    /// Decodes the tables `[tariff.NAME]` of a configuration; problems go to its diagnostics.
    public init(settings root: ConfigSection) {
        var tariffs: [Tariff] = []
        for (name, section) in root.namedSections("tariff") {
            guard let tariff = Tariff(settings: section) else { continue }
            if let other = tariffs.first(where: { $0.from == tariff.from }) {
                section.report("another tariff begins on \(other.from), too; \(name) never counts", at: "from")
            }
            tariffs.append(tariff)
        }
        self.init(tariffs)
    }

    /// A block for the configuration that a person can start from.
    ///
    /// The prices are examples: regulated prices change twice a year, and only the bill is right.
    public static let sample = """
        # [tariff.2025-08]                    # any name; one table for each price change, the old ones stay
        # from = "2025-08-01"                 # the first day on which it counts
        # option = "hphc"                     # base | hphc | tempo | ejp
        # prices = { HC = 0.1635, HP = 0.2081 }   # € TTC a kWh: EXAMPLES, take those of your bill
        # subscription = 15.96                # € TTC a month: EXAMPLE
        # feed_in = 0.04                      # € a kWh of surplus that you sell: EXAMPLE
        #
        # base:  prices = { BASE = 0.1952 }
        # tempo: prices = { HCJB = 0.1232, HPJB = 0.1494, HCJW = 0.1391, HPJW = 0.1730, HCJR = 0.1460, HPJR = 0.6468 }
        # ejp:   prices = { HN = 0.1640, PM = 0.9000 }
        """
}

extension Tariff {
    /// Decodes one table.
    ///
    /// - Returns: `nil` when it has no usable date; problems go to the section's diagnostics.
    init?(settings: ConfigSection) {
        let text = settings.string("from", "The first day on which these prices count, as \"2025-08-01\".")
        let option = settings.choice("option", default: Option.base, "The contract, which names the registers.")
        let section = settings.sectionOrDefaults("prices")
        var prices: [String: Double] = [:]
        for register in Self.registers {
            let help = "€ with taxes for one kWh of the register \(register)."
            if let price = section.optionalNumber(register, in: -5...20, help) { prices[register] = price }
        }
        let missing = option.registers.enumerated().filter { number, name in
            prices[name] == nil && prices[Self.standardName(number + 1)] == nil
        }
        let date = LocalDate(text)
        if !text.isEmpty, date == nil {
            settings.report("expected a day such as \"2025-08-01\", found \"\(text)\"", at: "from")
        }
        if !missing.isEmpty {
            let names = missing.map(\.element).joined(separator: ", ")
            settings.report(
                "no price for \(names); the option \"\(option.rawValue)\" has \(option.registers.joined(separator: ", "))",
                at: "prices"
            )
        }
        let feedIn = settings.optionalNumber("feed_in", in: -5...20, "€ for one kWh that is injected and sold.")
        let subscription = settings.optionalNumber("subscription", in: 0...1000, "€ with taxes a month.")
        guard let date else { return nil }
        self.init(from: date, option: option, prices: prices, feedIn: feedIn, subscription: subscription)
    }

    /// Every name that a register may have.
    private static let registers = Option.allCases.flatMap(\.registers) + (1...10).map(standardName)
}

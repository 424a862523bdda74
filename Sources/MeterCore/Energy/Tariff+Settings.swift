public import MeterNotation

extension TariffHistory {
    /// Decodes the tables `[tariff.NAME]` of a configuration; problems go to its diagnostics.
    ///
    /// - Parameters:
    ///   - root: the whole configuration.
    ///   - today: the local date, to warn when no prices count yet; `nil` when it is not known.
    public init(settings root: ConfigSection, today: LocalDate? = nil) {
        var tariffs: [Tariff] = []
        var later: [ConfigSection] = []
        for (name, section) in root.namedSections("tariff") {
            guard let tariff = Tariff(settings: section) else { continue }
            if let other = tariffs.first(where: { $0.from == tariff.from }) {
                section.report("another tariff begins on \(other.from), too; \(name) never counts", at: "from")
            }
            if let today, tariff.from > today { later.append(section) }
            tariffs.append(tariff)
        }
        if later.count == tariffs.count, let first = tariffs.map(\.from).min() {
            for section in later.prefix(1) {
                section.report(
                    "there are no prices before \(first), so no euros until then; add a table with the prices of now",
                    at: "from",
                    severity: .warning
                )
            }
        }
        self.init(tariffs, feedIns: Self.feedIns(root))
    }

    /// Decodes the tables `[feed_in.NAME]`.
    private static func feedIns(_ root: ConfigSection) -> [FeedIn] {
        var feedIns: [FeedIn] = []
        for (name, section) in root.namedSections("feed_in") {
            let from = section.date("from", "The day of the contract of sale, or of its new price, as \"2024-05-01\".")
            let price = section.number("price", in: -5...20, "€ for one kWh that is injected and sold; 0 ends it.")
            guard let date = from else { continue }
            if let other = feedIns.first(where: { $0.from == date }) {
                section.report("another price of sale begins on \(other.from), too; \(name) never counts", at: "from")
            }
            feedIns.append(FeedIn(from: date, price: price))
        }
        return feedIns
    }
}

extension ConfigSection {
    /// A day; problems go to the diagnostics.
    fileprivate func date(_ name: String, _ help: Phrase) -> LocalDate? {
        let text = string(name, help)
        let date = LocalDate(text)
        if !text.isEmpty, date == nil {
            report("expected a day such as \"2025-08-01\", found \"\(text)\"", at: name)
        }
        return date
    }
}

extension Tariff {
    /// Decodes one table.
    ///
    /// - Returns: `nil` when it has no usable date; problems go to the section's diagnostics.
    init?(settings: ConfigSection) {
        let date = settings.date("from", "The first day on which these prices count, as \"2025-08-01\".")
        let option = settings.choice("option", default: Option.base, "The contract, which names the registers.")
        let section = settings.sectionOrDefaults("prices")
        var prices: [String: Double] = [:]
        for register in Self.registers {
            let help: Phrase = "€ with taxes for one kWh of the register \(register)."
            guard let price = section.optionalNumber(register, in: -5...20, help) else { continue }
            prices[register] = price
            Self.tellOfCents(price, register, section)
        }
        let missing = option.registers.enumerated().filter { number, name in
            !section.contains(name) && !section.contains(Self.standardName(number + 1))
        }
        if !missing.isEmpty {
            let names = missing.map(\.element).joined(separator: ", ")
            settings.report(
                "no price for \(names); the option \"\(option.rawValue)\" has \(option.registers.joined(separator: ", "))",
                at: "prices"
            )
        }
        for (number, name) in option.registers.enumerated() where section.contains(name) {
            let standard = Self.standardName(number + 1)
            if section.contains(standard) {
                settings.report(
                    "\(name) and \(standard) are one register of the option \"\(option.rawValue)\", in the two modes of "
                        + "the meter; give one of them",
                    at: "prices"
                )
            }
        }
        let others = prices.keys.filter { Self.number($0) == nil && !option.registers.contains($0) }.sorted()
        if !others.isEmpty {
            settings.report(
                "the option \"\(option.rawValue)\" has \(option.registers.joined(separator: ", ")), and no "
                    + "\(others.joined(separator: ", ")), which will never count",
                at: "prices",
                severity: .warning
            )
        }
        let feedIn = settings.optionalNumber(
            "feed_in",
            in: -5...20,
            "€ for one kWh that is injected and sold; the one before goes on without it."
        )
        if let feedIn { Self.tellOfCents(feedIn, "feed_in", settings) }
        let subscription = settings.optionalNumber("subscription", in: 0...1000, "€ with taxes a month.")
        guard let date else { return nil }
        self.init(from: date, option: option, prices: prices, feedIn: feedIn, subscription: subscription)
    }

    /// Reports a price that was written in cents: a kWh costs less than a euro, and on the worst days of EJP less than three.
    private static func tellOfCents(_ price: Double, _ key: String, _ section: ConfigSection) {
        let euros = numberText((price * 1e4).rounded() / 1e6)
        if price > 3 {
            section.report("\(numberText(price)) € for a kWh must be cents; write \(euros)", at: key)
        } else if price > 1, key != "PM" {
            section.report(
                "\(numberText(price)) € for a kWh is much; if these are cents, write \(euros)",
                at: key,
                severity: .warning
            )
        }
    }

    /// Every name that a register may have.
    private static let registers = Option.allCases.flatMap(\.registers) + (1...10).map(standardName)
}

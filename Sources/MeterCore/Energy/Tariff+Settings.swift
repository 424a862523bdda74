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
        var newest: (tariff: Tariff, section: ConfigSection)?
        for (name, section) in root.namedSections("tariff") {
            guard let tariff = Tariff(settings: section) else { continue }
            if let other = tariffs.first(where: { $0.from == tariff.from }) {
                section.report("another tariff begins on \(other.from), too; \(name) never counts", at: "from")
            }
            if let today, tariff.from > today { later.append(section) }
            if newest.map({ $0.tariff.from < tariff.from }) ?? true { newest = (tariff, section) }
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
        if let today, let newest { newest.tariff.askOfAge(newest.section, today) }
        self.init(
            tariffs,
            feedIns: Self.feedIns(root),
            tempo: TempoDays.read(root),
            ejp: EJPDays.read(root),
            gas: GasPrice.read(root)
        )
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
            section.tellOfCents(price, "price")
            feedIns.append(FeedIn(from: date, price: price))
        }
        return feedIns
    }
}

extension ConfigSection {
    /// A day; problems go to the diagnostics.
    func date(_ name: String, _ help: Phrase) -> LocalDate? {
        let text = string(name, help)
        let date = LocalDate(text)
        if !text.isEmpty, date == nil {
            report("expected a day such as \"2025-08-01\", found \"\(text)\"", at: name)
        }
        return date
    }

    /// A day that may be left out; problems go to the diagnostics.
    fileprivate func optionalDate(_ name: String, _ help: Phrase) -> LocalDate? {
        guard let text = optionalString(name, help) else { return nil }
        let date = LocalDate(text)
        if date == nil { report("expected a day such as \"2025-08-01\", found \"\(text)\"", at: name) }
        return date
    }

    /// The days from `from` to `to`, by the helps for both; `nil` after problems, which go to the diagnostics.
    func span(_ first: Phrase, _ last: Phrase) -> ClosedRange<LocalDate>? {
        let (from, to) = (date("from", first), date("to", last))
        guard let from, let to else { return nil }
        guard from <= to else {
            report("to is before from", at: "to")
            return nil
        }
        return from...to
    }

    /// A list of days; problems go to the diagnostics.
    func dates(_ name: String, _ help: Phrase) -> Set<LocalDate> {
        var dates: Set<LocalDate> = []
        for text in strings(name, default: [], help) {
            guard let date = LocalDate(text) else {
                report("expected a day such as \"2025-11-18\", found \"\(text)\"", at: name)
                continue
            }
            dates.insert(date)
        }
        return dates
    }

    /// Reports days of a kind that lie outside of a span, and more of them in a season, from 1 September to 31 August, than
    /// the contract has.
    func tellOfDays(_ days: Set<LocalDate>, _ key: String, within span: ClosedRange<LocalDate>, atMost most: Int) {
        if let date = days.filter({ !span.contains($0) }).min() {
            report("\(date) is not between from and to", at: key)
        }
        var seasons: [Int64: Int] = [:]
        for date in days { seasons[date.month >= 9 ? date.year : date.year - 1, default: 0] += 1 }
        if let season = seasons.first(where: { $0.value > most }) {
            report("\(season.value) days in a season, which has \(most) of them", at: key)
        }
    }

    /// Reports a price that was written in cents: a kWh costs less than a euro, and on the worst days of EJP less than three.
    func tellOfCents(_ price: Double, _ key: String) {
        let euros = numberText((price * 1e4).rounded() / 1e6)
        if price > 3 {
            report("\(numberText(price)) € for a kWh must be cents; write \(euros)", at: key)
        } else if price > 1, key != "PM" {
            report(
                "\(numberText(price)) € for a kWh is much; if these are cents, write \(euros)",
                at: key,
                severity: .warning
            )
        }
    }
}

extension Tariff {
    /// Decodes one table.
    ///
    /// - Returns: `nil` when it has no usable date; problems go to the section's diagnostics.
    init?(settings: ConfigSection) {
        let date = settings.date("from", "The first day on which these prices count, as \"2025-08-01\".")
        let help: Phrase = "The contract, which names the registers."
        let option = settings.choice("option", default: Option.base, help)
        // What belongs to a word that is no option nobody knows; the word itself is said once, however often it is read.
        let isKnown = !settings.contains("option") || settings.optionalChoice("option", of: Option.self, help) != nil
        let section = settings.sectionOrDefaults("prices")
        var prices: [String: Double] = [:]
        for register in Self.registers {
            let help: Phrase = "€ with taxes for one kWh of the register \(register)."
            guard let price = section.optionalNumber(register, in: -5...20, help) else { continue }
            prices[register] = price
            section.tellOfCents(price, register)
        }
        let missing = option.registers.enumerated().filter { number, name in
            !section.contains(name) && !section.contains(SupplierRegister.name(number + 1))
        }
        if isKnown, !missing.isEmpty {
            let names = missing.map(\.element).joined(separator: ", ")
            settings.report(
                "no price for \(names); the option \"\(option.rawValue)\" has \(option.registers.joined(separator: ", "))",
                at: "prices"
            )
        }
        for (number, name) in option.registers.enumerated() where section.contains(name) {
            let standard = SupplierRegister.name(number + 1)
            if section.contains(standard) {
                settings.report(
                    "\(name) and \(standard) are one register of the option \"\(option.rawValue)\", in the two modes of "
                        + "the meter; give one of them",
                    at: "prices"
                )
            }
        }
        let others = prices.keys.filter { SupplierRegister.number($0) == nil && !option.registers.contains($0) }
            .sorted()
        if isKnown, !others.isEmpty {
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
        if let feedIn { settings.tellOfCents(feedIn, "feed_in") }
        let subscription = settings.optionalNumber("subscription", in: 0...1000, "€ with taxes a month.")
        let fixedUntil = settings.optionalDate(
            "fixed_until",
            "The last day for which the contract fixes these prices; check asks about older ones than a year without it."
        )
        let offPeak = Self.offPeak(settings, isKnown ? option : nil)
        guard let date else { return nil }
        self.init(from: date, option: option, prices: prices, feedIn: feedIn, subscription: subscription)
        self.fixedUntil = fixedUntil
        self.offPeak = offPeak
    }

    /// Decodes the windows of the off-peak hours, of an option unless its word is none.
    private static func offPeak(_ settings: ConfigSection, _ option: Option?) -> OffPeakHours? {
        func windows(_ key: String, _ help: Phrase) -> [OffPeakHours.Window] {
            let texts = settings.strings(key, default: [], help)
            let windows = texts.flatMap { text -> [OffPeakHours.Window] in
                if let found = OffPeakHours.windows(text) { return found }
                settings.report("expected hours such as \"22:30-06:30\", found \"\(text)\"", at: key)
                return []
            }
            if OffPeakHours.overlap(windows) { settings.report("two of these windows overlap", at: key) }
            return windows
        }
        let winter = windows(
            "off_peak",
            "The off-peak hours as on your bill, such as [\"22:30-06:30\"], for energy that no register counted."
        )
        let summer = windows("off_peak_summer", "Those from 1 April to 31 October, where they are others.")
        if let option, option != .hphc, settings.contains("off_peak") || settings.contains("off_peak_summer") {
            settings.report(
                "the option \"\(option.rawValue)\" has no hours of your own; they count for \"hphc\" only",
                at: settings.contains("off_peak") ? "off_peak" : "off_peak_summer",
                severity: .warning
            )
        }
        if winter.isEmpty, !summer.isEmpty {
            settings.report("off_peak is missing: the hours from 1 November to 31 March", at: "off_peak_summer")
        }
        return winter.isEmpty ? nil : OffPeakHours(winter: winter, summer: summer.isEmpty ? nil : summer)
    }

    /// Asks whether prices of more than a year still count; not those that a contract has fixed for longer.
    fileprivate func askOfAge(_ section: ConfigSection, _ today: LocalDate) {
        guard today.dayNumber - from.dayNumber > 366, fixedUntil ?? from < today else { return }
        section.report(
            "these prices are of \(from), and the regulated ones change each February and August: if yours changed, "
                + "add a table with the new ones; if your contract fixes them for longer, write fixed_until",
            at: "from",
            severity: .warning
        )
    }

    /// Every name that a register may have.
    private static let registers = Option.allCases.flatMap(\.registers) + (1...10).map(SupplierRegister.name)
}

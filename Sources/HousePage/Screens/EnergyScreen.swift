import InfluxOutput
import MeterCore
import MeterNotation

/// Days, months and years in bars and figures, beside the year before.
struct EnergyScreen {
    /// What the database has of a period.
    struct Found: Sendable {
        var energies: [HouseHistory.Energies]
        /// The days of the year before, up to the same one.
        var yearBefore: [HouseHistory.Energies]
        var parts: [HouseHistory.Part]
    }

    let frame: Frame
    let period: EnergyPeriod
    let now: Int64
    /// `nil` when the database cannot be read.
    let found: Found?

    private var language: Language { frame.language }

    /// Reads what a period's page shows.
    ///
    /// - Throws: a `TransferError` when the server does not answer, an `InfluxError` when it refuses.
    static func find(_ period: EnergyPeriod, in history: HouseHistory, now: Int64) async throws -> Found {
        Found(
            energies: try await history.energies(of: period.kind, period.span),
            yearBefore: try await history.energies(of: .dayEnergy, period.yearBefore(now: now)),
            parts: try await history.parts(period.span)
        )
    }

    var page: Markup {
        let lengths = EnergyPeriod.Length.allCases.map { length -> Markup in
            let other = EnergyPeriod(length, containing: shownDate(for: length), period.calendar)
            let mark: Markup? = length == period.length ? " aria-current=\"true\"" : nil
            return "<a href=\"\(other.link)\"\(mark)>\(name(of: length))</a>"
        }
        let next = period.moved(by: 1)
        let later: Markup? =
            next.span.lowerBound <= now
            ? "<a href=\"\(next.link)\" aria-label=\"\(language("Suivant", "Next"))\">›</a>" : nil
        return frame.page(
            .energy,
            """
            <section class="card"><div class="choices">\(lengths)</div><h2 class="mover"><a href="\(period.moved(by: -1).link)" \
            aria-label="\(language("Précédent", "Previous"))">‹</a> \(period.name(frame.words)) \(later)</h2>\
            \(found.map(chart) ?? frame.withoutDatabase)\(curve)</section>\(found.map(sums))\(found.flatMap(parts))
            """
        )
    }

    /// The way from a day to its curve, as far as it has come.
    private var curve: Markup? {
        guard period.length == .day, period.span.lowerBound <= now, CurveScreen.isKept(period.span, now: now) else {
            return nil
        }
        let link = CurveScreen.link(period.date)
        return "<p><a href=\"\(link)\">\(language("La courbe de ce jour", "The curve of this day"))</a></p>"
    }

    /// A day of the period that is shown, or today where it is in it.
    private func shownDate(for length: EnergyPeriod.Length) -> LocalDate {
        period.span.contains(now) ? period.calendar.date(now) : period.date
    }

    private func name(of length: EnergyPeriod.Length) -> String {
        switch length {
        case .day: language("Jour", "Day")
        case .month: language("Mois", "Month")
        case .year: language("Année", "Year")
        }
    }

    // MARK: - Bars

    private func bars(_ found: Found) -> EnergyBars {
        var bars = period.bars(frame.words)
        let places = Dictionary(uniqueKeysWithValues: period.starts.enumerated().map { ($1, $0) })
        for energies in found.energies {
            if let place = places[energies.start] { bars[place].sums = energies.sums }
        }
        return EnergyBars(bars, language)
    }

    private func chart(_ found: Found) -> Markup {
        let bars = bars(found)
        guard bars.bars.contains(where: { !$0.sums.isEmpty }) else {
            return frame.sorry(language("Rien de mesuré sur cette période.", "Nothing was measured in this period."))
        }
        let hasSun = bars.bars.contains { $0.sums[.productionWh] ?? 0 > 0 }
        let hasExport = bars.bars.contains { $0.sums[.exportWh] ?? 0 > 0 }
        let own: Markup? =
            hasSun ? "<li class=\"own\"><i class=\"key\"></i>\(language("Soleil consommé", "Sun used"))</li>" : nil
        let injected: Markup? =
            hasExport ? "<li class=\"injected\"><i class=\"key\"></i>\(language("Injecté", "Injected"))</li>" : nil
        return """
            \(bars.drawing)<ul class="keys">\(own)<li class="drawn"><i class="key"></i>\(language("Acheté", "Bought"))</li>\
            \(injected)</ul>\(table(bars))
            """
    }

    private func table(_ bars: EnergyBars) -> Markup {
        let rows = bars.bars.filter { !$0.sums.isEmpty }.map { bar -> Markup in
            let cells = [Field.importWh, .exportWh, .productionWh, .consumptionWh].map { energy(bar.sums[$0]) }
            let euros = EnergyShares.euros(bar.sums).map { language.euros($0) } ?? "—"
            return
                "<tr><th scope=\"row\">\(bar.name)</th>\(cells.map { cell -> Markup in "<td>\(cell)</td>" })<td>\(euros)</td></tr>"
        }
        let days = period.calendar.date(period.span.upperBound - 1)
        let csv = "/api/days?from=\(period.date)&to=\(days)&format=csv&lang=\(language.rawValue)"
        let heads = [
            language("Période", "Period"), language("Acheté", "Bought"), language("Injecté", "Injected"),
            language("Soleil", "Sun"), language("Maison", "House"), language("Coût", "Cost"),
        ]
        return """
            <details><summary>\(language("Voir les chiffres", "See the figures"))</summary><div class="wide"><table class="figures">\
            <thead><tr>\(heads.map { head -> Markup in "<th scope=\"col\">\(head)</th>" })</tr></thead><tbody>\(rows)</tbody></table></div>\
            <p><a href="\(csv)">\(language("Les jours pour un tableur (CSV)", "The days for a spreadsheet (CSV)"))</a></p></details>
            """
    }

    private func energy(_ value: Double?) -> String { value.map { language.energy($0) } ?? "—" }

    // MARK: - Sums

    /// The sums of the bars; that of now may have hardly begun.
    private func known(_ found: Found) -> KnownSums {
        let running = period.starts.last { $0 <= now && period.span.contains(now) }
        return KnownSums(
            over: found.energies.filter { $0.start != running }.map(\.sums),
            open: found.energies.first { $0.start == running }?.sums ?? [:],
            unit: unit
        )
    }

    private var unit: KnownSums.Unit {
        switch period.length {
        case .day: .hours
        case .month: .days
        case .year: .months
        }
    }

    private func sums(_ found: Found) -> Markup {
        let (here, before) = (known(found), KnownSums(over: found.yearBefore.map(\.sums), unit: .days))
        var rows: [Markup] = []
        func row(_ series: String, _ name: String, _ value: (KnownSums) -> String?) {
            guard let shown = value(here) else { return }
            rows.append(
                """
                <tr class="\(series)"><th scope="row">\(series.isEmpty ? nil : "<i class=\"key\"></i>" as Markup)\(name)</th><td>\(shown)</td>\
                <td>\(before.isEmpty ? "" : value(before) ?? "—")</td></tr>
                """
            )
        }
        func missing(_ count: Int, _ sums: KnownSums) -> String { KnownSums.missing(count, sums.unit, language) }
        func energy(_ field: Field) -> (KnownSums) -> String? {
            { sums in sums.sum(field).map { language.energy($0.sum) + missing($0.missing, sums) } }
        }
        func share(_ fields: [Field], _ share: @escaping ([Field: Double]) -> Double?) -> (KnownSums) -> String? {
            { sums in sums.share(fields, share).map { language.percent($0.share) + missing($0.missing, sums) } }
        }
        row("drawn", language("Acheté", "Bought"), energy(.importWh))
        row("injected", language("Injecté", "Injected"), energy(.exportWh))
        row("sun", language("Soleil", "Sun"), energy(.productionWh))
        row(
            "own",
            language("Soleil consommé", "Sun used"),
            share(EnergyShares.ownUseFields, EnergyShares.ownUse)
        )
        row("house", language("Maison", "House"), energy(.consumptionWh))
        row(
            "house",
            language("Autonomie", "Independence"),
            share(EnergyShares.independenceFields, EnergyShares.independence)
        )
        row("battery", language("Batterie chargée", "Battery charged"), energy(.chargeWh))
        row("battery", language("Batterie déchargée", "Battery discharged"), energy(.dischargeWh))
        row("", language("Pertes de conversion", "Lost in conversion"), energy(.lossWh))
        func euros(_ field: Field) -> (KnownSums) -> String? {
            { sums in sums.sum(field).map { language.euros($0.sum) + missing($0.missing, sums) } }
        }
        row("", language("Énergie achetée", "Energy bought"), euros(.eurImport))
        row("", language("Abonnement", "Subscription"), euros(.eurSubscription))
        row("", language("Vente du surplus", "Surplus sold"), euros(.eurExport))
        row("", language("Économisé par le soleil", "Saved by the sun"), euros(.eurSaved))
        row("total", language("Coût", "Cost")) { sums in
            sums.euros.map { language.euros($0.sum) + missing($0.missing, sums) }
        }
        guard !rows.isEmpty else { return "" }
        let year = Int(period.date.year)
        let head: Markup? = before.isEmpty ? nil : "<th scope=\"col\">\(year - 1)</th>"
        return """
            <section class="card"><table class="sums compared"><thead><tr><td></td><th scope="col">\(year)</th>\(head)</tr></thead>\
            <tbody>\(rows)</tbody></table>\(before.isEmpty ? [] : notes(found))\(letter)</section>
            """
    }

    /// The way to the letter of a month.
    private var letter: Markup? {
        guard period.length == .month else { return nil }
        let text = language("La lettre de ce mois", "The letter of this month")
        return "<p><a href=\"\(LetterScreen.link(period))\">\(text)</a></p>"
    }

    /// What is beside each other may not be equally long, which is no saving: it says so.
    private func notes(_ found: Found) -> [Markup] {
        var notes: [String] = []
        if period.span.contains(now) {
            notes.append(
                language(
                    "L'année d'avant est comptée jusqu'au même jour.",
                    "The year before is counted up to the same day."
                )
            )
        }
        func tell(_ known: Int, of all: Int, _ part: String, in year: Int64) {
            guard known < all else { return }
            notes.append(
                language(
                    "\(part) connus de \(year) : \(known) sur \(all).",
                    "\(part) known of \(year): \(known) of \(all)."
                )
            )
        }
        let days = language("Jours", "Days")
        let year = period.date.year
        // The bar that has just begun may have nothing yet.
        let over = period.starts.filter { $0 < now }.dropLast(period.span.contains(now) ? 1 : 0)
        let known = Set(found.energies.map(\.start))
        let part: String? = period.length == .day ? nil : period.length == .month ? days : language("Mois", "Months")
        if let part { tell(over.count { known.contains($0) }, of: over.count, part, in: year) }
        tell(found.yearBefore.count, of: period.daysOfYearBefore(now: now), days, in: year - 1)
        return notes.map { "<p class=\"note\">\($0)</p>" }
    }

    // MARK: - Parts of the house

    private func parts(_ found: Found) -> Markup? {
        guard !found.parts.isEmpty else { return nil }
        var rows = found.parts.map { part -> Markup in
            "<tr><th scope=\"row\">\(part.source)</th><td>\(role(of: part))</td><td>\(value(of: part))</td></tr>"
        }
        // What the house used and no meter of a part explains.
        if let rest = known(found).sum(.restWh) {
            let name = language("le reste de la maison", "the rest of the house")
            let role = language("consommation", "consumption")
            let sum = language.energy(rest.sum) + KnownSums.missing(rest.missing, unit, language)
            rows.append("<tr><th scope=\"row\">\(name)</th><td>\(role)</td><td>\(sum)</td></tr>")
        }
        return """
            <section class="card"><h2>\(language("Autres compteurs", "Other meters"))</h2><table class="sums meters"><tbody>\(rows)</tbody></table></section>
            """
    }

    private func role(of part: HouseHistory.Part) -> String {
        switch MeterRole(word: part.role) {
        case .production?: language("production", "production")
        case .consumption?: language("consommation", "consumption")
        case .water?: language("eau", "water")
        case .gas?: language("gaz", "gas")
        case .heat?: language("chaleur", "heat")
        case .cooling?: language("froid", "cold")
        case .import?: language("soutirage", "drawn")
        case .export?: language("injection", "injected")
        default: part.role
        }
    }

    private func value(of part: HouseHistory.Part) -> String {
        switch MeterRole(word: part.role) {
        case .water?, .gas?: language.number(part.value, decimals: 3) + "\u{A0}m³"
        case .heat?, .cooling?: language.energy(part.value * 1000)
        default: language.energy(part.value)
        }
    }
}

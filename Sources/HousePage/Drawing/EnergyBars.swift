import MeterCore

/// Bars of energies side by side: what came from the sun and from the grid above zero, what was injected below.
struct EnergyBars: Sendable {
    /// One bar.
    struct Bar: Sendable {
        /// The word below it.
        var label: String
        /// The name of its span, for its title and its row of the table.
        var name: String
        /// The page of its span; `nil` where there is nothing behind it.
        var link: String?
        /// Wh and €, by field; empty where nothing is known.
        var sums: [Field: Double] = [:]
    }

    static let height = 200
    /// The width of a bar and the space beside it.
    private static let (width, distance) = (8, 10)

    let bars: [Bar]
    let scale: PowerScale
    let language: Language

    init(_ bars: [Bar], _ language: Language) {
        self.bars = bars
        self.language = language
        let above = bars.map { ($0.sums[.importWh] ?? 0) + (EnergyShares.ownWattHours($0.sums) ?? 0) }
        let below = bars.map { $0.sums[.exportWh] ?? 0 }
        scale = PowerScale(lowest: -(below.max() ?? 0), highest: above.max() ?? 0, least: 100)
    }

    /// The drawing with its words; each bar leads to its page.
    var drawing: Markup {
        var drawn: Markup = ""
        for (place, bar) in bars.enumerated() {
            let (left, import_) = (place * Self.distance + 1, bar.sums[.importWh] ?? 0)
            let own = EnergyShares.ownWattHours(bar.sums) ?? 0
            let rectangles: Markup =
                "\(rectangle("own", left, 0, own))\(rectangle("drawn", left, own, own + import_))\(rectangle("injected", left, -(bar.sums[.exportWh] ?? 0), 0))"
            // All of its height can be touched.
            let field: Markup =
                "<title>\(title(of: bar))</title><rect class=\"touch\" x=\"\(left - 1)\" y=\"0\" width=\"\(Self.distance)\" height=\"\(Self.height)\"/>\(rectangles)"
            drawn += bar.link.map { "<a href=\"\($0)\">\(field)</a>" } ?? "<g>\(field)</g>"
        }
        let width = max(1, bars.count) * Self.distance
        var lines = ""
        for value in scale.values { lines += "M0 \(height(value))h\(width)" }
        let every = bars.count > 16 ? 4 : bars.count > 12 ? 2 : 1
        let labels = bars.enumerated().map { place, bar -> Markup in
            "<span>\(place % every == 0 ? bar.label : "")</span>"
        }
        return """
            <div class="chart"><div class="values">\(scale.values.map { value -> Markup in "<span>\(energy(value))</span>" })</div>\
            <svg viewBox="0 0 \(width) \(Self.height)" preserveAspectRatio="none" role="img" aria-label="\(summary)">\
            <path class="lines" d="\(lines)"/>\(drawn)<path class="zero" d="M0 \(height(0))h\(width)"/></svg>\
            <div class="bar-labels">\(labels)</div></div>
            """
    }

    private func height(_ value: Double) -> Int { Int(scale.height(of: value, in: Double(Self.height)).rounded()) }

    private func rectangle(_ series: String, _ left: Int, _ from: Double, _ to: Double) -> Markup? {
        let (top, bottom) = (height(to), height(from))
        guard to > from else { return nil }
        return
            "<rect class=\"\(series)\" x=\"\(left)\" y=\"\(top)\" width=\"\(Self.width)\" height=\"\(max(1, bottom - top))\"/>"
    }

    /// Whole kWh where the scale has no smaller steps.
    private func energy(_ value: Double) -> String {
        let isWhole = scale.step >= 1000
        return language.number(value / 1000, decimals: isWhole ? 0 : 1) + "\u{A0}kWh"
    }

    private func title(of bar: Bar) -> String {
        var text = bar.name
        for (word, value) in [
            (language("acheté", "bought"), bar.sums[.importWh]),
            (language("soleil consommé", "sun used"), EnergyShares.ownWattHours(bar.sums)),
            (language("injecté", "injected"), bar.sums[.exportWh]),
        ] {
            if let value { text += ", \(word) \(language.energy(value))" }
        }
        return bar.sums.isEmpty ? "\(text), \(language("rien de connu", "nothing known"))" : text
    }

    private var summary: String {
        language(
            "\(bars.count) barres ; le tableau dessous a les chiffres",
            "\(bars.count) bars; the table below has the figures"
        )
    }
}

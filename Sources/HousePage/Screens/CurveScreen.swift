import InfluxOutput
import MeterCore
import MeterIO
import MeterNotation

/// A day of the curve, or some hours, at closer sight than on the first screen.
struct CurveScreen {
    /// The lengths that can be chosen, in hours.
    static let lengths: [Int64] = [24, 6, 1]

    let frame: Frame
    let span: Range<Int64>
    let now: Int64
    /// `nil` when the database cannot be read.
    let steps: [DayCurve.Minute]?
    /// The seconds of a step.
    let step: Int64

    /// The span that a question means: the local day `d`, or `h` hours until `a`, seconds since 1970; by default six until
    /// now.
    static func span(
        _ question: [(name: String, text: String)],
        now: Int64,
        _ calendar: LocalCalendar
    ) -> Range<Int64> {
        if let asked = EnergyPeriod.date(question) {
            return EnergyPeriod(.day, containing: min(asked, calendar.date(now)), calendar).span
        }
        func number(_ name: String) -> Int64? { question.text(of: name).flatMap { Int64($0) } }
        let hours = number("h").flatMap { lengths.contains($0) ? $0 : nil } ?? 6
        let latest = (now / 3600 + 1) * 3600
        let end = min(latest, max(86_400, number("a") ?? latest)) / 1800 * 1800
        return end - hours * 3600..<end
    }

    var page: Markup {
        let (language, words) = (frame.language, frame.words)
        let dates = [span.lowerBound, span.upperBound - 1].map(words.calendar.date)
        let day = EnergyPeriod(.day, containing: dates[0], words.calendar)
        // 23 or 25 hours when the clock is changed.
        let isDay = day.span == span
        let hours = isDay ? 24 : (span.upperBound - span.lowerBound) / 3600
        let lengths = Self.lengths.map { other -> Markup in
            let mark: Markup? = other == hours ? " aria-current=\"true\"" : nil
            return "<a href=\"\(Self.link(other, span.upperBound))\"\(mark)>\(Int(other))\u{A0}h</a>"
        }
        let move = max(1, hours / 2) * 3600
        func link(_ way: Int64) -> String {
            isDay ? Self.link(day.moved(by: way).date) : Self.link(hours, span.upperBound + way * move)
        }
        let later: Markup? =
            span.upperBound <= now
            ? "<a href=\"\(link(1))\" aria-label=\"\(language("Plus tard", "Later"))\">›</a>"
            : nil
        let date = (dates[0] == dates[1] ? [dates[0]] : dates).map(words.day).joined(separator: " – ")
        let drawing = steps.map { steps in
            steps.contains { span.contains($0.time) && !$0.isEmpty }
                ? CurveDrawing(curve: PowerCurve(steps, span, words, step: step), language: language).drawing
                : frame.sorry(nothing)
        }
        return frame.page(
            .curve,
            """
            <section class="card"><div class="choices">\(lengths)</div><h2 class="mover"><a href="\(link(-1))" \
            aria-label="\(language("Plus tôt", "Earlier"))">‹</a> \(date) \(later)</h2>\(drawing ?? frame.withoutDatabase)</section>
            """
        )
    }

    /// The address of a local day.
    static func link(_ date: LocalDate) -> String { "/courbe?d=\(date)" }

    /// The reason for which there is nothing to be seen.
    private var nothing: String {
        let language = frame.language
        guard !Self.isKept(span, now: now), let days = HouseHistory.daysOfFlows else {
            return language("Rien de mesuré sur cette période.", "Nothing was measured in this period.")
        }
        return language(
            "Rien de cette période : les courbes sont gardées \(days) jours, l'énergie pour toujours.",
            "Nothing of this period: curves are kept for \(days) days, energies for ever."
        )
    }

    /// False for a span of which the database has dropped all.
    static func isKept(_ span: Range<Int64>, now: Int64) -> Bool {
        HouseHistory.daysOfFlows.map { span.upperBound > now - $0 * 86_400 } ?? true
    }

    /// The address of so many hours until a time.
    static func link(_ hours: Int64, _ end: Int64) -> String { "/courbe?h=\(hours)&a=\(end)" }
}

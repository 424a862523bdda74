import MeterNotation

/// The colours of Tempo's days in a span, as the supplier publishes them: all that are not white or red are blue.
public struct TempoDays: Sendable, Hashable {
    /// The first and the last day whose colour is known.
    var span: ClosedRange<LocalDate>
    var white: Set<LocalDate>
    var red: Set<LocalDate>

    /// The colour of the day that begins at 06:00 of a date; `nil` outside of the span.
    func colour(on date: LocalDate) -> Notices.Colour? {
        guard span.contains(date) else { return nil }
        return red.contains(date) ? .red : white.contains(date) ? .white : .blue
    }
}

extension TempoDays {
    /// The days of a season, from 1 September to 31 August, that are red and white.
    private static let (mostRed, mostWhite) = (22, 43)

    /// Decodes the tables `[tempo.NAME]`; problems go to the diagnostics.
    static func read(_ root: ConfigSection) -> [TempoDays] {
        root.namedSections("tempo").compactMap { _, section in
            let span = section.span(
                "The first Tempo day that the table tells, as \"2025-09-01\".",
                "The last one; days between that are neither white nor red are blue."
            )
            let white = section.dates("white", "The white days, as [\"2025-11-18\", ...].")
            let red = section.dates("red", "The red days, as white.")
            guard let span else { return nil }
            let days = TempoDays(span: span, white: white, red: red)
            days.tellOfMistakes(section)
            return days
        }
    }

    /// Reports days that cannot have such a colour.
    ///
    /// Red days are from 1 November to 31 March and none at a weekend, white ones none on a Sunday (RTE's rules).
    private func tellOfMistakes(_ section: ConfigSection) {
        for (name, days, most) in [("white", white, Self.mostWhite), ("red", red, Self.mostRed)] {
            section.tellOfDays(days, name, within: span, atMost: most)
        }
        if let date = red.first(where: { $0.weekday == 0 || $0.weekday == 6 || (4...10).contains($0.month) }) {
            section.report(
                "\(date) cannot be red: red days are from November to March, and none at a weekend",
                at: "red"
            )
        }
        if let date = white.first(where: { $0.weekday == 0 }) {
            section.report("\(date) cannot be white: it is a Sunday", at: "white")
        }
        if let date = white.intersection(red).min() {
            section.report("\(date) is among the white days, too", at: "red")
        }
    }
}

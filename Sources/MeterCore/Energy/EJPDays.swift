import MeterNotation

/// The days of mobile peaks (EJP) in a span, as the supplier publishes them: all others have none.
public struct EJPDays: Sendable, Hashable {
    /// The minutes of the local day in which a peak ends, on the day after, and begins.
    private static let (end, start) = (60, 7 * 60)
    /// The days of a season that have a peak, all from 1 November to 31 March.
    private static let most = 22

    /// The first and the last day of which it is known.
    var span: ClosedRange<LocalDate>
    var peaks: Set<LocalDate>

    /// True when a minute of a local date lies in a peak; `nil` outside of the span.
    func isPeak(minute: Int, of date: LocalDate) -> Bool? {
        // The peak of a day ends at 01:00 of the next one.
        let day = minute < Self.end ? LocalDate(dayNumber: date.dayNumber - 1) : date
        guard span.contains(day) else { return nil }
        return peaks.contains(day) && (minute < Self.end || minute >= Self.start)
    }

    /// Decodes the tables `[ejp.NAME]`; problems go to the diagnostics.
    static func read(_ root: ConfigSection) -> [EJPDays] {
        root.namedSections("ejp").compactMap { _, section in
            let span = section.span(
                "The first day that the table tells, as \"2025-09-01\".",
                "The last one; days between that are not in peak have none."
            )
            let peaks = section.dates("peak", "The days with a mobile peak, as [\"2025-12-02\", ...].")
            guard let span else { return nil }
            section.tellOfDays(peaks, "peak", within: span, atMost: most)
            if let date = peaks.filter({ (4...10).contains($0.month) }).min() {
                section.report("\(date) cannot have a peak: they are from November to March", at: "peak")
            }
            return EJPDays(span: span, peaks: peaks)
        }
    }
}

import MeterCore
import MeterDocuments
import MeterNotation

/// The columns with a line's date, and the meaning of their text.
struct CSVDates: Sendable {
    /// The columns with the date, `time_columns`, by name or by number from 1; joined by a space.
    let columns: [String]
    /// The parsed columns; as many as `columns` unless a mistake was reported.
    private let places: [DocumentPlace]
    /// The format, `time_format`: `iso` (default), `unix` in s, `unix_ms`, or a pattern; `nil` after a report.
    private let format: DateFormat?
    /// The zone of the device's clock, `time_zone`, for dates that do not tell their offset.
    private let zone: TimeZoneRules

    /// Reads the settings; problems go to the section's diagnostics.
    init(settings: ConfigSection) {
        columns = settings.strings(
            "time_columns",
            "The columns of the date, by name or by number from 1; several are joined by a space."
        )
        places = columns.compactMap { DocumentPlace($0, in: .csv) }
        if settings.contains("time_columns"), places.isEmpty || places.count != columns.count {
            settings.report("a column is a name, or a number from 1", at: "time_columns")
        }
        let text = settings.string(
            "time_format",
            default: "iso",
            "iso, unix (seconds), unix_ms, or a pattern such as %d/%m/%Y %H:%M:%S."
        )
        format = DateFormat(text)
        if format == nil {
            settings.report(
                "expected iso, unix, unix_ms or a pattern with at least a year and a day; it may have "
                    + "\(DateFormat.patternInWords)",
                at: "time_format"
            )
        }
        zone = settings.timeZone("time_zone", "Where the device's clock is, for dates that do not say it.")
    }

    /// The columns that are found by name; the others have numbers.
    var names: [String] {
        columns.filter { Int($0) == nil }
    }

    /// The date of a line.
    ///
    /// In the hour that comes twice in October the order decides: a time that is not after that of the line before is
    /// of the second hour. A file that begins in it is taken to begin in the first one.
    ///
    /// - Parameters:
    ///   - row: the line.
    ///   - last: the date of the line before, in nanoseconds since 1970.
    /// - Returns: the instant.
    /// - Throws: `UnreadableLine` with the reason when it has none.
    func date(of row: Document, after last: Int64?) throws(UnreadableLine) -> Timestamp {
        var words: [String] = []
        for (place, column) in zip(places, columns) {
            guard case .text(let text)? = row.value(at: place) else {
                throw UnreadableLine("there is no column \(column) for the date")
            }
            words.append(text.trimmed)
        }
        let text = words.joined(separator: " ")
        switch format?.read(text) {
        case nil: throw UnreadableLine("\"\(text.prefix(40))\" is no date as time_format says")
        case .instant(let nanoseconds)?: return Timestamp(nanoseconds: nanoseconds)
        case .local(let local)?:
            let second: Int64 = 1_000_000_000
            let instants = zone.instants(local: local / second).map { $0 * second + local % second }
            guard let first = instants.first else {
                throw UnreadableLine(
                    "clocks in \(zone.name) were never at \"\(text.prefix(40))\", when they are set forward; "
                        + "is time_zone right?"
                )
            }
            let isAfter = last.map { first > $0 } ?? true
            return Timestamp(nanoseconds: isAfter ? first : instants.last ?? first)
        }
    }
}

/// An error with the reason why a line cannot be used, as the end of a sentence.
struct UnreadableLine: Error {
    /// The reason, such as `a quote has no end`.
    var reason: String

    /// Makes an error of a reason.
    init(_ reason: String) { self.reason = reason }
}

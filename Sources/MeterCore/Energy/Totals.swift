import MeterNotation

/// The sums of the quarters: the local hours, days and months that are not over yet, or not complete.
struct Totals: Sendable, Codable {
    /// The kinds of spans; their raw values are kept in the state file.
    enum Period: Int, Sendable, Codable, CaseIterable { case hour, day, month }

    /// One hour, day or month, and its sums so far.
    struct Span: Sendable, Codable {
        let kind: Period
        /// The instant at which it begins, in seconds since 1970.
        let start: Int64
        /// The instant at which the next one begins; a day may have 23 or 25 hours.
        let end: Int64
        /// Wh and €, by field.
        var sums: [Field: Double] = [:]
        /// True when the database does not have these sums yet.
        var isChanged = false

        enum CodingKeys: String, CodingKey { case kind, start, end, sums }

        init(kind: Period, start: Int64, end: Int64, sums: [Field: Double] = [:]) {
            self.kind = kind
            self.start = start
            self.end = end
            self.sums = sums
        }

        /// The span of a kind that an instant lies in.
        init(_ kind: Period, containing seconds: Int64, _ calendar: LocalCalendar) {
            switch kind {
            case .hour:
                let start = calendar.startOfHour(seconds)
                self.init(kind: kind, start: start, end: start + 3600)
            case .day:
                self.init(
                    kind: kind,
                    start: calendar.startOfDay(seconds),
                    end: calendar.startOfNextDay(seconds)
                )
            case .month:
                self.init(
                    kind: kind,
                    start: calendar.startOfMonth(seconds),
                    end: calendar.startOfNextMonth(seconds)
                )
            }
        }
    }

    /// The spans that are open, in the order in which they were first needed.
    private(set) var spans: [Span] = []
    /// The ends of spans that were let go, by kind: nothing is added to those again.
    private var letGo = [Int64](repeating: .min, count: Period.allCases.count)

    init() {}

    /// Adds to the hour, day and month of an instant.
    ///
    /// - Returns: true when one of them is over and gone, so that only the database knows it.
    mutating func add(_ value: Double, to field: Field, at seconds: Int64, _ calendar: LocalCalendar) -> Bool {
        var isGone = false
        for kind in Period.allCases {
            guard let place = place(of: kind, at: seconds, calendar) else {
                isGone = true
                continue
            }
            spans[place].sums[field, default: 0] += value
            spans[place].isChanged = true
        }
        return isGone
    }

    /// Puts a value, such as the share of a subscription, in place of what a day or month had.
    mutating func set(_ value: Double, _ field: Field, of kind: Period, at seconds: Int64, _ calendar: LocalCalendar) {
        guard let place = place(of: kind, at: seconds, calendar) else { return }
        spans[place].sums[field] = value
        spans[place].isChanged = true
    }

    /// Adds what was counted elsewhere, such as in the database, without counting as a change.
    mutating func preload(_ kind: Period, at seconds: Int64, _ sums: [Field: Double], _ calendar: LocalCalendar) {
        guard let place = place(of: kind, at: seconds, calendar) else { return }
        for (field, value) in sums { spans[place].sums[field, default: 0] += value }
    }

    /// The spans that changed since this was last asked.
    mutating func takeChanged() -> [Span] {
        let changed = spans.filter(\.isChanged)
        for place in spans.indices { spans[place].isChanged = false }
        return changed
    }

    /// Lets go the spans that end at or before an instant: nothing is open there any more.
    mutating func letGo(before seconds: Int64) {
        for span in spans where span.end <= seconds {
            letGo[span.kind.rawValue] = max(letGo[span.kind.rawValue], span.end)
        }
        spans.removeAll { $0.end <= seconds }
    }

    private mutating func place(of kind: Period, at seconds: Int64, _ calendar: LocalCalendar) -> Int? {
        if let place = spans.lastIndex(where: { $0.kind == kind && $0.start <= seconds && seconds < $0.end }) {
            return place
        }
        guard seconds >= letGo[kind.rawValue] else { return nil }
        spans.append(Span(kind, containing: seconds, calendar))
        return spans.count - 1
    }
}

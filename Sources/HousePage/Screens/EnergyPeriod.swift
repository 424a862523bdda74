import MeterCore
import MeterIO
import MeterNotation

/// A local day, month or year that the page of energies shows, with the bars that it is made of.
struct EnergyPeriod: Sendable, Equatable {
    /// The length of it; its word stands in the address.
    enum Length: String, Sendable, CaseIterable {
        case day = "jour"
        case month = "mois"
        case year = "annee"
    }

    let length: Length
    /// The first day of it.
    let date: LocalDate
    let calendar: LocalCalendar

    /// The first and the last year that can be asked for.
    private static let years: ClosedRange<Int64> = 2000...2100

    /// The period that a question means: `vue` and `d`, a date in it; by default the month of now.
    init(_ question: [(name: String, text: String)], now: Int64, _ calendar: LocalCalendar) {
        let length = question.text(of: "vue").flatMap { Length(rawValue: $0) }
        self.init(length ?? .month, containing: Self.date(question) ?? calendar.date(now), calendar)
    }

    /// The date `d` of a question; `nil` without one, and for one that nobody measured in.
    static func date(_ question: [(name: String, text: String)]) -> LocalDate? {
        let date = question.text(of: "d").flatMap { LocalDate($0) }
        return date.flatMap { years.contains($0.year) ? $0 : nil }
    }

    init(_ length: Length, containing date: LocalDate, _ calendar: LocalCalendar) {
        self.length = length
        self.calendar = calendar
        self.date =
            switch length {
            case .day: date
            case .month: date.firstOfMonth()
            case .year: LocalDate(year: date.year, month: 1, day: 1)
            }
    }

    /// The period so many later, or earlier.
    func moved(by count: Int64) -> EnergyPeriod {
        let moved =
            switch length {
            case .day: LocalDate(dayNumber: date.dayNumber + count)
            case .month: date.firstOfMonth(plus: count)
            case .year: LocalDate(year: date.year + count, month: 1, day: 1)
            }
        return EnergyPeriod(length, containing: moved, calendar)
    }

    /// From and until, in seconds since 1970.
    var span: Range<Int64> { calendar.start(of: date)..<calendar.start(of: moved(by: 1).date) }

    /// The same days of the year before, as far as this period has come.
    ///
    /// A 29 February has the 28th before it.
    func yearBefore(now: Int64) -> Range<Int64> {
        func before(_ date: LocalDate) -> Int64 {
            var other = LocalDate(year: date.year - 1, month: date.month, day: date.day)
            if !other.exists { other.day -= 1 }
            return calendar.start(of: other)
        }
        let end = moved(by: 1).date
        let tomorrow = LocalDate(dayNumber: calendar.date(now).dayNumber + 1)
        return before(date)..<max(before(date), before(min(end, tomorrow)))
    }

    /// The number of those days.
    func daysOfYearBefore(now: Int64) -> Int {
        let span = yearBefore(now: now)
        return Int(calendar.date(span.upperBound).dayNumber - calendar.date(span.lowerBound).dayNumber)
    }

    /// The spans of the bars, by their starts: 23, 24 or 25 hours, the days of a month, twelve months.
    var starts: [Int64] {
        switch length {
        case .day: Array(stride(from: span.lowerBound, to: span.upperBound, by: 3600))
        case .month: (0..<date.daysInMonth).map { calendar.start(of: LocalDate(dayNumber: date.dayNumber + $0)) }
        case .year: (0..<12).map { calendar.start(of: date.firstOfMonth(plus: $0)) }
        }
    }

    /// The kind of points that the bars are made of.
    var kind: Kind {
        switch length {
        case .day: .hourly
        case .month: .dayEnergy
        case .year: .monthEnergy
        }
    }

    /// The address of its page.
    var link: String { "/energie?vue=\(length.rawValue)&d=\(date)" }

    func name(_ words: LocalWords) -> String {
        switch length {
        case .day: words.day(date)
        case .month: words.month(date)
        case .year: "\(date.year)"
        }
    }

    /// Empty bars with their words and links.
    func bars(_ words: LocalWords) -> [EnergyBars.Bar] {
        starts.map { start in
            let date = calendar.date(start)
            switch length {
            case .day:
                let end = words.hour(start + 3600)
                return EnergyBars.Bar(label: "\(calendar.hour(start))", name: "\(words.hour(start)) – \(end)")
            case .month:
                let day = EnergyPeriod(.day, containing: date, calendar)
                return EnergyBars.Bar(label: "\(date.day)", name: day.name(words), link: day.link)
            case .year:
                let month = EnergyPeriod(.month, containing: date, calendar)
                let name = words.monthName(date)
                return EnergyBars.Bar(label: name.prefix(1).uppercased(), name: month.name(words), link: month.link)
            }
        }
    }
}

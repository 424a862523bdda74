/// The rule by which a zone goes on after the last change that its table lists, as POSIX writes it in `TZ`.
///
/// `CET-1CEST,M3.5.0,M10.5.0/3`: offsets count westwards; a change is the n-th (5: last) weekday of a month.
struct SummerTimeRule: Sendable, Hashable {
    private struct Change: Sendable, Hashable {
        /// 1 to 12.
        var month: Int64
        /// 1 to 5, where 5 is the month's last one.
        var week: Int64
        /// 0 to 6, from Sunday on.
        var weekday: Int64
        /// Seconds after midnight by the clock before the change, 7200 where the rule names none.
        var seconds: Int64

        /// The instant at which it comes in a year, by the clock before the change.
        func localSeconds(_ year: Int64) -> Int64 {
            let first = LocalDate(year: year, month: month, day: 1)
            var day = first.dayNumber + floorModulo(weekday - first.weekday, 7) + (week - 1) * 7
            let next = first.firstOfMonth(plus: 1).dayNumber
            while day >= next { day -= 7 }
            return day * 86_400 + seconds
        }
    }

    private struct Summer: Sendable, Hashable {
        var offset: Int64
        var start: Change
        var end: Change
    }

    /// Seconds by which clocks are ahead of UTC in winter.
    private var standard: Int64 = 0
    /// The other half of the year; `nil` in a zone whose clocks do not change.
    private var summer: Summer?

    /// Reads a rule.
    ///
    /// - Returns: `nil` for an empty or unusual one, such as one by day of the year.
    init?(_ text: String) {
        var rest = Substring(text)
        guard Self.takeName(&rest), let west = Self.takeTime(&rest) else { return nil }
        standard = -west
        guard !rest.isEmpty else { return }
        guard Self.takeName(&rest) else { return nil }
        let summerWest = rest.first == "," ? west - 3600 : Self.takeTime(&rest) ?? west - 3600
        guard let start = Self.takeChange(&rest), let end = Self.takeChange(&rest), rest.isEmpty else { return nil }
        summer = Summer(offset: -summerWest, start: start, end: end)
    }

    /// Seconds by which clocks are ahead of UTC at an instant.
    ///
    /// In the south summer spans the turn of the year: there its end comes before its start.
    func offset(at seconds: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = LocalDate(dayNumber: floorDivision(seconds + standard, 86_400)).year
        let start = summer.start.localSeconds(year) - standard
        let end = summer.end.localSeconds(year) - summer.offset
        let isSummer = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end
        return isSummer ? summer.offset : standard
    }

    /// Takes a zone's abbreviation: three letters or more, or any text between `<` and `>`.
    private static func takeName(_ text: inout Substring) -> Bool {
        if text.first == "<" {
            guard let end = text.firstIndex(of: ">") else { return false }
            text = text[text.index(after: end)...]
            return true
        }
        let name = text.prefix { $0.isLetter }
        text = text.dropFirst(name.count)
        return name.count >= 3
    }

    /// Takes hours, with minutes and seconds or without, and gives them in seconds; `-` and `+` may stand before them.
    private static func takeTime(_ text: inout Substring) -> Int64? {
        let isNegative = text.first == "-"
        if isNegative || text.first == "+" { text = text.dropFirst() }
        let digits = text.prefix { $0.isNumber || $0 == ":" }
        text = text.dropFirst(digits.count)
        let parts = digits.split(separator: ":").compactMap { Int64($0) }
        guard (1...3).contains(parts.count) else { return nil }
        let seconds = zip(parts, [3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
        return isNegative ? -seconds : seconds
    }

    /// Takes a change by month, week and weekday (`,M3.5.0/2`), the only kind of the three that is read.
    private static func takeChange(_ text: inout Substring) -> Change? {
        guard text.hasPrefix(",M") else { return nil }
        text = text.dropFirst(2)
        let date = text.prefix { $0.isNumber || $0 == "." }
        text = text.dropFirst(date.count)
        let parts = date.split(separator: ".").compactMap { Int64($0) }
        guard parts.count == 3, (1...12).contains(parts[0]), (1...5).contains(parts[1]), (0...6).contains(parts[2])
        else { return nil }
        var seconds: Int64 = 7200
        if text.first == "/" {
            text = text.dropFirst()
            guard let time = takeTime(&text) else { return nil }
            seconds = time
        }
        return Change(month: parts[0], week: parts[1], weekday: parts[2], seconds: seconds)
    }
}

import MeterNotation

/// Dates and times of the place in the words of a language.
struct LocalWords: Sendable {
    let language: Language
    let calendar: LocalCalendar

    private static let months = [
        Language.french: [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
            "décembre",
        ],
        .english: [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ],
    ]
    private static let weekdays = [
        Language.french: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
        .english: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    ]

    /// `14:05`.
    func time(_ seconds: Int64) -> String {
        let minute = Int(floorModulo(seconds + calendar.zone.offset(at: seconds), 3600) / 60)
        return "\(calendar.hour(seconds).digits(2)):\(minute.digits(2))"
    }

    /// `14 h`; in English `14:00`.
    func hour(_ seconds: Int64) -> String {
        language("\(calendar.hour(seconds))\u{A0}h", "\(calendar.hour(seconds).digits(2)):00")
    }

    /// `novembre 2026`.
    func month(_ date: LocalDate) -> String { "\(monthName(date)) \(date.year)" }

    /// `Votre mois d'octobre 2026`, the title of a month's letter.
    func letter(of date: LocalDate) -> String {
        let name = month(date)
        let of = "aeiouéAEIOUÉ".contains(name.prefix(1)) ? "d'" : "de "
        return language("Votre mois \(of)\(name)", "Your \(name)")
    }

    /// `novembre`.
    func monthName(_ date: LocalDate) -> String { Self.months[language]?[Int(date.month) - 1] ?? "" }

    /// `dimanche 29 novembre 2026`; in English `Sunday 29 November 2026`.
    func day(_ date: LocalDate) -> String {
        let weekday = Self.weekdays[language]?[Int(date.weekday)] ?? ""
        let number = language == .french && date.day == 1 ? "1er" : "\(date.day)"
        return "\(weekday) \(number) \(month(date))"
    }

    /// `1er novembre`, `29 novembre`; in English `29 November`.
    func shortDay(_ date: LocalDate) -> String {
        "\(language == .french && date.day == 1 ? "1er" : "\(date.day)") \(monthName(date))"
    }

    /// `29/11`; in English `29 November`.
    func shortDate(_ seconds: Int64) -> String {
        let date = calendar.date(seconds)
        return language("\(date.day.digits(2))/\(date.month.digits(2))", shortDay(date))
    }

    /// `14:05` of today, `hier à 14:05`, else `28/11 à 14:05`, of another year `28/11/2025 à 14:05`.
    func moment(_ seconds: Int64, now: Int64) -> String {
        let (date, today) = (calendar.date(seconds), calendar.date(now))
        switch today.dayNumber - date.dayNumber {
        case 0: return time(seconds)
        case 1: return language("hier à \(time(seconds))", "yesterday at \(time(seconds))")
        default:
            let day = shortDate(seconds) + (date.year == today.year ? "" : language("/\(date.year)", " \(date.year)"))
            return language("\(day) à \(time(seconds))", "\(day) at \(time(seconds))")
        }
    }

    /// The same within a sentence: `à 14:05`, `hier à 14:05`, `le 28/11 à 14:05`.
    func at(_ seconds: Int64, now: Int64) -> String {
        let moment = moment(seconds, now: now)
        switch calendar.date(now).dayNumber - calendar.date(seconds).dayNumber {
        case 0: return language("à \(moment)", "at \(moment)")
        case 1: return moment
        default: return language("le \(moment)", "on \(moment)")
        }
    }
}

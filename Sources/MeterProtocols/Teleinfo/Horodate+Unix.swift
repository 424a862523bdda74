extension Horodate {
    /// Seconds since 1970-01-01T00:00:00Z.
    ///
    /// The season decides; without one the rule of Paris does: summer time from the last Sunday of March, 01:00 UTC, to
    /// the last Sunday of October, 01:00 UTC. Then the hour that comes twice means its first passage.
    public var unixSeconds: Int64 {
        let local = Self.daysSince1970(year, month, day) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        return switch season {
        case .winter: local - 3600
        case .summer: local - 7200
        case .unspecified: isSummer(local - 7200) ? local - 7200 : local - 3600
        }
    }

    private func isSummer(_ seconds: Int64) -> Bool {
        seconds >= Self.lastSunday(year, 3) + 3600 && seconds < Self.lastSunday(year, 10) + 3600
    }

    /// Midnight UTC of the last Sunday of March or October, both months of 31 days.
    private static func lastSunday(_ year: Int, _ month: Int) -> Int64 {
        let last = daysSince1970(year, month, 31)
        // 1970-01-01 was a Thursday, so day 3 was a Sunday.
        return (last - (last - 3) % 7) * 86_400
    }

    /// Days of the Gregorian calendar, for years from 2000: the year begins in March, so that leap days come last.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let years = month > 2 ? year : year - 1
        let months = month > 2 ? month - 3 : month + 9
        let days = 365 * years + years / 4 - years / 100 + years / 400 + (153 * months + 2) / 5 + day - 1
        return Int64(days) - 719_468
    }
}

import MeterNotation

extension Horodate {
    /// Seconds since 1970-01-01T00:00:00Z, also when the meter has lost its clock.
    ///
    /// The season decides; without one the rule of Paris does, and the hour that comes twice means its first passage.
    public var unixSeconds: Int64 {
        let date = LocalDate(year: Int64(year), month: Int64(month), day: Int64(day))
        let local = date.dayNumber * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        return switch season {
        case .winter: local - 3600
        case .summer: local - 7200
        // In the hour that clocks leave out they have not been set forward yet.
        case .unspecified: TimeZoneRules.paris.instants(local: local).first ?? local - 3600
        }
    }
}

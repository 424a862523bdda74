import MeterNotation

/// Tempo colours and mobile peaks (EJP), told once when they are announced and once when they begin.
///
/// Tomorrow's colour is news once for each Tempo day, however often it is said, and whatever is not said in between;
/// a peak's notice once for each peak. What one meter says no other one takes back: the first that tells of Tempo or of
/// a peak is listened to, until it has said nothing of them for two days.
struct SupplierWatch: Sendable, Codable {
    /// Local hour before which a colour for tomorrow may be left over from the day before; RTE tells it from 10:00 on.
    private static let earliestNews = 8
    /// Seconds after the beginning of a Tempo day for which a meter may still say the colour of the one before.
    private static let lag: Int64 = 600
    /// Seconds without a notice after which the next one is of another peak: there is one peak a day at most.
    private static let noticeGap: Int64 = 6 * 3600
    /// Seconds for which only one meter is listened to.
    private static let loyalty: Int64 = 2 * 86_400

    private var today: Notices.Colour?
    private var todayDate: String?
    private var tomorrow: Notices.Colour?
    /// The number of the day, from 06:00 on, whose colour `tomorrow` was told for.
    private var tomorrowDay: Int64?
    /// The time at which a peak's notice was said last.
    private var noticeSaidAt: Int64?
    private var peakSince: Int64?
    private var lastTempo: Int64 = 0
    /// The meter that is listened to, and the time at which it last told of Tempo or of a peak.
    private var meter: String?
    private var heardAt: Int64?

    init() {}

    /// Takes announcements, and makes an event of each new one.
    ///
    /// - Parameters:
    ///   - notices: what the meter says.
    ///   - source: the meter.
    ///   - time: in seconds since 1970.
    ///   - calendar: the local days.
    /// - Returns: what was not told yet.
    mutating func note(
        _ notices: Notices,
        from source: String,
        at time: Int64,
        _ calendar: LocalCalendar
    ) -> [EnergyEvent] {
        guard listens(to: source, notices, at: time) else { return [] }
        var events: [EnergyEvent] = []
        if let colour = notices.today { events += noteToday(colour, at: time, calendar) }
        if let colour = notices.tomorrow { events += noteTomorrow(colour, at: time, calendar) }
        return events + notePeak(notices, at: time)
    }

    /// The colours of the Tempo day that runs and of the next one, as far as they were told for these days.
    func colours(at time: Int64, _ calendar: LocalCalendar) -> (today: Notices.Colour?, tomorrow: Notices.Colour?) {
        guard today != nil || tomorrow != nil else { return (nil, nil) }
        let begins = [time, time - Int64(TempoHours.begin) * 3600]
        return (
            begins.contains { todayDate == "\(calendar.date($0))" } ? today : nil,
            tomorrowDay == tempoDay(time, calendar) + 1 ? tomorrow : nil
        )
    }

    /// True for the meter that is listened to; the first one that tells something is from now on.
    private mutating func listens(to source: String, _ notices: Notices, at time: Int64) -> Bool {
        let isOther = meter.map { $0 != source } ?? true
        if isOther {
            guard notices.isOfSupplier, heardAt.map({ time - $0 > Self.loyalty }) ?? true else { return false }
            meter = source
        }
        if notices.isOfSupplier { heardAt = max(time, heardAt ?? time) }
        return true
    }

    /// Tells today's colour when it changes, and once a day from 06:00 on.
    private mutating func noteToday(
        _ colour: Notices.Colour,
        at time: Int64,
        _ calendar: LocalCalendar
    ) -> [EnergyEvent] {
        let date = "\(calendar.date(time))"
        let isNewDay = todayDate != date && !TempoHours.areOfTheDayBefore(at: time, calendar)
        guard colour != today || isNewDay else { return [] }
        if colour == today, isNewDay, TempoHours.areOfTheDayBefore(at: time - Self.lag, calendar) {
            // The meter's clock may be late: unless just this colour was announced, it may still be yesterday's.
            guard tomorrowDay == tempoDay(time, calendar), tomorrow == colour else { return [] }
        }
        (today, todayDate) = (colour, date)
        return [tempo("Aujourd'hui : jour \(colour.french)", colour, at: time)]
    }

    /// Tells tomorrow's colour once for each Tempo day.
    private mutating func noteTomorrow(
        _ colour: Notices.Colour,
        at time: Int64,
        _ calendar: LocalCalendar
    ) -> [EnergyEvent] {
        let day = tempoDay(time, calendar) + 1
        guard day != tomorrowDay || colour != tomorrow else { return [] }
        guard tomorrowDay != nil || colour != tomorrow else {
            // Told by a release that did not note for which day.
            tomorrowDay = day
            return []
        }
        let hour = calendar.hour(time)
        let isLeftOver = colour == tomorrow && tomorrowDay == day - 1 && hour < Self.earliestNews
        guard !isLeftOver else { return [] }
        (tomorrow, tomorrowDay) = (colour, day)
        return [tempo("Demain : jour \(colour.french)", colour, at: time)]
    }

    /// The number of the Tempo day that runs; until 06:00 it is that of yesterday.
    private func tempoDay(_ time: Int64, _ calendar: LocalCalendar) -> Int64 {
        calendar.date(time).dayNumber - (TempoHours.areOfTheDayBefore(at: time, calendar) ? 1 : 0)
    }

    /// Tells a peak's notice, its beginning and its end.
    private mutating func notePeak(_ notices: Notices, at time: Int64) -> [EnergyEvent] {
        var events: [EnergyEvent] = []
        if notices.isPeakAnnounced == true {
            if noticeSaidAt.map({ time - $0 > Self.noticeGap }) ?? true {
                events.append(
                    EnergyEvent(
                        .ejp,
                        at: time,
                        "Préavis de pointe mobile",
                        "Une période de pointe mobile (EJP) est annoncée."
                    )
                )
            }
            noticeSaidAt = max(time, noticeSaidAt ?? time)
        }
        if notices.isPeakRunning == true, peakSince == nil {
            // Apart from its notice, which may end at the same second.
            peakSince = time + 1
            events.append(
                EnergyEvent(
                    .ejp,
                    at: time + 1,
                    "Pointe mobile en cours",
                    "L'électricité est au prix de la pointe mobile."
                )
            )
        } else if notices.isPeakRunning == false, let since = peakSince {
            peakSince = nil
            let lasted = frenchDuration(max(0, time - since))
            events.append(
                EnergyEvent(.ejp, at: since, "Pointe mobile", "La pointe mobile a duré \(lasted) ; elle est terminée.")
            )
        }
        return events
    }

    /// Two events of a kind at one second would be one point in the database.
    private mutating func tempo(_ title: String, _ colour: Notices.Colour, at time: Int64) -> EnergyEvent {
        lastTempo = max(time, lastTempo + 1)
        let advice =
            switch colour {
            case .blue: "Les prix sont les plus bas."
            case .white: "Les prix sont moyens."
            case .red:
                "Les heures pleines sont très chères : évitez chauffage électrique, lessive et recharge de 6 h à 22 h."
            }
        return EnergyEvent(.tempo, at: lastTempo, title, advice)
    }
}

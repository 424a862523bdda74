import MeterNotation

/// Tempo colours and mobile peaks (EJP), told once when they are announced and once when they begin.
struct SupplierWatch: Sendable, Codable {
    private var today: Notices.Colour?
    private var todayDate: String?
    private var tomorrow: Notices.Colour?
    private var isPeakAnnounced = false
    private var peakSince: Int64?
    private var lastTempo: Int64 = 0

    init() {}

    /// Takes announcements, and makes an event of each new one.
    mutating func note(_ notices: Notices, at time: Int64, _ calendar: LocalCalendar) -> [EnergyEvent] {
        var events: [EnergyEvent] = []
        let date = calendar.date(time)
        // A Tempo day begins at 06:00.
        if let colour = notices.today, colour != today || (todayDate != "\(date)" && calendar.hour(time) >= 6) {
            (today, todayDate) = (colour, "\(date)")
            events.append(tempo("Aujourd'hui : jour \(colour.french)", colour, at: time))
        }
        if let colour = notices.tomorrow, colour != tomorrow {
            events.append(tempo("Demain : jour \(colour.french)", colour, at: time))
        }
        tomorrow = notices.tomorrow
        if notices.isPeakAnnounced, !isPeakAnnounced {
            events.append(
                EnergyEvent(
                    .ejp,
                    at: time,
                    "Préavis de pointe mobile",
                    "Une période de pointe mobile (EJP) est annoncée."
                )
            )
        }
        isPeakAnnounced = notices.isPeakAnnounced
        if notices.isPeakRunning, peakSince == nil {
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
        } else if !notices.isPeakRunning, let since = peakSince {
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

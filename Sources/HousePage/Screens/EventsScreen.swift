import MeterCore

/// What happened, the newest first.
struct EventsScreen {
    let frame: Frame
    /// The events, the newest first.
    let events: [EnergyEvent]
    /// True when the database has told the older ones.
    let isWhole: Bool
    let now: Int64

    var page: Markup {
        let language = frame.language
        let rows = events.map { $0.told(in: frame.words) }.map { event -> Markup in
            """
            <li class="\(event.kind.rawValue)"><p><b>\(event.title)</b> <small>\(frame.words.moment(event.time, now: now))</small></p>\
            <p>\(event.text)</p></li>
            """
        }
        let none = language("Rien à signaler.", "Nothing to tell.")
        let list: Markup = rows.isEmpty ? "<p>\(none)</p>" : "<ul class=\"events\">\(rows)</ul>"
        return frame.page(
            .events,
            "<section class=\"card\"><h2>\(Screen.events.name(language))</h2>\(isWhole ? nil : frame.withoutDatabase)\(list)</section>"
        )
    }

    /// The events of the database and those since the start, each once, the newest first.
    static func merged(_ stored: [EnergyEvent], _ recent: [EnergyEvent]) -> [EnergyEvent] {
        var all = recent.reversed() as [EnergyEvent]
        // The point of an event has its kind and its time, and no subject.
        all += stored.filter { old in !all.contains { ($0.kind, $0.time) == (old.kind, old.time) } }
        return all.enumerated().sorted { ($1.element.time, $0.offset) < ($0.element.time, $1.offset) }.map(\.element)
    }
}

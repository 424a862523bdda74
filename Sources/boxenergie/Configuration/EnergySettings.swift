import MeterCore
import MeterNotation

/// The settings of the place, of prices, and of the program that is told of events.
struct EnergySettings: Sendable {
    /// `[site]` and `[tariff.NAME]`, as the ledger needs them.
    var ledger: Ledger.Settings
    /// `[notify]`; `nil` without it, and nobody is told.
    var notify: NotifySettings?

    /// Decodes `[site]`, `[tariff.NAME]` and `[notify]`; problems go to the diagnostics.
    ///
    /// Latitude and longitude belong together. The voltages allowed are 207 to 253 V by default: 230 V ± 10 %.
    ///
    /// - Parameters:
    ///   - root: the whole document.
    ///   - tags: the tags of every point.
    init(settings root: ConfigSection, tags: [(String, String)]) {
        let site = root.sectionOrDefaults("site")
        var place = Ledger.Place()
        place.name = site.optionalString("name", "What the dashboards call the place.")
        place.latitude = site.optionalNumber(
            "latitude",
            in: -90...90,
            "Where it is, for the map and the sun, in degrees north."
        )
        place.longitude = site.optionalNumber("longitude", in: -180...180, "Where it is, in degrees east.")
        place.showsIdentity = site.boolean(
            "show_prm",
            default: false,
            "Whether the numbers of the delivery point and the meter are stored in full; they are personal data."
        )
        if (place.latitude == nil) != (place.longitude == nil) {
            let missing = place.latitude == nil ? "latitude" : "longitude"
            site.report(
                "a place has both, and there is no \(missing)",
                at: missing == "latitude" ? "longitude" : "latitude"
            )
        }
        let calendar = LocalCalendar(
            site.timeZone("timezone", "Where days begin and end: Europe/Paris, Indian/Reunion, America/Martinique ...")
        )
        let today = calendar.date(Timestamp.now().seconds)
        let voltage = site.sectionOrDefaults("voltage")
        let lowest = voltage.number(
            "lowest",
            in: 1...1000,
            default: 207,
            "The lowest voltage the network may deliver, V."
        )
        let highest = voltage.number("highest", in: 1...1000, default: 253, "The highest, in V.")
        if lowest >= highest { voltage.report("lowest must be less than highest", at: "lowest") }
        ledger = Ledger.Settings(
            tags: tags,
            calendar: calendar,
            // A box without a clock of its own may not know the day; then nothing is said of prices that do not count
            // yet.
            tariffs: TariffHistory(settings: root, today: today.year > 2020 ? today : nil),
            allowedVolts: min(lowest, highest)...max(lowest, highest),
            place: place
        )
        notify = root.section("notify").map { NotifySettings(settings: $0) }
    }
}

/// A program that is told of events, `[notify]`.
struct NotifySettings: Sendable, Equatable {
    /// The program, with its full path, and its arguments; required.
    var command: [String]
    /// Time that it may take for one event, 1 s to 300 s; 30 s by default.
    var timeout: Duration
    /// Kinds of events that it is told of; all by default.
    var kinds: [EnergyEvent.Kind]

    /// Decodes `[notify]`; an unknown kind of event and a program without its full path are errors.
    init(settings: ConfigSection) {
        command = settings.strings(
            "command",
            "The program and its arguments; the event is JSON on its input, and it has PATH, LANG, LC_ALL and TZ only."
        )
        timeout = settings.duration(
            "timeout",
            in: .seconds(1) ... .seconds(300),
            default: .seconds(30),
            "How long it may take."
        )
        let known = EnergyEvent.Kind.allCases.map(\.rawValue)
        let names = settings.strings("kinds", default: known, "What to tell of: \(known.joined(separator: ", ")).")
        kinds = names.compactMap { EnergyEvent.Kind(rawValue: $0) }
        if let wrong = names.first(where: { !known.contains($0) }) {
            settings.report(
                "no kind of event is called \"\(wrong)\"; known: \(known.joined(separator: ", "))",
                at: "kinds"
            )
        }
        // A command that could not be read was reported already.
        guard let program = command.first else { return }
        if program.hasPrefix("/") {
            settings.noteFile(program, "command")
        } else {
            settings.report("expected the program with its full path first, such as \"/usr/bin/curl\"", at: "command")
        }
    }
}

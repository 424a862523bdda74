import MeterCore

/// The meters and the box, in plain words.
struct HealthScreen {
    let frame: Frame
    let state: HouseNow
    let box: BoxCondition

    private var language: Language { frame.language }

    var page: Markup {
        frame.page(
            .health,
            """
            <section class="card"><h2>\(language("Compteurs", "Meters"))</h2><ul class="states">\(state.meters.map(meter))</ul></section>\
            <section class="card"><h2>\(language("Base de données", "Database"))</h2><ul class="states">\(box.outputs.map(output))</ul></section>\
            <section class="card"><h2>\(language("Boîtier", "Box"))</h2><table class="sums"><tbody>\(machine)</tbody></table>\
            <p class="note">\(language("Pour un examen complet, sur le boîtier :", "For a whole examination, on the box:")) \
            <code>boxenergie doctor</code></p></section>
            """
        )
    }

    private func line(_ name: String, _ weight: HouseSentence.Weight, _ text: String) -> Markup {
        "<li data-s=\"\(weight.rawValue)\"><span class=\"dot\"></span><b>\(name)</b> \(text)</li>"
    }

    private func meter(_ meter: HouseNow.Meter) -> Markup {
        if meter.isAsleep == true {
            let sleeps = language("dort, faute de soleil", "asleep, for want of sun")
            let read = meter.seen.map { frame.words.at($0, now: state.time) }
            return line(
                meter.name,
                .good,
                read.map { language("\(sleeps) ; lu \($0)", "\(sleeps); read \($0)") } ?? sleeps
            )
        }
        guard let seen = meter.seen else {
            let waiting = language("rien de lu encore", "nothing read yet")
            return line(
                meter.name,
                meter.isLate ? .alarm : .notice,
                [waiting, meter.reason ?? ""].joined(separator: ". ")
            )
        }
        guard meter.isLate else {
            let read = frame.words.at(seen, now: state.time)
            return line(meter.name, .good, language("à jour, lu \(read)", "up to date, read \(read)"))
        }
        let moment = frame.words.moment(seen, now: state.time)
        let late = language("en retard, dernière lecture : \(moment)", "late, last read: \(moment)")
        return line(meter.name, .alarm, meter.reason.map { "\(late). \($0)" } ?? late)
    }

    private func output(_ output: BoxCondition.Output) -> Markup {
        let server = language(output.server.replacing(" at ", with: ", "), output.server)
        guard output.waiting > 0 else { return line(server, .good, language("à jour", "up to date")) }
        let text = language.waiting(output.waiting)
        return line(server, output.isAway ? .notice : .good, output.error.map { "\(text). \($0)" } ?? text)
    }

    private var machine: [Markup] {
        var rows: [(String, String)] = []
        if let percent = box.diskPercent {
            rows.append((language("Carte ou disque utilisé", "Card or disk in use"), language.percent(percent / 100)))
        }
        if let bytes = box.writtenToday {
            let megabytes = language.number(Double(bytes) / 1e6)
            rows.append((language("Écrit aujourd'hui", "Written today"), "\(megabytes)\u{A0}\(language("Mo", "MB"))"))
        }
        if let percent = box.memoryPercent {
            rows.append((language("Mémoire utilisée", "Memory in use"), language.percent(percent / 100)))
        }
        if let degrees = box.temperature {
            rows.append(
                (
                    language("Température du processeur", "Processor's temperature"),
                    language.number(degrees) + "\u{A0}°C"
                )
            )
        }
        let started = language.duration(state.time - box.startedAt)
        rows.append((language("En marche depuis", "Running for"), started))
        return rows.map { name, value -> Markup in "<tr><th scope=\"row\">\(name)</th><td>\(value)</td></tr>" }
    }
}

/// The condition of the box, as far as its page tells it.
public struct BoxCondition: Sendable {
    /// A server that readings go to.
    public struct Output: Sendable {
        /// The server in words, such as `InfluxDB at 127.0.0.1:8086`.
        public var server: String
        /// The readings that wait for it.
        public var waiting: Int
        /// True while it does not take any.
        public var isAway: Bool
        /// The last trouble, while it is away.
        public var error: String?

        public init(server: String, waiting: Int, isAway: Bool, error: String?) {
            (self.server, self.waiting, self.isAway, self.error) = (server, waiting, isAway, error)
        }
    }

    public var outputs: [Output] = []
    /// The disk in use, in percent.
    public var diskPercent: Double?
    /// The bytes written to the card today.
    public var writtenToday: Int64?
    public var memoryPercent: Double?
    /// Of the processor, in °C.
    public var temperature: Double?
    /// The start of the program, in seconds since 1970.
    public var startedAt: Int64

    public init(startedAt: Int64) { self.startedAt = startedAt }
}

import MeterNotation

/// Looks for what the household should know: announcements of the supplier, the voltage, the power, silence.
struct Watch: Sendable, Codable {
    /// Seconds by which a source is late before it counts as silent.
    private static let silence: Int64 = 300
    /// Seconds within which another start is part of the same work on the box.
    private static let restartsTogether: Int64 = 60
    /// Seconds within which a meter's registers tell of its replacement, one after the other.
    private static let chaptersTogether: Int64 = 120

    private struct Heard: Sendable, Codable {
        var time: Int64
        var isLost = false
    }

    private var heard: [String: Heard] = [:]
    private var chapters: [String: Int64] = [:]
    private var supplier = SupplierWatch()
    private var voltage: [String: VoltageWatch] = [:]
    /// What each meter draws above what was subscribed; `nil` in the state of a release before, which had one for all.
    private var powers: [String: PowerWatch]?
    /// The signs of batteries' powers; `nil` for none.
    private var signs: [String: BatterySignWatch]?
    /// What nobody measures; `nil` before the first flow.
    private var unmeasured: UnmeasuredWatch?

    init() {}

    /// Takes a reading.
    mutating func note(_ reading: Reading, _ settings: Ledger.Settings) -> [EnergyEvent] {
        let (meter, time) = (reading.meter, reading.time.seconds)
        var events: [EnergyEvent] = []
        if let before = heard[meter], before.isLost, time > before.time {
            events.append(
                EnergyEvent(
                    .outage,
                    of: meter,
                    at: before.time,
                    "Plus de mesure de \(meter)",
                    "\(meter) est resté muet pendant \(frenchDuration(time - before.time)) ; il répond de nouveau."
                )
            )
        }
        heard[meter] = Heard(time: max(time, heard[meter]?.time ?? time))
        if let notices = reading.remarks?.notices {
            events += supplier.note(notices, from: meter, at: time, settings.calendar)
            events += note(notices.overload, of: meter, at: time)
        }
        var battery: (watts: Double?, percent: Double?)
        for fact in reading.facts {
            switch fact {
            case .batteryPower(let watts): battery.watts = watts
            case .charge(let percent): battery.percent = percent
            case .phase(let number, let volts?, _):
                let key = "\(meter) \(number)"
                events += voltage[key, default: VoltageWatch()]
                    .note(volts, phase: number, of: key, at: time, allowed: settings.allowedVolts)
            case .contract(let subscribed?, _):
                powers = powers ?? [:]
                powers?[meter, default: PowerWatch()].subscribedVA = subscribed
            case .apparentPower(let drawn?, _):
                events += powers?[meter]?.note(drawn, of: meter, at: time) ?? []
            default: break
            }
        }
        if battery.watts != nil || battery.percent != nil {
            signs = signs ?? [:]
            events +=
                signs?[meter, default: BatterySignWatch()]
                .note(battery.watts, battery.percent, of: meter, at: time) ?? []
        }
        return events
    }

    /// The colours of the Tempo day that runs and of the next one; `nil` where they are not known.
    func colours(at time: Int64, _ calendar: LocalCalendar) -> (today: Notices.Colour?, tomorrow: Notices.Colour?) {
        supplier.colours(at: time, calendar)
    }

    /// Takes the flows of a slot.
    mutating func note(_ flow: Flow) -> [EnergyEvent] {
        var watch = unmeasured ?? UnmeasuredWatch()
        defer { unmeasured = watch }
        return watch.note(flow)
    }

    /// Takes a meter's alert; of meters that never had one nothing is kept.
    private mutating func note(_ overload: [Int64], of meter: String, at time: Int64) -> [EnergyEvent] {
        guard !overload.isEmpty || powers?[meter]?.overload != nil else { return [] }
        powers = powers ?? [:]
        var watch = powers?[meter]?.overload ?? OverloadWatch()
        let events = watch.note(overload, of: meter, at: time)
        powers?[meter, default: PowerWatch()].overload = watch.isOver ? nil : watch
        return events
    }

    /// Looks for sources that have fallen silent.
    ///
    /// - Parameters:
    ///   - now: in seconds since 1970.
    ///   - asleep: those that may be silent now, as inverters at night.
    ///   - pauses: the seconds for which each says nothing while all is well.
    /// - Returns: one event for each source that is lost.
    mutating func look(at now: Int64, asleep: [String], _ pauses: [String: Int64]) -> [EnergyEvent] {
        var events: [EnergyEvent] = []
        for (source, last) in heard.sorted(by: { $0.key < $1.key }) {
            let pause = pauses.first { Subject.isMeter(source, of: [$0.key]) }?.value ?? 0
            guard !last.isLost, now - last.time > pause + Self.silence, !Subject.isMeter(source, of: asleep) else {
                continue
            }
            heard[source]?.isLost = true
            events.append(
                EnergyEvent(
                    .outage,
                    of: source,
                    at: last.time,
                    "Plus de mesure de \(source)",
                    "\(source) ne répond plus ; vérifiez son câble et son alimentation."
                )
            )
        }
        return events
    }

    /// Moves what was heard, since the time by which it was dated was corrected.
    mutating func move(by seconds: Int64) {
        for (source, last) in heard where !last.isLost { heard[source]?.time = last.time + seconds }
    }

    /// Goes on from before a span in which another one listened: its sources are those that are heard now.
    mutating func hear(of other: Watch, at now: Int64) {
        heard = other.heard.mapValues { $0.isLost ? $0 : Heard(time: now) }
    }

    /// Forgets sources no longer configured, so that nobody waits for them.
    mutating func keep(_ sources: [String]) {
        heard = heard.filter { Subject.isMeter($0.key, of: sources) }
        powers = powers?.filter { Subject.isMeter($0.key, of: sources) }
        signs = signs?.filter { Subject.isMeter($0.key, of: sources) }
        unmeasured?.keep(sources)
    }

    /// Tells that the box was started, unless it was off for a minute at most.
    mutating func noteStart(at now: Int64, newest: Int64?) -> [EnergyEvent] {
        guard let newest, now - newest > Self.restartsTogether else { return [] }
        let off = frenchDuration(now - newest)
        let event = EnergyEvent(
            .box,
            at: now,
            "Boîtier redémarré",
            "Aucune mesure pendant \(off) avant ce démarrage ; l'énergie de cette période est répartie dans le temps."
        )
        // The box was silent, not its sources; those that were lost before still are, and that was told.
        for (source, last) in heard where !last.isLost { heard[source]?.time = now }
        return [event]
    }

    /// Tells that a register goes on from another value, once for all registers of a meter.
    mutating func chapter(
        _ chapter: Track.Chapter,
        _ source: String,
        _ register: MeterRegister,
        from before: Track,
        to value: Double,
        at time: Int64
    ) -> [EnergyEvent] {
        if let last = chapters[source], time - last < Self.chaptersTogether { return [] }
        chapters[source] = time
        let values = "l'index passe de \(frenchNumber(before.value)) à \(frenchNumber(value))"
        let event =
            switch chapter {
            case .replaced:
                EnergyEvent(
                    .meter,
                    of: source,
                    at: time,
                    "Compteur remplacé",
                    "\(source) a un autre numéro de série ; \(values)."
                )
            case .reset: EnergyEvent(.meter, of: source, at: time, "Index remis à zéro", "\(source) : \(values).")
            case .jumped:
                EnergyEvent(
                    .meter,
                    of: source,
                    at: time,
                    "Saut d'index",
                    "\(source) : \(values), plus qu'un branchement ne peut fournir ; cet écart n'est pas compté."
                )
            }
        return [event]
    }

    /// Tells that a register started again at zero; of a tariff's registers only the total tells it.
    static func rollover(
        _ source: String,
        _ register: MeterRegister,
        from value: Double,
        at time: Int64
    ) -> [EnergyEvent] {
        guard register.quantity != .tariff else { return [] }
        return [
            EnergyEvent(
                .meter,
                of: "\(source) \(register.quantity.rawValue) rollover",
                at: time,
                "Index revenu à zéro",
                "\(source) : le compteur a fait le tour après \(frenchNumber(value)) ; rien n'est perdu."
            )
        ]
    }

}

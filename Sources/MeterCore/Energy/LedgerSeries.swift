import MeterNotation

/// Makes the ledger's points, each series once.
struct LedgerSeries: Sendable {
    private let tags: [(String, String)]
    private var known: [String: Series] = [:]

    /// Begins without series; every point gets these tags.
    init(_ tags: [(String, String)]) { self.tags = tags }

    /// The series of a kind with more tags; made once, then reused.
    private mutating func series(_ kind: Kind, _ more: [(String, String)] = []) -> Series {
        var key = kind.rawValue
        for (name, value) in more { key += " " + name + "=" + value }
        if let series = known[key] { return series }
        let series = Series(kind, tags: tags + more)
        known[key] = series
        return series
    }

    /// The point of a quarter's energies that are final; what is still open is left out.
    mutating func energy(_ quarter: Quarter, _ energies: [Field: Double]) -> Point {
        Point(
            series(.quarterEnergy),
            at: quarter.start,
            [
                .importWh: .sum(energies[.importWh]), .exportWh: .sum(energies[.exportWh]),
                .productionWh: .sum(energies[.productionWh]), .consumptionWh: .sum(energies[.consumptionWh]),
                .chargeWh: .sum(energies[.chargeWh]), .dischargeWh: .sum(energies[.dischargeWh]),
                .lossWh: .sum(energies[.lossWh]), .restWh: .sum(energies[.restWh]),
                .estimated: .boolean(quarter.isEstimated),
            ]
        )
    }

    /// The point of a register's energy in a quarter, and its price where there is one.
    mutating func tariff(_ register: String, _ value: Double, _ euros: Double?, at start: Int64) -> Point {
        Point(series(.quarterTariff, [("register", register)]), at: start, [.wh: .sum(value), .eur: .sum(euros)])
    }

    /// The point of a meter's count in a quarter; a part of a source has its device in a tag, as its readings have.
    mutating func meter(
        _ meter: String,
        _ role: String,
        _ value: Double?,
        _ count: Double?,
        _ gas: GasPrice? = nil,
        at start: Int64
    ) -> Point {
        let words = meter.split(separator: " ", maxSplits: 1).map(String.init)
        let device = words.count > 1 ? [("device", words[1])] : []
        let energy = value.flatMap { value in gas.map { $0.kilowattHours * value } }
        let euros = energy.flatMap { energy in gas?.price.map { $0 * energy } }
        return Point(
            series(.quarterMeter, [("source", words[0])] + device + [("role", role)]),
            at: start,
            [.value: .sum(value), .count: .sum(count), .wh: .sum(energy.map { $0 * 1000 }), .eur: .sum(euros)]
        )
    }

    /// The point of a phase's extremes; none when it told nothing.
    mutating func phase(_ phase: Extremes.Phase) -> [Point] {
        let volts = phase.volts
        let point = Point(
            series(.quarterPhase, [("source", phase.source), ("phase", "\(phase.number)")]),
            at: phase.quarter,
            [
                .vMin: .sum(volts?.least), .vMax: .sum(volts?.most),
                .vAvg: .sum(volts.map { $0.sum / $0.count }), .vaMax: .sum(phase.mostVA),
            ]
        )
        return point.isEmpty ? [] : [point]
    }

    /// The point of the largest import of a quarter; none when nothing was told.
    mutating func power(_ power: Extremes.Power) -> [Point] {
        let point = Point(
            series(.quarterPower),
            at: power.quarter,
            [.vaMax: .sum(power.mostVA), .prefVA: .sum(power.subscribedVA)]
        )
        return point.isEmpty ? [] : [point]
    }

    /// The point of a phase's voltages in a local day.
    mutating func day(_ phase: Int, _ day: Extremes.Day) -> Point {
        Point(
            series(.dayPhase, [("phase", "\(phase)")]),
            at: day.start,
            [.vMin: .sum(day.least), .vMax: .sum(day.most), .outS: .sum(day.secondsOutside)]
        )
    }

    /// The points of an hour, a day or a month.
    mutating func total(_ span: Totals.Span, _ calendar: LocalCalendar) -> [Point] {
        let series: Series
        switch span.kind {
        case .hour:
            let hour = calendar.hour(span.start)
            series = self.series(.hourly, [("hour", hour.digits(2))])
        case .day: series = self.series(.dayEnergy)
        case .month: series = self.series(.monthEnergy)
        }
        let point = Point(series, at: span.start, sums: span.sums)
        return point.isEmpty ? [] : [point]
    }

    /// The point of a slot of ten seconds, in tenths of a watt.
    mutating func flow(_ flow: Flow) -> Point {
        func tenth(_ value: Double?) -> FieldValue? { value.map { .float(($0 * 10).rounded() / 10) } }
        return Point(
            series(.flow),
            at: flow.time,
            [
                .productionW: tenth(flow.production), .importW: tenth(flow.import), .exportW: tenth(flow.export),
                .consumptionW: tenth(flow.consumption), .chargeW: tenth(flow.charge),
                .dischargeW: tenth(flow.discharge), .socPercent: tenth(flow.socPercent), .lossW: tenth(flow.loss),
            ]
        )
    }

    /// The point of an event.
    mutating func event(_ event: EnergyEvent) -> Point { event.point(tags: tags) }

    /// The facts about the place; numbers of persons and meters only by their last four digits, unless they may be
    /// shown.
    mutating func site(_ facts: SiteFacts, _ place: Ledger.Place, at time: Int64) -> Point {
        func shown(_ number: String?) -> FieldValue? {
            number.map { number in
                guard !place.showsIdentity else { return .string(number) }
                return .string(String(repeating: "*", count: max(0, number.count - 4)) + number.suffix(4))
            }
        }
        var point = Point(
            series(.siteInfo),
            at: time,
            [
                .prm: shown(facts.prm), .name: place.name.map { .string($0) },
                .lat: place.latitude.map { .float($0) }, .lon: place.longitude.map { .float($0) },
                .contract: facts.contract.map { .string($0) }, .ticMode: facts.mode.map { .string($0) },
                .prefKVA: facts.subscribedKVA.map { .float($0) }, .phases: facts.phases.map { .integer(Int64($0)) },
                .meter: shown(facts.meter), .tomorrow: .string(facts.tomorrow ?? ""),
                .stgeText: facts.status.map { .string($0) },
            ]
        )
        for (number, name) in facts.registers ?? [:] { point.name(register: number, name) }
        return point
    }
}

extension Point {
    fileprivate init(_ series: Series, at seconds: Int64, _ row: KeyValuePairs<Field, FieldValue?>) {
        self.init(series, at: Timestamp(seconds: seconds), row: row)
    }
}

extension EnergyEvent {
    /// The point that it is in the database, with the tags of every point.
    public func point(tags: [(String, String)]) -> Point {
        Point(
            Series(.event, tags: tags + [("kind", kind.rawValue)]),
            at: time,
            [.title: .string(title), .text: .string(text)]
        )
    }
}

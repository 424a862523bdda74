public import MeterCore
public import MeterProtocols

/// Makes points of a meter's frames: the main values, one point a phase, and the registers of the tariff.
///
/// Each slot of time has one reading: that of its first frame with everything that the meter usually says, else what all
/// frames of the slot said together, each value as it was said last, under the time of the last of them. A label that
/// none of them had is left out, never zero. Registers pass an `IndexGate` first, and what says the same for hours is
/// left out until frames agree on it (`KnownMeter`).
public struct TeleinfoPoints: Sendable {
    /// The series of the main values.
    private let main: Series
    /// The series of the three phases; only the first is used by a meter with one.
    private let phases: [Series]
    /// The facts of the meter.
    private(set) var meter: KnownMeter
    /// The frames of the slot.
    private var gathering: FrameGathering
    /// The watched registers: totals and those of the tariffs.
    private var registers: [Register]
    /// The index of each label's register, by the label's number.
    private var places = [Int?](repeating: nil, count: 256)
    /// The registers as labels.
    private let registerLabels: TICFrame.Labels
    /// The remark that all points carry: the meter's serial number.
    private var identity: Remarks?
    /// The quarter of an hour since 1970 in which the facts about the place were last told.
    private var siteQuarter: Int64?
    /// The present period of the tariff, and when it was first and last said, by the clock that is never set back.
    private var period: (name: String, since: Uptime, last: Uptime)?

    /// The time of the last frame, by the clock that is never set back.
    private var heardAt: Uptime?
    /// Seconds without a word after which what was said may have changed meanwhile.
    private static let longestPause = 60.0
    /// The time that the meter's clock told last, in seconds since 1970.
    private var clock: Int64?

    /// Prepares the series, for a meter on a line.
    public init(_ settings: TeleinfoSettings, context: SourceContext) {
        self.init(settings, KnownMeter(.line), waits: true, context: context)
    }

    /// Prepares the series.
    ///
    /// - Parameters:
    ///   - settings: the interval and the measurements.
    ///   - meter: what is known of the meter already.
    ///   - waits: true to gather the frames of a slot; false to take each as it is.
    ///   - context: with the name and tags of the source.
    init(_ settings: TeleinfoSettings, _ meter: KnownMeter, waits: Bool, context: SourceContext) {
        main = context.series(settings.measurement, kind: .linky)
        phases = (1...3).map { phase in
            context.series(settings.phases, kind: .phase, tags: [("phase", "\(phase)")])
        }
        self.meter = meter
        gathering = FrameGathering(every: settings.every, waits: waits)
        registers = (Self.totals + Self.registers.keys).sorted().map { label in
            Register(
                label: label,
                series: Self.registers[label].map { name in
                    context.series(settings.indexes, kind: .index, tags: [("register", name)])
                }
            )
        }
        registerLabels = TICFrame.Labels(registers.map(\.label))
        for (place, register) in registers.enumerated() { places[Int(register.label.rawValue)] = place }
    }

    /// The number of register values held back.
    public var held: Int { registers.reduce(0) { $0 + $1.gate.held } }

    /// The points that a frame completes: those of its own slot of time, and before them what a slot that is over left.
    ///
    /// - Parameters:
    ///   - frame: from the decoder.
    ///   - time: of the points.
    ///   - monotonic: the same on a clock that is never set back, by which registers are judged.
    /// - Returns: the points, without empty ones.
    public mutating func points(
        of frame: TICFrame,
        at time: Timestamp,
        monotonic: Uptime
    ) -> [Point] {
        var points = finishSlot(before: time)
        if let heardAt, monotonic.seconds(since: heardAt) > Self.longestPause { meter.forgetAnnouncements() }
        heardAt = monotonic
        if meter.hear(frame) {
            for place in registers.indices {
                registers[place].gate.reset()
                registers[place].last = nil
            }
            period = nil
            gathering.forget()
            forgetBelieved()
        }
        if identity?.serial != meter.serial { identity = Remarks(serial: meter.serial) }
        // Another meter's, or a damaged one's: the next frame tells.
        guard !meter.isDoubtful else { return points }
        if gathering.add(frame, at: time) == .another { forgetBelieved() }
        notePeriod(frame, at: monotonic)
        clock = frame.horodate(.date)?.secondsSince1970 ?? clock
        for place in registers.indices {
            guard let value = frame.integer(registers[place].label) else { continue }
            guard registers[place].gate.judge(value, at: monotonic) != .held else { continue }
            registers[place].believed = value
            registers[place].last = (value, monotonic)
        }
        if let whole = gathering.whole(isBelieved) { points += make(whole.frame, whole.time) }
        return points
    }

    /// The points of a slot of time that is over, made of what its frames said together.
    ///
    /// To be asked now and then, so that a line that falls silent keeps nothing back.
    public mutating func finishSlot(before time: Timestamp) -> [Point] {
        gathering.rest(before: time).map { make($0.frame, $0.time) } ?? []
    }

    /// The points of the slot that is open, at the end of the line.
    public mutating func finish() -> [Point] { gathering.rest().map { make($0.frame, $0.time) } ?? [] }

    /// Forgets the registers of the slot before.
    private mutating func forgetBelieved() { for place in registers.indices { registers[place].believed = nil } }

    /// Notes when the period of the tariff begins, from which the registers of the others stand still.
    ///
    /// Where it was not said for a minute, another one may have come and gone.
    private mutating func notePeriod(_ frame: TICFrame, at time: Uptime) {
        guard let name = meter.text(.ptec), frame.has(.ptec, name) else { return }
        if let period, period.name == name, time.seconds(since: period.last) <= Self.longestPause {
            self.period?.last = time
        } else {
            period = (name, time, time)
        }
    }

    /// True when the gathered value of a label is beyond doubt: a register that passed its gate, a fact that is known.
    private func isBelieved(_ label: TICLabel, in frame: TICFrame) -> Bool {
        if registerLabels.contains(label) { return believed(label) != nil }
        return !KnownMeter.facts.contains(label) || meter.agrees(with: frame, on: label)
    }

    /// The points of a reading.
    private mutating func make(_ frame: TICFrame, _ time: Timestamp) -> [Point] {
        var points = [Point(main, at: time, row: mainValues(frame))] + phasePoints(frame, time)
        points = points.filter { !$0.isEmpty }
        if !points.isEmpty { points[0].remarks = remarks(frame, time) }
        return points + indexPoints(time)
    }

    /// The announcements, and once a quarter the facts about the place.
    private mutating func remarks(_ frame: TICFrame, _ time: Timestamp) -> Remarks {
        let quarter = time.seconds / 900
        let isNewQuarter = quarter != siteQuarter
        siteQuarter = quarter
        return Remarks(
            serial: meter.serial,
            notices: meter.notices(in: frame),
            site: isNewQuarter ? meter.siteFacts(frame) : nil
        )
    }

    /// The main values by mode; the labels are those of Enedis-NOI-CPT_54E.
    ///
    /// `PCOUP` is in kVA and stored in VA.
    private func mainValues(_ frame: TICFrame) -> KeyValuePairs<Field, FieldValue?> {
        func value(_ label: TICLabel) -> FieldValue? {
            clock.map { frame.isAhead(label, of: $0) } ?? false ? nil : frame.integer(label).map { .integer($0) }
        }
        func register(_ label: TICLabel) -> FieldValue? { believed(label).map { .integer($0) } }
        func fact(_ label: TICLabel, times factor: Int64 = 1) -> FieldValue? {
            meter.agrees(with: frame, on: label) ? frame.integer(label).map { .integer($0 * factor) } : nil
        }
        switch frame.mode {
        case .standard:
            return [
                .vaIn: drawn(frame), .vaOut: value(.sinsti), .whIn: register(.east), .whOut: register(.eait),
                .ntarf: fact(.ntarf), .prefVA: fact(.pref, times: 1000), .pcoupVA: fact(.pcoup, times: 1000),
                .smaxVA: value(.smaxsn), .smaxPrevVA: value(.smaxsnYesterday), .wCCASN: value(.ccasn),
                .wCCAIN: value(.ccain), .varhQ1: value(.erq1), .varhQ2: value(.erq2), .varhQ3: value(.erq3),
                .varhQ4: value(.erq4), .stge: value(.stge),
            ]
        case .historique:
            let subscribed = meter.agrees(with: frame, on: .isousc) ? meter.subscribedVA(.historique) : nil
            return [
                // Injection comes by other devices only, which have it beside these.
                .vaIn: value(.papp), .vaOut: value(.sinsti), .whIn: total(frame), .whOut: register(.eait),
                .ntarf: tariff(frame), .prefVA: subscribed.map { .integer($0) },
            ]
        }
    }

    /// The power drawn in standard; a Linky of the first generation with one phase tells it as that of the phase.
    private func drawn(_ frame: TICFrame) -> FieldValue? {
        (frame.integer(.sinsts) ?? (meter.phases == 1 ? frame.integer(.sinsts1) : nil)).map { .integer($0) }
    }

    /// The sum of the contract's registers; `nil` when one of them is missing, since a sum without it would step back.
    ///
    /// Only the register of the present period grows. The others were read in this slot, or since that period began.
    private func total(_ frame: TICFrame) -> FieldValue? {
        guard let family = Self.families.first(where: { $0.contains { frame.contains($0) } }) else { return nil }
        let current = meter.agrees(with: frame, on: .ptec) ? meter.text(.ptec).flatMap { Self.counting[$0] } : nil
        let values = family.compactMap { label -> Int64? in
            if let value = believed(label) { return value }
            guard let current, current != label, let place = places[Int(label.rawValue)],
                let last = registers[place].last, let period, last.time >= period.since
            else { return nil }
            return last.value
        }
        return values.count == family.count ? .integer(values.reduce(0, +)) : nil
    }

    /// The registers of each contract in historique, as their periods are numbered.
    private static let families: [[TICLabel]] = [
        [.base], [.hchc, .hchp], [.ejphn, .ejphpm],
        [.bbrhcjb, .bbrhpjb, .bbrhcjw, .bbrhpjw, .bbrhcjr, .bbrhpjr],
    ]

    /// The register that counts in each period `PTEC`.
    private static let counting: [String: TICLabel] = [
        "TH..": .base, "HC..": .hchc, "HP..": .hchp, "HN..": .ejphn, "PM..": .ejphpm, "HCJB": .bbrhcjb,
        "HPJB": .bbrhpjb, "HCJW": .bbrhcjw, "HPJW": .bbrhpjw, "HCJR": .bbrhcjr, "HPJR": .bbrhpjr,
    ]

    /// The number of the register that counts now, from the current period `PTEC`.
    ///
    /// Mode standard tells it as `NTARF`; the numbers here follow the order of the registers.
    private func tariff(_ frame: TICFrame) -> FieldValue? {
        guard meter.agrees(with: frame, on: .ptec),
            let label = meter.text(.ptec).flatMap({ Self.counting[$0] }),
            let place = Self.families.compactMap({ $0.firstIndex(of: label) }).first
        else { return nil }
        return .integer(Int64(place + 1))
    }

    /// One point a phase: voltages in V and currents in A; mode historique tells voltages by other devices only.
    ///
    /// The power of the house is that of a phase only where the meter is known to have one.
    private func phasePoints(_ frame: TICFrame, _ time: Timestamp) -> [Point] {
        func value(_ label: TICLabel) -> FieldValue? {
            clock.map { frame.isAhead(label, of: $0) } ?? false ? nil : frame.integer(label).map { .integer($0) }
        }
        let isSingle = meter.phases == 1
        let rows: [KeyValuePairs<Field, FieldValue?>]
        switch frame.mode {
        case .standard:
            let va = isSingle ? drawn(frame) : value(.sinsts1)
            rows = [
                [.v: value(.urms1), .vAvg: value(.umoy1), .i: value(.irms1), .va: va],
                [.v: value(.urms2), .vAvg: value(.umoy2), .i: value(.irms2), .va: value(.sinsts2)],
                [.v: value(.urms3), .vAvg: value(.umoy3), .i: value(.irms3), .va: value(.sinsts3)],
            ]
        case .historique:
            let i = isSingle ? value(.iinst) : value(.iinst1)
            rows = [
                [.v: value(.urms1), .i: i, .va: isSingle ? value(.papp) : nil],
                [.v: value(.urms2), .i: value(.iinst2)], [.v: value(.urms3), .i: value(.iinst3)],
            ]
        }
        return zip(phases, rows.prefix(isSingle ? 1 : 3)).map { Point($0, at: time, row: $1) }
    }

    /// The labels that fields are made of.
    static let told = TICFrame.Labels(totals + registers.keys).union(
        TICFrame.Labels([
            .isousc, .ptec, .iinst, .iinst1, .iinst2, .iinst3, .papp,
            .ntarf, .pref, .pcoup, .smaxsn, .smaxsnYesterday, .ccasn, .ccain, .erq1, .erq2, .erq3, .erq4, .stge,
            .sinsts, .sinsts1, .sinsts2, .sinsts3, .sinsti, .urms1, .urms2, .urms3, .umoy1, .umoy2, .umoy3,
            .irms1, .irms2, .irms3,
        ])
    )

    /// The points of the tariff registers that changed, at most one a minute each.
    private mutating func indexPoints(_ time: Timestamp) -> [Point] {
        var points: [Point] = []
        for place in registers.indices {
            guard let value = registers[place].believed, let series = registers[place].series,
                registers[place].sampling.keeps(value, at: time)
            else { continue }
            var point = Point(series, at: time, row: [.wh: .integer(value)])
            point.remarks = identity
            points.append(point)
        }
        return points
    }

    /// A register's value in the current slot, unless it is missing or held.
    private func believed(_ label: TICLabel) -> Int64? {
        places[Int(label.rawValue)].flatMap { registers[$0].believed }
    }

    /// The registers that belong to no tariff: import and export.
    private static let totals: [TICLabel] = [.east, .eait]

    /// The tariff registers with their values of the tag `register`.
    ///
    /// The names stay as they are in the database: `BASE` to `PM` of mode historique, `F01` to `F10` of the supplier
    /// and `D01` to `D04` of the distributor.
    static let registers: [TICLabel: String] = [
        .base: "BASE", .hchc: "HC", .hchp: "HP", .ejphn: "HN", .ejphpm: "PM",
        .bbrhcjb: "HCJB", .bbrhpjb: "HPJB", .bbrhcjw: "HCJW", .bbrhpjw: "HPJW", .bbrhcjr: "HCJR", .bbrhpjr: "HPJR",
        .easf01: "F01", .easf02: "F02", .easf03: "F03", .easf04: "F04", .easf05: "F05", .easf06: "F06",
        .easf07: "F07", .easf08: "F08", .easf09: "F09", .easf10: "F10",
        .easd01: "D01", .easd02: "D02", .easd03: "D03", .easd04: "D04",
    ]
}

/// A register of a meter, with its gate, its last time and its value in the current frame.
private struct Register: Sendable {
    /// The label that carries it.
    let label: TICLabel
    /// The series of a tariff's register; `nil` for the totals, which are among the main values.
    let series: Series?
    /// Holds back values that step back or jump.
    var gate = IndexGate()
    /// Keeps a changed value at most once a minute, and any value once a quarter.
    var sampling = ChangeSampling(every: .seconds(60))
    /// The value in the current slot in Wh; `nil` when it is missing or held.
    var believed: Int64?
    /// The value that was believed last, and when.
    var last: (value: Int64, time: Uptime)?

    /// Makes a register that has not been read.
    init(label: TICLabel, series: Series?) {
        self.label = label
        self.series = series
    }
}

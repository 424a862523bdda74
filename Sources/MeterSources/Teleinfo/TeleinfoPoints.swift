public import MeterCore
public import MeterProtocols

/// Makes points of a meter's frames: the main values, one point a phase, the registers of the tariff.
///
/// A label that a frame lacks is left out, never zero. Registers pass an `IndexGate` first.
public struct TeleinfoPoints: Sendable {
    private static let mainFields = [
        "va_in", "va_out", "wh_in", "wh_out", "ntarf", "pref_va", "pcoup_va", "smax_va", "smax_prev_va", "w_ccasn",
        "w_ccain", "varh_q1", "varh_q2", "varh_q3", "varh_q4", "stge",
    ]

    private let source: String
    private let main: Series
    private let phases: [Series]
    private var sampling: Sampling
    /// The registers, and for each label its place among them.
    private var registers: [Register]
    private var places = [Int?](repeating: nil, count: 256)
    private var serial: String?
    /// The quarter of an hour in which the facts about the place were told last.
    private var siteQuarter: Int64?
    private var otherSerial: String?

    /// Prepares the series.
    public init(_ settings: TeleinfoSettings, context: SourceContext) {
        source = context.name
        main = context.series(settings.measurement, fields: Self.mainFields)
        phases = (1...3).map { phase in
            context.series(settings.phases, tags: [("phase", "\(phase)")], fields: ["v", "v_avg", "i", "va"])
        }
        sampling = Sampling(every: settings.every)
        registers = (Self.totals + Self.registers.keys).sorted().map { label in
            Register(
                label: label,
                series: Self.registers[label].map { name in
                    context.series(settings.indexes, tags: [("register", name)], fields: ["wh"])
                }
            )
        }
        for (place, register) in registers.enumerated() { places[Int(register.label.rawValue)] = place }
    }

    /// Readings that a gate held.
    public var held: Int { registers.reduce(0) { $0 + $1.gate.held } }

    /// The points of a frame; none when its slot of time has one already, or when the frame was cut early.
    public mutating func points(
        of frame: TICFrame,
        at time: Timestamp,
        monotonic: Uptime
    ) -> [Point] {
        noteSerial(frame)
        for place in registers.indices {
            registers[place].believed = nil
            guard let value = frame.integer(registers[place].label) else { continue }
            if registers[place].gate.judge(value, at: monotonic) != .held { registers[place].believed = value }
        }
        guard !frame.isShort, isWorthKeeping(frame), sampling.keeps(time) else { return [] }
        var points = [mainPoint(frame, time)]
        points += phasePoints(frame, time)
        points += indexPoints(time)
        return points.filter { !$0.isEmpty }
    }

    /// Whether a frame may stand for its slot of time.
    ///
    /// One that lost groups may; one that was cut before its power came leaves the slot to the next.
    private func isWorthKeeping(_ frame: TICFrame) -> Bool {
        frame.ending != .cut || frame.contains(frame.mode == .standard ? .sinsts : .papp)
    }

    /// Another meter, seen in two frames in a row, starts its registers anew.
    private mutating func noteSerial(_ frame: TICFrame) {
        let label = frame.mode == .standard ? TICLabel.adsc : .adco
        if let serial, frame.has(label, serial) {
            otherSerial = nil
            return
        }
        guard let now = frame.text(label) else { return }
        guard serial == nil || otherSerial == now else {
            otherSerial = now
            return
        }
        if serial != nil { for place in registers.indices { registers[place].gate.reset() } }
        serial = now
        otherSerial = nil
    }

    private mutating func mainPoint(_ frame: TICFrame, _ time: Timestamp) -> Point {
        var point = Point(main, at: time, mainValues(frame))
        func integer(_ field: Int) -> Int64? {
            if case .integer(let value)? = point.values[field] { value } else { nil }
        }
        var facts = Meaning.Fact.linky(
            drawnWh: integer(2),
            injectedWh: integer(3),
            drawnVA: integer(0),
            injectedVA: integer(1),
            subscribedVA: integer(5),
            register: integer(4),
            serial: serial
        )
        if let notices = frame.notices { facts.append(.notices(notices)) }
        let quarter = time.seconds / 900
        if quarter != siteQuarter {
            siteQuarter = quarter
            facts.append(.site(frame.siteFacts))
        }
        point.meaning = Meaning(source: source, facts)
        return point
    }

    private func mainValues(_ frame: TICFrame) -> [FieldValue?] {
        func value(_ label: TICLabel, times factor: Int64 = 1) -> FieldValue? {
            frame.integer(label).map { .integer($0 * factor) }
        }
        func register(_ label: TICLabel) -> FieldValue? { believed(label).map { .integer($0) } }
        switch frame.mode {
        case .standard:
            return [
                value(.sinsts), value(.sinsti), register(.east), register(.eait), value(.ntarf),
                value(.pref, times: 1000), value(.pcoup, times: 1000), value(.smaxsn), value(.smaxsnYesterday),
                value(.ccasn), value(.ccain), value(.erq1), value(.erq2), value(.erq3), value(.erq4), value(.stge),
            ]
        case .historique:
            let phaseCount: Int64 = frame.contains(.iinst1) ? 3 : 1
            let head = [
                value(.papp), nil, total(frame), nil, tariff(frame), value(.isousc, times: 200 * phaseCount),
            ]
            return head + [FieldValue?](repeating: nil, count: Self.mainFields.count - head.count)
        }
    }

    /// The sum of the registers of the contract: all of them, or none when one is missing.
    private func total(_ frame: TICFrame) -> FieldValue? {
        let families: [[TICLabel]] = [
            [.base], [.hchc, .hchp], [.ejphn, .ejphpm],
            [.bbrhcjb, .bbrhpjb, .bbrhcjw, .bbrhpjw, .bbrhcjr, .bbrhpjr],
        ]
        guard let family = families.first(where: { $0.contains { frame.contains($0) } }) else { return nil }
        let values = family.compactMap { believed($0) }
        return values.count == family.count ? .integer(values.reduce(0, +)) : nil
    }

    /// The number of the register that counts now, from the current period.
    private func tariff(_ frame: TICFrame) -> FieldValue? {
        let numbers: [String: Int64] = [
            "TH..": 1, "HC..": 1, "HP..": 2, "HN..": 1, "PM..": 2, "HCJB": 1, "HPJB": 2, "HCJW": 3, "HPJW": 4,
            "HCJR": 5, "HPJR": 6,
        ]
        return frame.text(.ptec).flatMap { numbers[$0] }.map { .integer($0) }
    }

    private func phasePoints(_ frame: TICFrame, _ time: Timestamp) -> [Point] {
        func value(_ label: TICLabel) -> FieldValue? { frame.integer(label).map { .integer($0) } }
        let isThreePhase = frame.contains(.urms2) || frame.contains(.sinsts2) || frame.contains(.iinst2)
        let values: [[FieldValue?]]
        switch (frame.mode, isThreePhase) {
        case (.standard, true):
            values = [
                [value(.urms1), value(.umoy1), value(.irms1), value(.sinsts1)],
                [value(.urms2), value(.umoy2), value(.irms2), value(.sinsts2)],
                [value(.urms3), value(.umoy3), value(.irms3), value(.sinsts3)],
            ]
        case (.standard, false): values = [[value(.urms1), value(.umoy1), value(.irms1), value(.sinsts)]]
        case (.historique, true):
            values = [
                [nil, nil, value(.iinst1), nil], [nil, nil, value(.iinst2), nil], [nil, nil, value(.iinst3), nil],
            ]
        case (.historique, false): values = [[nil, nil, value(.iinst), value(.papp)]]
        }
        return zip(phases, values).enumerated().map { index, phase in
            var point = Point(phase.0, at: time, phase.1)
            func integer(_ field: Int) -> Int64? {
                if case .integer(let value)? = point.values[field] { value } else { nil }
            }
            let fact = Meaning.Fact.phase(index + 1, volts: integer(0), meanVolts: integer(1), va: integer(3))
            point.meaning = Meaning(source: source, [fact])
            return point
        }
    }

    private mutating func indexPoints(_ time: Timestamp) -> [Point] {
        var points: [Point] = []
        for place in registers.indices {
            guard let value = registers[place].believed, let series = registers[place].series,
                registers[place].sampling.keeps(value, at: time)
            else { continue }
            var point = Point(series, at: time, [.integer(value)])
            if let name = Self.registers[registers[place].label],
                let fact = Meaning.Fact.index(name, wh: value, serial: serial)
            {
                point.meaning = Meaning(source: source, [fact])
            }
            points.append(point)
        }
        return points
    }

    /// A register's value in the current frame, unless it is missing or held.
    private func believed(_ label: TICLabel) -> Int64? {
        places[Int(label.rawValue)].flatMap { registers[$0].believed }
    }

    /// The registers that are not one of a tariff.
    private static let totals: [TICLabel] = [.east, .eait]

    /// The tariff registers and what the tag `register` calls them.
    static let registers: [TICLabel: String] = [
        .base: "BASE", .hchc: "HC", .hchp: "HP", .ejphn: "HN", .ejphpm: "PM",
        .bbrhcjb: "HCJB", .bbrhpjb: "HPJB", .bbrhcjw: "HCJW", .bbrhpjw: "HPJW", .bbrhcjr: "HCJR", .bbrhpjr: "HPJR",
        .easf01: "F01", .easf02: "F02", .easf03: "F03", .easf04: "F04", .easf05: "F05", .easf06: "F06",
        .easf07: "F07", .easf08: "F08", .easf09: "F09", .easf10: "F10",
        .easd01: "D01", .easd02: "D02", .easd03: "D03", .easd04: "D04",
    ]
}

/// A register of a meter: its gate, when it was kept last, and its value in the current frame.
private struct Register: Sendable {
    let label: TICLabel
    /// Where the register of a tariff goes by itself.
    let series: Series?
    var gate = IndexGate()
    var sampling = ChangeSampling(every: .seconds(60))
    var believed: Int64?

    init(label: TICLabel, series: Series?) {
        self.label = label
        self.series = series
    }
}

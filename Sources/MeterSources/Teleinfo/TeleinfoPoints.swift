public import MeterCore
public import MeterProtocols

/// Makes points of a meter's frames: the main values, one point a phase, and the registers of the tariff.
///
/// A label that a frame lacks is left out, never zero. Registers pass an `IndexGate` first.
public struct TeleinfoPoints: Sendable {
    /// The series of the main values.
    private let main: Series
    /// The series of the three phases; only the first is used by a meter with one.
    private let phases: [Series]
    /// Keeps one frame a slot.
    private var sampling: Sampling
    /// The watched registers: totals and those of the tariffs.
    private var registers: [Register]
    /// The index of each label's register, by the label's number.
    private var places = [Int?](repeating: nil, count: 256)
    /// The meter's serial number, `ADSC` or `ADCO`; `nil` before the first frame.
    private var serial: String?
    /// The remark that all points carry: the meter's serial number.
    private var identity: Remarks?
    /// The quarter of an hour since 1970 in which the facts about the place were last told.
    private var siteQuarter: Int64?
    /// Another serial number, seen once: a damaged one does not come twice.
    private var otherSerial: String?

    /// Prepares the series.
    public init(_ settings: TeleinfoSettings, context: SourceContext) {
        main = context.series(settings.measurement, kind: .linky)
        phases = (1...3).map { phase in
            context.series(settings.phases, kind: .phase, tags: [("phase", "\(phase)")])
        }
        sampling = Sampling(every: settings.every)
        registers = (Self.totals + Self.registers.keys).sorted().map { label in
            Register(
                label: label,
                series: Self.registers[label].map { name in
                    context.series(settings.indexes, kind: .index, tags: [("register", name)])
                }
            )
        }
        for (place, register) in registers.enumerated() { places[Int(register.label.rawValue)] = place }
    }

    /// The number of register values held back.
    public var held: Int { registers.reduce(0) { $0 + $1.gate.held } }

    /// The points of a frame; none when its slot of time has one already, or when the frame was cut early.
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

    /// True when a frame may stand for its slot of time.
    ///
    /// A frame that lost groups may; one that was cut before its power came leaves the slot to the next one.
    private func isWorthKeeping(_ frame: TICFrame) -> Bool {
        frame.ending != .cut || frame.contains(frame.mode == .standard ? .sinsts : .papp)
    }

    /// Begins the registers anew for another meter, seen in two frames in a row.
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
        identity = Remarks(serial: now)
        otherSerial = nil
    }

    /// The point of the main values, with the announcements, and once a quarter the facts about the place.
    private mutating func mainPoint(_ frame: TICFrame, _ time: Timestamp) -> Point {
        var point = Point(main, at: time, row: mainValues(frame))
        let quarter = time.seconds / 900
        let isNewQuarter = quarter != siteQuarter
        siteQuarter = quarter
        point.remarks = Remarks(
            serial: serial,
            notices: frame.notices,
            site: isNewQuarter ? frame.siteFacts : nil
        )
        return point
    }

    /// The main values by mode; the labels are those of Enedis-NOI-CPT_54E.
    ///
    /// `PREF` and `PCOUP` are in kVA and stored in VA; `ISOUSC` is in A, and 1 A of it is 200 VA a phase.
    private func mainValues(_ frame: TICFrame) -> KeyValuePairs<Field, FieldValue?> {
        func value(_ label: TICLabel, times factor: Int64 = 1) -> FieldValue? {
            frame.integer(label).map { .integer($0 * factor) }
        }
        func register(_ label: TICLabel) -> FieldValue? { believed(label).map { .integer($0) } }
        switch frame.mode {
        case .standard:
            return [
                .vaIn: value(.sinsts), .vaOut: value(.sinsti), .whIn: register(.east), .whOut: register(.eait),
                .ntarf: value(.ntarf), .prefVA: value(.pref, times: 1000), .pcoupVA: value(.pcoup, times: 1000),
                .smaxVA: value(.smaxsn), .smaxPrevVA: value(.smaxsnYesterday), .wCCASN: value(.ccasn),
                .wCCAIN: value(.ccain), .varhQ1: value(.erq1), .varhQ2: value(.erq2), .varhQ3: value(.erq3),
                .varhQ4: value(.erq4), .stge: value(.stge),
            ]
        case .historique:
            return [
                .vaIn: value(.papp), .whIn: total(frame), .ntarf: tariff(frame),
                .prefVA: value(.isousc, times: 200 * (frame.contains(.iinst1) ? 3 : 1)),
            ]
        }
    }

    /// The sum of the contract's registers; `nil` when one of them is missing, since a sum without it would step back.
    private func total(_ frame: TICFrame) -> FieldValue? {
        let families: [[TICLabel]] = [
            [.base], [.hchc, .hchp], [.ejphn, .ejphpm],
            [.bbrhcjb, .bbrhpjb, .bbrhcjw, .bbrhpjw, .bbrhcjr, .bbrhpjr],
        ]
        guard let family = families.first(where: { $0.contains { frame.contains($0) } }) else { return nil }
        let values = family.compactMap { believed($0) }
        return values.count == family.count ? .integer(values.reduce(0, +)) : nil
    }

    /// The number of the register that counts now, from the current period `PTEC`.
    ///
    /// Mode standard tells it as `NTARF`; the numbers here follow the order of the registers.
    private func tariff(_ frame: TICFrame) -> FieldValue? {
        let numbers: [String: Int64] = [
            "TH..": 1, "HC..": 1, "HP..": 2, "HN..": 1, "PM..": 2, "HCJB": 1, "HPJB": 2, "HCJW": 3, "HPJW": 4,
            "HCJR": 5, "HPJR": 6,
        ]
        return frame.text(.ptec).flatMap { numbers[$0] }.map { .integer($0) }
    }

    /// One point a phase: voltages in V and currents in A; mode historique tells no voltage.
    private func phasePoints(_ frame: TICFrame, _ time: Timestamp) -> [Point] {
        func value(_ label: TICLabel) -> FieldValue? { frame.integer(label).map { .integer($0) } }
        let isThreePhase = frame.contains(.urms2) || frame.contains(.sinsts2) || frame.contains(.iinst2)
        let rows: [KeyValuePairs<Field, FieldValue?>]
        switch (frame.mode, isThreePhase) {
        case (.standard, true):
            rows = [
                [.v: value(.urms1), .vAvg: value(.umoy1), .i: value(.irms1), .va: value(.sinsts1)],
                [.v: value(.urms2), .vAvg: value(.umoy2), .i: value(.irms2), .va: value(.sinsts2)],
                [.v: value(.urms3), .vAvg: value(.umoy3), .i: value(.irms3), .va: value(.sinsts3)],
            ]
        case (.standard, false):
            rows = [[.v: value(.urms1), .vAvg: value(.umoy1), .i: value(.irms1), .va: value(.sinsts)]]
        case (.historique, true): rows = [[.i: value(.iinst1)], [.i: value(.iinst2)], [.i: value(.iinst3)]]
        case (.historique, false): rows = [[.i: value(.iinst), .va: value(.papp)]]
        }
        return zip(phases, rows).map { Point($0, at: time, row: $1) }
    }

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

    /// A register's value in the current frame, unless it is missing or held.
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
    /// The value in the current frame in Wh; `nil` when it is missing or held.
    var believed: Int64?

    /// Makes a register that has not been read.
    init(label: TICLabel, series: Series?) {
        self.label = label
        self.series = series
    }
}

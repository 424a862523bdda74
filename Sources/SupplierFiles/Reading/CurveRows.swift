import MeterNotation

/// Makes a load curve of the rows of a file, as they stand in it.
///
/// Each stamp is the end of its step, in every curve of Enedis and of EDF.
struct CurveRows {
    /// A row, with the value in W (mean power) or in Wh.
    struct Row {
        var end: Stamp
        /// The length of the step in seconds, where the row says it.
        var step: Int64?
        var value: Value
        var direction: SupplierFile.Direction
        var isDoubtful = false
        /// The better of two rows of one step wins: a corrected or estimated one is better than a raw one.
        var rank = 0
    }

    enum Value {
        case watts(Double)
        case wattHours(Double)
        case missing
    }

    /// The steps that meters keep, in seconds.
    private static let steps: Set<Int64> = [600, 900, 1800, 3600]

    private var rows: [Row] = []

    mutating func append(_ row: Row) { rows.append(row) }

    var isEmpty: Bool { rows.isEmpty }

    /// Adds the curve to a file.
    func add(to file: inout SupplierFile, _ calendar: LocalCalendar) {
        for direction in [SupplierFile.Direction.import, .export] {
            var mine = rows.filter { $0.direction == direction }
            guard let first = mine.first, let last = mine.last else { continue }
            if first.end.order > last.end.order { mine.reverse() }
            let ends = Self.instants(mine.map(\.end), calendar, &file)
            var dated = zip(mine, ends).compactMap { row, end in end.map { (end: $0, row: row) } }
            dated = Self.unique(dated, &file)
            let steps = Self.steps(dated)
            for (place, (end, row)) in dated.enumerated() {
                let watts: Double
                switch row.value {
                case .missing:
                    file.remark(.missing)
                    continue
                case .watts(let value): watts = value
                case .wattHours(let value): watts = value * 3600 / Double(steps[place])
                }
                guard watts >= 0 else {
                    file.remark(.negative)
                    continue
                }
                // A step that reaches into the one before keeps what is its own.
                let start = max(end - steps[place], place > 0 ? dated[place - 1].end : Int64.min)
                file.curve.append(
                    SupplierFile.Interval(
                        start: start,
                        end: end,
                        wattHours: watts * Double(end - start) / 3600,
                        direction: direction,
                        isDoubtful: row.isDoubtful
                    )
                )
            }
        }
        file.curve.sort { ($0.start, $0.direction == .import ? 0 : 1) < ($1.start, $1.direction == .import ? 0 : 1) }
    }

    // MARK: - Local time

    /// The instants of stamps in their order; `nil` for a local time that did not exist.
    ///
    /// In autumn order and number of occurrences are the only information: the first time an ambiguous stamp is there it
    /// is summer time, the second time it is not. One that is there once only is summer time, unless an earlier row is
    /// not earlier than that.
    private static func instants(
        _ stamps: [Stamp],
        _ calendar: LocalCalendar,
        _ file: inout SupplierFile
    ) -> [Int64?] {
        var counts: [Int64: Int] = [:]
        for case .local(let local) in stamps { counts[local, default: 0] += 1 }
        var seen: [Int64: Int] = [:]
        var last = Int64.min
        return stamps.map { stamp in
            let found: Int64?
            switch stamp {
            case .instant(let seconds): found = seconds
            case .local(let local):
                let possible = calendar.zone.instants(local: local)
                switch possible.count {
                case 0:
                    file.remark(.noSuchTime)
                    found = nil
                case 1: found = possible[0]
                default:
                    seen[local, default: 0] += 1
                    if counts[local] == 1 {
                        file.remark(.autumn)
                        found = last >= possible[0] ? possible[1] : possible[0]
                    } else {
                        found = seen[local] == 1 ? possible[0] : possible[1]
                    }
                }
            }
            if let found { last = max(last, found) }
            return found
        }
    }

    // MARK: - Steps

    /// One row for each end, in order.
    private static func unique(
        _ dated: [(end: Int64, row: Row)],
        _ file: inout SupplierFile
    ) -> [(end: Int64, row: Row)] {
        var unique: [(end: Int64, row: Row)] = []
        let sorted = dated.enumerated().sorted { ($0.element.end, $0.offset) < ($1.element.end, $1.offset) }
        for (_, one) in sorted {
            guard let last = unique.last, last.end == one.end else {
                unique.append(one)
                continue
            }
            file.remark(last.row.value.isEqual(to: one.row.value) ? .repeated : .contradicted)
            let isBetter = one.row.rank > last.row.rank || last.row.value.isMissing && !one.row.value.isMissing
            if isBetter { unique[unique.count - 1] = one }
        }
        return unique
    }

    /// The step of each row in seconds: its own, else that of the rows around it.
    ///
    /// A single long distance is a gap and no longer step: a new step counts when three rows in a row have it. The row
    /// behind a gap has the step of those that follow it: a meter that is set anew is silent until it keeps the new one.
    private static func steps(_ dated: [(end: Int64, row: Row)]) -> [Int64] {
        func distance(_ place: Int) -> Int64? {
            guard place > 0, place < dated.count else { return nil }
            return dated[place].end - dated[place - 1].end
        }
        /// The step that three rows have, from a place on.
        func run(_ place: Int) -> Int64? {
            guard let first = distance(place), steps.contains(first) else { return nil }
            return distance(place + 1) == first && distance(place + 2) == first ? first : nil
        }
        let least = dated.indices.compactMap(distance).filter(steps.contains).min()
        var current = dated.indices.lazy.compactMap(run).first ?? least ?? 1800
        return dated.indices.map { place in
            if let step = dated[place].row.step { return step }
            if let found = run(place) {
                current = found
            } else if let gap = distance(place), gap != current, let next = run(place + 1), next <= gap {
                current = next
            }
            return current
        }
    }
}

extension CurveRows.Value {
    var isMissing: Bool { if case .missing = self { true } else { false } }

    func isEqual(to other: CurveRows.Value) -> Bool {
        switch (self, other) {
        case (.watts(let one), .watts(let two)), (.wattHours(let one), .wattHours(let two)): one == two
        case (.missing, .missing): true
        default: false
        }
    }
}

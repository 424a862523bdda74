import MeterNotation
import Testing

@testable import MeterCore

/// A house, its clock, its database and its program, in which random things happen: the ledger's books beside those of
/// the model.
struct LedgerSchedule {
    /// A reading of a meter, or a row of the database.
    struct Reading {
        var meter: String
        var values: [(name: String, value: Double)]
        var serial: String?
        var time: Int64
        var isRecord = false
        /// The time of the box when it comes; `nil` for what is read from the database.
        var now: Int64?
        /// Seconds by which the box's clock is wrong then.
        var distance: Int64 = 0

        /// As the ledger gets it.
        var forLedger: MeterCore.Reading {
            let facts: [Fact] = values.map { name, value in
                switch name {
                case "import": .grid(value)
                case "export": .export(value)
                case "production": .production(value)
                case "portOut": .register(MeterRegister(.portOut), value: value)
                case "portIn": .register(MeterRegister(.portIn), value: value)
                case "charge": .register(MeterRegister(.charge), value: value)
                case "discharge": .register(MeterRegister(.discharge), value: value)
                default: .register(MeterRegister(.consumption), value: value)
                }
            }
            let remarks = Remarks(serial: serial, notices: nil, site: nil)
            return MeterCore.Reading(
                of: meter,
                facts,
                at: Timestamp(seconds: time),
                remarks: remarks,
                isRecord: isRecord
            )
        }

        var present: Present? {
            now.map { Present(now: Timestamp(seconds: $0), distance: distance * 1_000_000_000) }
        }
    }

    /// A meter: its registers, and whether it dates its readings itself and brings them later.
    private struct Meter {
        var name: String
        var registers: [(name: String, value: Double)]
        var bringsRecords = false
        var serial = 1
        /// Readings that have not come yet.
        var late: [Reading] = []
    }

    /// What is on the disk.
    private struct Saved {
        var ledger: Ledger.Memory
        var model: LedgerModel
    }

    private static let starts: [Int64] = [
        // In Paris: 2026-01-14 00:00, 2026-01-31 18:00, 2026-03-28 20:00.
        1_768_345_200, 1_769_878_800, 1_774_724_400,
    ]
    private static let calendar = LocalCalendar(.paris)

    /// What may happen in a schedule; rarely everything.
    private enum Kind: CaseIterable { case clock, saves, database, starts, swaps, falseDates }

    private var random: SplitMix
    private var kinds: Set<Kind> = []
    private var time: Int64
    /// Seconds by which the box's clock is wrong.
    private var error: Int64 = 0
    private var meters: [Meter]
    private var books = Books()
    private var model = LedgerModel()
    private var expected: [LedgerModel.Place: Double] = [:]
    private var saved: [Saved] = []
    private var isAway = false
    /// True while the sums are lost and the database is away.
    private var isPart = false
    /// True when rows of the database have false dates.
    private var wasWrong = false
    /// The rows of the database, by meter and time.
    private var raw: [String: [Int64: Reading]] = [:]
    /// What happened, for whoever looks into a seed.
    private(set) var story: [String] = []

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        time = Self.starts[Int(random.next() % UInt64(Self.starts.count))] + Int64(random.next() % 80_000)
        meters = [
            Meter(name: "linky", registers: [("import", 1_000_000), ("export", 7)]),
            Meter(name: "onduleur", registers: [("production", 5_000_000)]),
            Meter(name: "carport", registers: [("production", 2_000_000)], bringsRecords: true),
            Meter(name: "sonde", registers: [("consumption", 3_000_000)], bringsRecords: true),
        ]
        if random.next() % 3 == 0 { meters.remove(at: 2) }
        if random.next() % 2 == 0 {
            meters.insert(
                Meter(
                    name: "hybride",
                    registers: [
                        ("portOut", 9000), ("portIn", 100), ("production", 70_000), ("charge", 4000),
                        ("discharge", 3000),
                    ]
                ),
                at: 1
            )
        }
        let share = 25 + random.next() % 75
        kinds = Set(Kind.allCases.filter { _ in chance(share) })
    }

    private mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }

    private mutating func happens(_ kind: Kind, _ percent: UInt64) -> Bool { chance(percent) && kinds.contains(kind) }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }

    /// Lives through the schedule.
    mutating func run() {
        let steps = 24 + Int(random.next() % 48)
        for _ in 0..<steps {
            time += pick([60, 300, 300, 600, 900, 900, 1800, 4000])
            disturb()
            for place in meters.indices { read(place) }
        }
    }

    private mutating func disturb() {
        if happens(.clock, error == 0 ? 4 : 20) {
            setClock(error == 0 ? pick([-259_200, -7200, -1200, 1200, 7200, 259_200]) : 0)
        }
        if happens(.saves, 20) { saved.append(Saved(ledger: books.ledger.memory.forSaving, model: model)) }
        if happens(.database, isAway ? 20 : 4) {
            isAway.toggle()
            story.append("\(time) database \(isAway ? "away" : "back")")
            if !isAway, isPart, !wasWrong { reopen() }
        }
        if happens(.starts, 3) { restart() }
        if happens(.swaps, 2) { swap() }
        if happens(.falseDates, 3) {
            // A line that is dated far ahead.
            let now = time + error
            var line = Reading(meter: "sonde", values: meters[meters.count - 1].registers, time: now)
            line.time += pick([700, 80_000, 9_000_000])
            line.isRecord = true
            take(line)
        }
    }

    private mutating func setClock(_ error: Int64) {
        self.error = error
        wasWrong = true
        story.append("\(time) clock off by \(error)")
    }

    private mutating func swap() {
        meters[0].serial += 1
        for place in meters[0].registers.indices { meters[0].registers[place].value += 40_000_000 }
        story.append("\(time) linky swapped")
    }

    /// Reads a meter: its readings come now, or later in any order, or never.
    private mutating func read(_ place: Int) {
        for register in meters[place].registers.indices where meters[place].registers[register].name != "export" {
            let growth = Double(random.next() % 120)
            meters[place].registers[register].value += growth
            // A port gives more than it takes here, so that no consumption is below zero.
            if meters[place].registers[register].name == "portIn" { meters[place].registers[0].value += growth }
        }
        let meter = meters[place]
        guard meter.bringsRecords else {
            if chance(92) {
                take(Reading(meter: meter.name, values: meter.registers, serial: "\(meter.serial)", time: time + error))
            }
            return
        }
        var reading = Reading(meter: meter.name, values: meter.registers, time: time)
        reading.isRecord = true
        meters[place].late.append(reading)
        guard chance(30) else { return }
        var late = meters[place].late
        meters[place].late = []
        // A file with its newest line first, or one that comes after the next one.
        if chance(10) { late.reverse() }
        if late.count > 3, chance(20) {
            meters[place].late = Array(late[1..<(late.count / 2)])
            late.removeSubrange(1..<(late.count / 2))
        }
        for one in late { take(one) }
    }

    private mutating func take(_ reading: Reading) {
        var reading = reading
        (reading.now, reading.distance) = (time + error, error)
        learn(reading)
        var row = reading
        (row.now, row.serial, row.isRecord) = (nil, nil, false)
        raw[row.meter, default: [:]][row.time] = row
    }

    private mutating func learn(_ reading: Reading) {
        books.take(books.ledger.learn(reading.forLedger, at: reading.present))
        expected.merge(model.learn(reading)) { _, new in new }
    }

    // MARK: - The program is started again

    private mutating func restart() {
        // From rows with false dates nobody can tell what was: the program starts with what it had.
        if wasWrong { saved.append(Saved(ledger: books.ledger.memory.forSaving, model: model)) }
        let kind = wasWrong ? "saved" : pick(["saved", "saved", "old", "lost"])
        story.append("\(time) start: \(kind)")
        let memory = kind == "saved" ? saved.last : kind == "old" ? saved.first : nil
        if let memory, !memory.ledger.isPart || wasWrong { return goOn(memory) }
        saved = []
        guard isAway else { return reopen() }
        books.ledger = Ledger(Ledger.Settings(), memory: nil)
        books.ledger.loseSums()
        model = LedgerModel()
        (model.isPart, model.isCut, isPart) = (true, true, true)
    }

    private mutating func goOn(_ memory: Saved) {
        saved = [memory]
        isPart = memory.ledger.isPart
        model = memory.model
        guard !isAway, !wasWrong else {
            books.ledger = Ledger(Ledger.Settings(), memory: memory.ledger)
            return model.start()
        }
        books.ledger = Ledger(Ledger.Settings(), recomputing: .min ..< .max, memory: memory.ledger)
        model.isLive = false
        if let newest = memory.ledger.newest { for row in rows(from: newest - 900) { learn(row) } }
        books.ledger.goLive()
        model.start()
    }

    /// The rows of a span, in the order of their times; those that have not come do not count.
    private func rows(from: Int64 = .min, until: Int64 = .max) -> [Reading] {
        let all = raw.sorted { $0.key < $1.key }.flatMap { $0.value.values }
        let span = all.filter { $0.time >= from && $0.time < until && $0.time <= time + error + 600 }
        return span.enumerated().sorted {
            ($0.element.time, $0.element.meter, $0.offset) < ($1.element.time, $1.element.meter, $1.offset)
        }.map(\.element)
    }

    /// Makes the books anew from the database.
    private mutating func reopen() {
        isPart = false
        model = LedgerModel()
        let all = rows()
        guard let first = all.first, let last = all.last else {
            books.ledger = Ledger(Ledger.Settings())
            return
        }
        let quarters = ["import_wh", "export_wh", "production_wh"].flatMap { books.values(Books.energy, $0).keys }
        let end = quarters.filter { $0 <= last.time }.max() ?? first.time
        let from = Self.calendar.startOfDay(end)
        books.ledger = Ledger(Ledger.Settings(), recomputing: from ..< .max)
        (model.isLive, model.writtenFrom) = (false, from)
        let month = Self.calendar.startOfMonth(from)
        var sums: [Field: Double] = [:]
        for energy in LedgerModel.energies {
            guard let field = Field(rawValue: "\(energy)_wh") else { continue }
            let days = books.values(Books.day, field.rawValue).filter { $0.key >= month && $0.key < from }
            guard !days.isEmpty else { continue }
            sums[field] = days.values.reduce(0, +)
            model.preload(month: month, String(field.rawValue.dropLast(3)), sums[field] ?? 0)
        }
        books.ledger.preload(month: sums, at: from)
        for row in lastRows(before: from) + rows(from: from) { learn(row) }
        books.ledger.goLive()
        model.start()
    }

    /// The last row of each register.
    private func lastRows(before instant: Int64) -> [Reading] {
        raw.sorted { $0.key < $1.key }.compactMap {
            $0.value.filter { $0.key < instant }.max { $0.key < $1.key }?.value
        }
        .sorted { $0.time < $1.time }
    }

    // MARK: - The books

    /// The differences between the books and the model: live, and made again from the database.
    func differences() -> [String] {
        var found = Self.differences(books, expected, "live")
        if books.ledger.needsRollup != model.isLate { found.append("late: \(books.ledger.needsRollup)") }
        guard !wasWrong else { return found }
        var again = Books(Ledger(Ledger.Settings(), recomputing: .min ..< .max))
        var sorted = LedgerModel()
        var rows: [LedgerModel.Place: Double] = [:]
        for row in self.rows() {
            again.take(again.ledger.learn(row.forLedger))
            rows.merge(sorted.learn(row)) { _, new in new }
        }
        return found + Self.differences(again, rows, "made again")
    }

    private static func differences(_ books: Books, _ expected: [LedgerModel.Place: Double], _ what: String) -> [String]
    {
        var places: [String: [Int64: Double]] = [:]
        for (place, value) in expected { places[place.account, default: [:]][place.quarter] = value }
        var found: [String] = []
        let energies = LedgerModel.energies
        let accounts =
            energies + energies.map { "day \($0)" } + energies.map { "month \($0)" }
            + ["hybride production", "onduleur production", "carport production", "sonde consumption"]
        for account in accounts {
            let words = account.split(separator: " ").map(String.init)
            let rows =
                switch words.count == 2 ? words[0] : "" {
                case "": books.values(Books.energy, "\(account)_wh")
                case "day": books.values(Books.day, "\(words[1])_wh")
                case "month": books.values(Books.month, "\(words[1])_wh")
                default: books.values("m15.meter,role=\(words[1]),site=maison,source=\(words[0])", "value")
                }
            let wanted = places[account] ?? [:]
            for time in Set(rows.keys).union(wanted.keys).sorted() {
                guard let row = rows[time], let value = wanted[time], abs(row - value) < 1e-3 else {
                    let (row, value) = (rows[time].map { "\($0)" }, wanted[time].map { "\($0)" })
                    found.append("\(what), \(account) at \(time): \(row ?? "none"), not \(value ?? "none")")
                    continue
                }
            }
        }
        return found
    }
}

import MeterNotation

@testable import MeterCore

/// The books by their definition, made of all readings at once; slow, and simple.
///
/// 1. A register counts from its first reading on. A reading that is newer than all before it is a knot. Between two
///    knots the energy lies on a straight line; it is what the register rose by. A register that shows less than before
///    rose by nothing; nor did one with another serial number, or one that rose by more than 45 kW for the time, at most
///    a day, since it rose last.
/// 2. A reading that is not newer counts what it is above all before it, in the second after the last knot: the clock
///    was set back. One that is older than the first knot, and less, is late.
/// 3. An account is the sum of its registers. A quarter of it is final once each of them has a knot at its end or later,
///    and is never changed then. What comes into a final quarter, or where all registers of all accounts have been, is
///    late and is not counted; but an account that has one register takes it there.
/// 4. A day and a month are the sums of their final quarters. Consumption is import, production and what the ports of
///    hybrid inverters gave, without export and what they took, where all are final. The loss is what is produced and
///    given behind the ports, without what is taken there and what they gave. The rest is consumption without the use of
///    the consumers' own meters. What is behind a port is final when what is at the house is, and the other way round.
/// 5. A reading of a time that has not come, by ten minutes or more, is none.
/// 6. A clock that was ahead and goes again as before takes back all that was booked since it was set.
/// 7. What is not whole is not written: of books that were lost while no database could be read, all that began before
///    their first reading.
struct LedgerModel {
    /// A part of the energy, on a straight line.
    private struct Line {
        var from: Int64
        var to: Int64
        var growth: Double

        /// The share of a quarter.
        func share(of quarter: Int64) -> Double {
            let (start, end) = (max(from, quarter), min(to, quarter + 900))
            return end > start ? growth * Double(end - start) / Double(to - from) : 0
        }
    }

    private struct Register {
        var accounts: [String]
        var time: Int64
        var mark: Double
        var serial: String?
        let first: Int64
        var rose: Int64
    }

    /// A quarter of an account.
    struct Place: Hashable {
        var account: String
        var quarter: Int64
    }

    /// The books as they were before the clock was set ahead, and the distance of the clock then.
    private struct Skip {
        var books: LedgerModel
        var distance: Int64
    }

    private var registers: [String: Register] = [:]
    /// The quarters in which something was counted and that not all registers have passed.
    private var touched: Set<Int64> = []
    /// The open quarters.
    private var open: [Place: Double] = [:]
    private var final: Set<Place> = []
    /// The final quarters that these books have made.
    private var counted: [Place: Double] = [:]
    /// The sums of days and months, by their beginnings.
    private var sums: [Place: Double] = [:]
    private var completeUntil = Int64.min
    private(set) var isLate = false
    /// The newest time that had come.
    private(set) var newest: Int64?
    private var skips: [Skip] = []
    private var distance: Int64?
    /// True when a register has come to another quarter, and something may be final.
    private var hasCrossed = false
    /// True once readings are made now.
    var isLive = true
    /// No quarter before it is written.
    var writtenFrom = Int64.min
    /// True until the first reading of books that are only a part.
    var isPart = false
    private let calendar = LocalCalendar(.paris)

    /// The accounts of the house, and the energy that each counts for.
    private static let house = [
        "import": "import", "export": "export", "production": "production", "portOut": "", "portIn": "",
        "portProduction": "production", "portCharge": "charge", "portDischarge": "discharge", "parts": "",
    ]
    private static let pairs = [("production", "portProduction")]
    static let energies = ["import", "export", "production", "charge", "discharge", "consumption", "loss", "rest"]
    /// The quarters that were complete before a consumer's meter came to them.
    private var lone: Set<Int64> = []

    /// Takes the readings of registers, and gives the rows that are written.
    mutating func learn(_ reading: LedgerSchedule.Reading) -> [Place: Double] {
        if let now = reading.now {
            guard reading.time <= now + 600 else { return [:] }
            if let newest, newest > now + 600,
                let place = skips.lastIndex(where: { abs($0.distance - reading.distance) < 900 })
            {
                let left = Array(skips[..<place])
                self = skips[place].books
                (skips, isLate) = (left, true)
            }
            if let distance, let newest, reading.distance - distance > 900, reading.time - newest > 900 {
                skips = (skips + [Skip(books: self, distance: distance)]).suffix(3)
            }
            distance = reading.distance
        }
        if isPart { (isPart, writtenFrom) = (false, max(reading.time, reading.now ?? reading.time)) }
        for (name, value) in reading.values { learn(reading.meter + " " + name, name, value, reading) }
        newest = max(newest ?? reading.time, reading.time)
        defer { hasCrossed = false }
        return hasCrossed ? settle() : [:]
    }

    /// Forgets what a start of the program forgets.
    mutating func start() { (skips, distance, isLive) = ([], nil, true) }

    private mutating func learn(_ key: String, _ name: String, _ value: Double, _ reading: LedgerSchedule.Reading) {
        let time = reading.time
        guard var register = registers[key] else {
            let own = "\(reading.meter) \(name)"
            let hasPort = reading.values.contains { $0.name == "portOut" }
            let accounts =
                switch name {
                case "import", "export", "portOut", "portIn": [name]
                case "production": [hasPort ? "portProduction" : name, own]
                case "charge": ["portCharge"]
                case "discharge": ["portDischarge"]
                default: ["parts", own]
                }
            registers[key] = Register(
                accounts: accounts,
                time: time,
                mark: value,
                serial: reading.serial,
                first: time,
                rose: time
            )
            return
        }
        defer { registers[key] = register }
        let isOther = reading.serial != nil && register.serial != nil && reading.serial != register.serial
        let rise = value - register.mark
        guard time > register.time else {
            if isOther { return }
            if rise < 0, time < register.first {
                isLate = isLate || reading.isRecord
            } else if rise > 0, rise <= 45_000 {
                register.mark = value
                book(Line(from: register.time, to: register.time + 1, growth: rise), register.accounts)
            }
            return
        }
        let line = Line(from: register.time, to: time, growth: max(0, rise))
        let stood = time - min(register.time, max(register.rose, time - 86_400))
        let isJump = rise > 45_000 * Double(stood) / 3600 + 10 + 30_000
        if !isOther, !isJump { book(line, register.accounts) }
        if isOther || rise > 0 { (register.mark, register.rose) = (value, time) }
        hasCrossed = hasCrossed || floorDivision(time, 900) != floorDivision(register.time, 900)
        (register.time, register.serial) = (time, reading.serial ?? register.serial)
    }

    private mutating func book(_ line: Line, _ accounts: [String]) {
        let sharing = registers.values.filter { !Set($0.accounts).isDisjoint(with: accounts) }.count
        for quarter in stride(from: floorDivision(line.from, 900) * 900, to: line.to, by: 900) {
            let places = accounts.map { Place(account: $0, quarter: quarter) }
            let isOver = quarter + 900 <= completeUntil && sharing > 1
            if isOver || touched.contains(quarter) && !final.isDisjoint(with: places) {
                isLate = true
                continue
            }
            touched.insert(quarter)
            if quarter + 900 <= completeUntil { lone.insert(quarter) }
            for place in places { open[place, default: 0] += line.share(of: quarter) }
        }
    }

    private var everybody: Int64 { registers.values.map(\.time).min() ?? 0 }

    private mutating func settle() -> [Place: Double] {
        var rows: [Place: Double] = [:]
        var until: [String: Int64] = [:]
        for register in registers.values {
            for account in register.accounts { until[account] = min(until[account] ?? .max, register.time) }
        }
        for (one, other) in Self.pairs {
            guard let both = [until[one], until[other]].compactMap({ $0 }).min() else { continue }
            (until[one], until[other]) = (both, both)
        }
        var changed: Set<Int64> = []
        for (place, value) in open where place.quarter + 900 <= until[place.account] ?? .max {
            open[place] = nil
            final.insert(place)
            guard place.quarter >= writtenFrom else {
                isLate = isLate || isLive && !isCut
                continue
            }
            counted[place] = value
            guard let energy = Self.house[place.account] else {
                rows[place] = value
                continue
            }
            changed.insert(place.quarter)
            if !energy.isEmpty { add(value, energy, place.quarter) }
        }
        completeUntil = max(completeUntil, floorDivision(everybody, 900) * 900)
        touched = touched.filter { $0 + 900 > everybody }
        for quarter in changed {
            make(quarter, &rows)
            for (name, start) in spans(of: quarter) where start >= writtenFrom || !isCut {
                for energy in Self.energies {
                    let total = Place(account: "\(name) \(energy)", quarter: start)
                    rows[total] = sums[total]
                }
            }
        }
        return rows
    }

    /// Makes the energies of a quarter in which an account became final.
    private mutating func make(_ quarter: Int64, _ rows: inout [Place: Double]) {
        for (account, energy) in Self.house
        where !energy.isEmpty && counted[Place(account: account, quarter: quarter)] != nil {
            let all = Self.house.filter { $0.value == energy }.keys.compactMap {
                counted[Place(account: $0, quarter: quarter)]
            }
            rows[Place(account: energy, quarter: quarter)] = all.reduce(0, +)
        }
        func made(_ account: String) -> Double? { counted[Place(account: account, quarter: quarter)] }
        func isRead(_ account: String) -> Bool { registers.values.contains { $0.accounts.contains(account) } }
        let port = isRead("portOut") ? made("portOut").flatMap { out in made("portIn").map { out - $0 } } : 0
        let roof = made("production") ?? (isRead("portOut") && !isRead("production") ? 0 : nil)
        if let drawn = made("import"), let injected = made("export"), let roof, let port {
            set(max(0, drawn + roof + port - injected), "consumption", quarter, &rows)
        }
        if let panels = made("portProduction"), let taken = made("portCharge"), let given = made("portDischarge"),
            let out = made("portOut"), let back = made("portIn")
        {
            set(panels + given - taken - out + back, "loss", quarter, &rows)
        }
        if let used = made("consumption"), let parts = made("parts"), !lone.contains(quarter) {
            set(used - parts, "rest", quarter, &rows)
        }
    }

    /// Notes an energy that is made of others, once.
    private mutating func set(_ value: Double, _ energy: String, _ quarter: Int64, _ rows: inout [Place: Double]) {
        let place = Place(account: energy, quarter: quarter)
        guard final.insert(place).inserted else { return }
        (counted[place], rows[place]) = (value, value)
        add(value, energy, quarter)
    }

    private mutating func add(_ value: Double, _ energy: String, _ quarter: Int64) {
        for (name, start) in spans(of: quarter) {
            sums[Place(account: "\(name) \(energy)", quarter: start), default: 0] += value
        }
    }

    private func spans(of quarter: Int64) -> [(name: String, start: Int64)] {
        [("day", calendar.startOfDay(quarter)), ("month", calendar.startOfMonth(quarter))]
    }

    /// True for books that are only a part, of which no sum that began before them is written.
    var isCut = false

    /// Takes over a month's sums of the days before.
    mutating func preload(month start: Int64, _ account: String, _ value: Double) {
        sums[Place(account: "month \(account)", quarter: start), default: 0] += value
    }
}

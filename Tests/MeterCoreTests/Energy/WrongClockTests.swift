import Testing

@testable import MeterCore

/// A clock that is wrong for a while, and dates that are: neither moves or empties what is booked.
@Suite struct WrongClockTests {
    /// 2026-01-14 00:00 in Paris, a quarter's and a day's beginning.
    private let midnight: Int64 = 1_768_345_200
    private let day: Int64 = 86_400

    /// A house that draws 1.2 kW and produces 600 W, read each minute, whose clock is wrong at times.
    private struct House {
        var books = Books()
        /// The true time of the next reading.
        var time: Int64
        private let start: Int64

        init(_ start: Int64) { (time, self.start) = (start, start) }

        mutating func live(until end: Int64, clockIs error: Int64 = 0) {
            while time <= end {
                let (now, minutes) = (time + error, Double(time - start) / 60)
                books.learn("linky", now, [.grid(1_000_000 + minutes * 20), .export(0)], at: now, clockIs: error)
                books.learn("onduleur", now, [.production(5_000_000 + minutes * 10)], at: now, clockIs: error)
                books.look(at: now, clockIs: error)
                time += 60
            }
        }
    }

    /// The sums of the day and the month are those of a clock that is always right.
    private func check(_ house: House, _ what: Comment, _ isExact: Bool = true) {
        var right = House(midnight)
        right.live(until: house.time - 60)
        for (series, field) in [(Books.day, "import_wh"), (Books.month, "import_wh"), (Books.day, "consumption_wh")] {
            let (mine, its) = (house.books.values(series, field), right.books.values(series, field))
            for (time, value) in its { #expect(abs((mine[time] ?? 0) - value) < 1e-3, what) }
        }
        guard isExact else { return }
        for (time, value) in right.books.values(Books.energy, "production_wh") {
            #expect(abs((house.books.value(Books.energy, "production_wh", at: time) ?? 0) - value) < 1e-3, what)
        }
    }

    @Test(
        "a clock that is set back for a while, and believed, takes nothing from the day and the month",
        arguments: [75, 4000] as [Int64],
        [-3600, -3 * 86_400] as [Int64]
    )
    func setBack(_ seconds: Int64, _ error: Int64) {
        var house = House(midnight)
        house.live(until: midnight + 36_000)
        house.live(until: midnight + 36_000 + seconds, clockIs: error)
        house.live(until: midnight + 54_000)
        check(house, "back by \(error) for \(seconds) s", seconds < 900)
        #expect(house.books.events.map(\.title) == ["Horloge du boîtier reculée"])
        // What was written lies in its quarter, and none is where the clock was.
        #expect(house.books.values(Books.energy, "import_wh").keys.allSatisfy { $0 >= midnight })
    }

    @Test(
        "a clock that is ahead for a while, and believed, takes nothing from the day and the month once it is right",
        arguments: [75, 4000] as [Int64],
        [2 * 3600, 23 * 3600, 3 * 86_400] as [Int64]
    )
    func ahead(_ seconds: Int64, _ error: Int64) {
        var house = House(midnight)
        house.live(until: midnight + 36_000)
        house.live(until: midnight + 36_000 + seconds, clockIs: error)
        house.live(until: midnight + 54_000)
        check(house, "ahead by \(error) for \(seconds) s", seconds < 900)
        #expect(house.books.events.map(\.title) == ["Horloge du boîtier corrigée"])
        #expect(house.books.ledger.needsRollup)
    }

    @Test("books that were saved while the clock was ahead stand still, tell it once, and lose nothing")
    func savedAhead() {
        var house = House(midnight)
        house.live(until: midnight + 36_000)
        house.live(until: midnight + 37_000, clockIs: 30 * day)
        house.books.ledger = Ledger(Ledger.Settings(), memory: house.books.ledger.memory)
        house.live(until: midnight + 38_000)
        house.books.ledger = Ledger(Ledger.Settings(), memory: house.books.ledger.memory)
        house.live(until: midnight + 39_000)
        #expect(house.books.events.count { $0.title == "Horloge du boîtier reculée" } == 1)
        let value = house.books.ledger.memory.tracks.first?.track.value
        #expect(value == 1_013_000)
    }

    @Test("one line dated ahead moves neither the newest instant of the house nor another meter")
    func line() {
        let lines: [(Int64, BoxTime.Trust)] = [
            (23 * 3600, .sure), (2_231_654_800, .sure), (1_000_000, .assumed), (2_231_654_800, .unknown),
        ]
        for (ahead, trust) in lines {
            var house = House(midnight)
            house.live(until: midnight + 36_000)
            let newest = house.books.ledger.memory.newest
            let now = house.time - 30
            house.books.learn("carport", now - 60, [.display(0)], isRecord: true, at: now, trust)
            house.books.learn("carport", now + ahead, [.display(5)], isRecord: true, at: now, trust)
            #expect(house.books.ledger.memory.newest == newest)
            house.live(until: midnight + 54_000)
            check(house, "\(ahead) \(trust)")
            #expect(house.books.events.isEmpty)
        }
    }

    @Test("books whose sums are lost write none of what began before them, also after a start, until they are known")
    func lostSums() {
        var house = House(midnight)
        house.live(until: midnight + 36_100)
        house.books = Books(Ledger(Ledger.Settings(), memory: house.books.ledger.memory))
        house.books.ledger.loseSums()
        house.live(until: midnight + 37_000)
        house.books.ledger = Ledger(Ledger.Settings(), memory: house.books.ledger.memory)
        house.live(until: midnight + 2 * day)
        #expect(house.books.ledger.memory.isPart)
        #expect(house.books.values(Books.month, "import_wh").isEmpty)
        let days = house.books.values(Books.day, "import_wh")
        #expect(days.keys.sorted() == [midnight + day] && abs(days.values.reduce(0, +) - 28_800) < 1e-3)
        let first = house.books.values(Books.energy, "import_wh").keys.min()
        #expect(first == midnight + 36_900, "the first quarter that is whole")
        house.books.ledger.haveAllSums()
        house.live(until: midnight + 2 * day + 900)
        #expect(!house.books.values(Books.month, "import_wh").isEmpty)
    }

    @Test("a meter whose own line led it into the future comes back with its next reading, and loses nothing")
    func broughtBack() {
        var house = House(midnight)
        house.live(until: midnight + 36_000)
        // Nobody knows the time, so the line is believed.
        house.books.learn("carport", midnight + 36_000, [.display(0)], isRecord: true, at: midnight, .assumed)
        house.books.learn("carport", midnight + 20 * day, [.display(5)], isRecord: true, at: midnight, .assumed)
        house.live(until: midnight + 37_000)
        house.books.learn("carport", midnight + 37_000, [.display(7)], isRecord: true, at: midnight + 37_000)
        house.books.learn("carport", midnight + 37_900, [.display(9)], isRecord: true, at: midnight + 37_900)
        let track = house.books.ledger.memory.tracks.last?.track
        #expect(track?.time == midnight + 37_900 && track?.value == 9)
        #expect(house.books.ledger.needsRollup)
    }
}

extension Fact {
    fileprivate static func display(_ value: Double) -> Fact {
        .register(MeterRegister(.consumption), value: value)
    }
}

import Testing

@testable import MeterCore

@Suite struct BookkeeperTests {
    private let series = Series(.linky, tags: [("source", "linky")])
    private let start: Int64 = 1_795_000_500
    /// Late enough for all readings.
    private let now = Present(now: Timestamp(seconds: 1_795_100_000))

    /// A reading of a meter that has drawn so many Wh.
    private func reading(_ wattHours: Int64, at seconds: Int64) -> Point {
        Point(series, at: Timestamp(seconds: seconds), row: [.whIn: .integer(wattHours)])
    }

    private func settings(_ site: String) -> Ledger.Settings { Ledger.Settings(tags: [("site", site)]) }

    @Test("what comes in before the ledger is open is learnt when it is, in order, and nothing twice")
    func waits() {
        var bookkeeper = Bookkeeper(Ledger(settings("a")))
        for quarter in 0..<4 {
            let lesson = bookkeeper.next(reading(Int64(quarter) * 100, at: start + Int64(quarter) * 900), at: now)
            #expect(lesson.points.isEmpty)
        }
        #expect(bookkeeper.ledger.memory.newest == nil && !bookkeeper.isOpen)
        let lessons = bookkeeper.open(at: now) { _ in [] }
        #expect(lessons.count == 4 && lessons.contains { !$0.points.isEmpty })
        #expect(bookkeeper.ledger.memory.newest == start + 2700 && bookkeeper.isOpen)
        let again = bookkeeper.open(at: now) { _ in [] }
        #expect(again.isEmpty)
    }

    @Test("a ledger that was never open cannot be closed, one that is open can, and what comes then waits")
    func closes() {
        var bookkeeper = Bookkeeper(Ledger(settings("a")))
        let isClosedEarly = bookkeeper.close()
        _ = bookkeeper.open(at: now) { _ in [] }
        let isClosed = bookkeeper.close()
        #expect(!isClosedEarly && isClosed)
        _ = bookkeeper.next(reading(1, at: start), at: now)
        #expect(bookkeeper.ledger.memory.newest == nil)
        let silence = bookkeeper.look(at: now)
        let lessons = bookkeeper.open(at: now) { _ in [] }
        #expect(silence.points.isEmpty && lessons.count == 1)
        #expect(bookkeeper.ledger.memory.newest == start)
    }

    @Test("settings that come while the ledger is looked for count for the one that is found, and for no later one")
    func settingsMeanwhile() {
        var bookkeeper = Bookkeeper(Ledger(settings("a")))
        bookkeeper.change(to: settings("b"), sources: ["linky"])
        _ = bookkeeper.open(at: now) { ledger in
            ledger = Ledger(settings("a"))
            return []
        }
        #expect(bookkeeper.ledger.settings.tags.first?.1 == "b")
        bookkeeper.change(to: settings("c"), sources: ["linky"])
        let isClosed = bookkeeper.close()
        _ = bookkeeper.open(at: now) { _ in [] }
        #expect(isClosed)
        #expect(bookkeeper.ledger.settings.tags.first?.1 == "c", "the settings of long ago are not used again")
    }
}

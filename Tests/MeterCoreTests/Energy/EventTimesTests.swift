import Foundation
import Testing

@testable import MeterCore

@Suite struct EventTimesTests {
    private func event(_ subject: String, at time: Int64) -> EnergyEvent {
        EnergyEvent(.outage, of: subject, at: time, "title", "text")
    }

    @Test("two things of one second have two seconds, and each keeps its own when it is told again")
    func places() {
        var times = EventTimes()
        let first = ["eau", "gaz", "linky"].map { times.placed(event($0, at: 100)).time }
        #expect(first == [100, 101, 102])
        let again = ["linky", "eau", "gaz"].map { times.placed(event($0, at: 100)).time }
        #expect(again == [102, 100, 101])
    }

    @Test("of events of long ago nothing is kept: the memory does not grow")
    func bounded() throws {
        var times = EventTimes()
        func size() throws -> Int { try JSONEncoder().encode(times).count }
        for number in Int64(0)..<20 { _ = times.placed(event("linky", at: 1_000_000 + number * 60)) }
        let usual = try size()
        for number in Int64(20)..<500 { _ = times.placed(event("linky", at: 1_000_000 + number * 60)) }
        #expect(try size() <= usual)
    }
}

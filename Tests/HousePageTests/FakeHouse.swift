import InfluxOutput
import MeterCore
import MeterNotation
import Synchronization

@testable import HousePage

/// A house without a box, whose state the test sets.
final class FakeHouse: WatchedHouse {
    private let state = Mutex(HouseNow(time: 1_795_958_220))
    private let listener = Mutex<(@Sendable () -> Void)?>(nil)

    var now: HouseNow? { state.withLock { $0 } }
    let lastDay: [DayCurve.Minute] = []
    let events = [EnergyEvent(.meter, at: 1_795_958_000, "<b>Titre</b>", "<img src=x onerror=alert(1)>")]
    let condition = BoxCondition(startedAt: 1_795_958_000)
    let calendar = LocalCalendar(.paris)
    let placeName: String? = "Chez \"nous\" <script>"

    /// No database answers there.
    func history() -> HouseHistory {
        var settings = InfluxSettings()
        settings.url = "http://127.0.0.1:1"
        return HouseHistory(InfluxClient(lasting: settings), site: "maison")
    }

    func watch(_ tell: (@Sendable () -> Void)?) { listener.withLock { $0 = tell } }
    func fillLastDay(_ minutes: [DayCurve.Minute]) {}

    /// True while a page watches.
    var isWatched: Bool { listener.withLock { $0 != nil } }

    /// Changes the state, and says so.
    func change(_ body: (inout HouseNow) -> Void) {
        state.withLock { body(&$0) }
        listener.withLock { $0 }?()
    }
}

public import InfluxOutput
public import MeterCore
public import MeterNotation

/// The house and its box, as the page looks at them.
public protocol WatchedHouse: Sendable {
    /// The state of now; `nil` while nobody watches.
    var now: HouseNow? { get }
    /// The last 24 hours minute by minute, in order.
    var lastDay: [DayCurve.Minute] { get }
    /// The events since the watch began, the newest last.
    var events: [EnergyEvent] { get }
    var condition: BoxCondition { get }
    /// The days and months of the place.
    var calendar: LocalCalendar { get }
    /// The name of the place, if the household gave it one.
    var placeName: String? { get }

    /// Earlier times.
    func history() -> HouseHistory

    /// Begins to watch, or ends that.
    ///
    /// - Parameter tell: hears that something flows differently; must not wait.
    func watch(_ tell: (@Sendable () -> Void)?)

    /// Takes minutes of the last day that the database has.
    func fillLastDay(_ minutes: [DayCurve.Minute])
}

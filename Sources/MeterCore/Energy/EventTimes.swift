/// Gives each event a second of its own: two of a kind at one second would be one point in the database.
///
/// An event that is told again, since it goes on or is over, gets the second that it had.
struct EventTimes: Sendable, Codable {
    private struct Told: Sendable, Codable {
        var kind: String
        var subject: String
        /// The second at which it happened.
        var time: Int64
        /// The second under which it was told.
        var place: Int64
    }

    /// Events of a kind that are remembered.
    private static let room = 12

    private var told: [Told] = []

    init() {}

    /// The event under the first second from its own on that no other event of its kind has.
    mutating func placed(_ event: EnergyEvent) -> EnergyEvent {
        let kind = event.kind.rawValue
        let others = told.filter { $0.kind == kind }
        var event = event
        if let same = others.last(where: { $0.subject == event.subject && $0.time == event.time }) {
            event.time = same.place
            return event
        }
        let time = event.time
        while others.contains(where: { $0.place == event.time }) { event.time += 1 }
        told.append(Told(kind: kind, subject: event.subject, time: time, place: event.time))
        if others.count >= Self.room, let oldest = told.firstIndex(where: { $0.kind == kind }) {
            told.remove(at: oldest)
        }
        return event
    }
}

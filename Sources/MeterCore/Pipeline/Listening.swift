import Synchronization

/// Lets a person listen to the readings of a source as they come in.
///
/// Nobody listens most of the time, which costs a look at one number for each reading.
public final class Listening: Sendable {
    /// The readings that are kept for one listener, 200: what it does not take in time is lost to it.
    private static let room = 200
    /// The seconds after which a listener who has not come again is gone.
    private static let patience = 10.0

    private struct Ear: Sendable {
        var heard: [Point] = []
        var cameAt: Uptime
    }

    private let ears = Mutex<[String: Ear]>([:])
    private let count = Atomic(0)

    public init() {}

    /// The readings of a source since this was asked last; it is listened to from then on.
    public func take(_ source: String) -> [Point] {
        ears.withLock { ears in
            let heard = ears[source]?.heard ?? []
            ears[source] = Ear(cameAt: .now)
            count.store(ears.count, ordering: .relaxed)
            return heard
        }
    }

    /// Hears a reading.
    func hear(_ point: Point, of source: String?) {
        guard count.load(ordering: .relaxed) > 0, let source else { return }
        ears.withLock { ears in
            ears = ears.filter { Uptime.now.seconds(since: $0.value.cameAt) < Self.patience }
            count.store(ears.count, ordering: .relaxed)
            if ears[source]?.heard.count ?? Self.room < Self.room { ears[source]?.heard.append(point) }
        }
    }
}

/// The databases and policies that a server does not have: their batches wait, those for others do not.
struct ClosedDestinations {
    /// Somebody has to create a database, which takes them a while.
    private static let pause = Duration.seconds(15)

    private var closed: [Batch.Destination: (until: Uptime, alarm: Alarm)] = [:]

    /// All of them.
    var all: Set<Batch.Destination> { Set(closed.keys) }

    /// Those that need not be tried now.
    func shut(at now: Uptime) -> Set<Batch.Destination> { Set(closed.filter { now < $0.value.until }.keys) }

    /// Notes that the server does not have one.
    ///
    /// - Returns: the number of tries since it was last said when it should be said now, else `nil`.
    mutating func close(_ destination: Batch.Destination, _ reason: String, at now: Uptime) -> Int? {
        var alarm = closed[destination]?.alarm ?? Alarm()
        defer { closed[destination] = (now + Self.pause, alarm) }
        return alarm.raise(reason, at: now)
    }

    /// Notes that the server has one.
    ///
    /// - Returns: true when it did not until now.
    mutating func open(_ destination: Batch.Destination) -> Bool { closed.removeValue(forKey: destination) != nil }
}

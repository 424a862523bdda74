/// The batches that the server took in the last minutes.
///
/// A database that a power cut or a full disk struck may come back without what it had acknowledged last. Writing that
/// again changes nothing where it is still there.
struct SafetyWindow {
    /// Seconds that a batch is remembered.
    private static let seconds = 600.0
    /// Bytes of all of them; beyond it the oldest go, of the sources that have most.
    private static let largest = 4 << 20

    private var taken: [(batch: Batch, at: Uptime)] = []
    private var bytes = 0

    /// Notes a batch that the server took, and forgets what it took long ago.
    mutating func note(_ batch: Batch, at now: Uptime) {
        taken.append((batch, now))
        bytes += batch.lines.count
        let old = taken.prefix { now.seconds(since: $0.at) > Self.seconds }
        bytes -= old.reduce(0) { $0 + $1.batch.lines.count }
        taken.removeFirst(old.count)
        guard bytes > Self.largest else { return }
        _ = taken.giveUp(bytes - Self.largest + Self.largest / 8, from: \.batch)
        bytes = taken.reduce(0) { $0 + $1.batch.lines.count }
        if bytes > Self.largest { self = SafetyWindow() }
    }

    /// Hands everything over, to be written again.
    mutating func takeAll() -> [Batch] {
        defer { self = SafetyWindow() }
        return taken.map(\.batch)
    }
}

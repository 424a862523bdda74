import MeterCore
import Synchronization

/// Tells when points go nowhere: the server takes none although it is asked to, and the disk gets none either.
final class Standstill: Sendable {
    private struct State {
        var gone = 0
        var failures = 0
        var since = Uptime.now
    }

    /// The time after which it is said: a server that starts again is back by then.
    private static let patience = Duration.seconds(15)

    private let state = Mutex(State())

    /// True when an uploader has had failures and nothing else for that time, and has points left.
    func holds(_ uploader: Uploader, at now: Uptime = .now) -> Bool {
        let (counts, backlog) = (uploader.counts, uploader.outbox.backlog)
        let gone = counts.accepted + counts.rejected + backlog.points - backlog.pointsInMemory
        return state.withLock { state in
            guard backlog.pointsInMemory > 0, gone == state.gone else {
                state = State(gone: gone, failures: counts.failures, since: now)
                return false
            }
            return counts.failures > state.failures && state.since.duration(to: now) > Self.patience
        }
    }
}

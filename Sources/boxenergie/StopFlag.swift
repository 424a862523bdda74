@preconcurrency import Dispatch
import Glibc
import Synchronization

/// Whether SIGTERM or SIGINT has come, for a loop that looks now and then.
final class StopFlag: Sendable {
    private let state = Mutex(false)
    private let sources: [any DispatchSourceSignal]

    init() {
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for source in sources {
            source.setEventHandler { [weak self] in self?.state.withLock { $0 = true } }
            source.resume()
        }
    }

    deinit { for source in sources { source.cancel() } }

    var isSet: Bool { state.withLock { $0 } }
}

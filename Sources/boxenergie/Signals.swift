@preconcurrency import Dispatch
import Glibc

/// Yields each time that one of these signals arrives; the signals' own effect is off from now on.
func signals(_ numbers: CInt...) -> AsyncStream<Void> {
    AsyncStream { continuation in
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        continuation.onTermination = { _ in
            for source in sources { source.cancel() }
        }
    }
}

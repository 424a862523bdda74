import Glibc
import MeterCore
import MeterIO
import Synchronization

/// The box's clock as the test sets it: `SECONDS 0|1` on standard input sets it so far ahead of the fast clock, and
/// says whether NTP keeps it right from now on.
final class WallClock: Sendable {
    private let clock: FastClock
    private let state: Mutex<(ahead: Int64, isSynchronized: Bool)>

    init(_ clock: FastClock, ahead: Int64, isSynchronized: Bool) {
        self.clock = clock
        state = Mutex((ahead, isSynchronized))
    }

    var reading: ClockReading {
        let (ahead, isSynchronized) = state.withLock { $0 }
        let uptime = clock.now
        let wall = Timestamp(nanoseconds: uptime.nanoseconds + ahead * 1_000_000_000)
        return ClockReading(wall: wall, uptime: uptime, isSynchronized: isSynchronized)
    }

    /// Follows the orders until the input ends.
    func obey() async throws {
        while true {
            try await EventLoop.main.waitUntilReadable(STDIN_FILENO)
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = read(STDIN_FILENO, &bytes, bytes.count)
            guard count > 0 else { return }
            let line = bytes[..<count].split(separator: UInt8(ascii: "\n")).last ?? []
            let words = String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { Int64($0) }
            guard words.count == 2 else { continue }
            state.withLock { $0 = (words[0], words[1] == 1) }
        }
    }
}

import CLinux
import MeterIO

/// What is in memory though nothing uses it: the code and the heap of the start, of a report, of a page that was looked at.
///
/// The kernel maps 64 KB around each address that is run, and keeps it: of 11 MB of the program's code two are used by
/// a box at work. Unmapped, the rest is only a copy of a file, the first thing that a board short of memory can drop.
/// The heap keeps what was freed, such as the texts of a configuration.
enum UnusedMemory {
    /// The time after which the start is over, in seconds, 20.
    private static let start = Duration.seconds(20)
    /// The time between two looks, an hour: what is used again costs a tenth of a millisecond.
    private static let pause = Duration.seconds(3600)

    /// Gives it back after the start and then every hour, until the task is cancelled.
    static func giveBack() async {
        var wait = start
        while (try? await EventLoop.main.sleep(for: wait)) != nil {
            clinux_trim_heap()
            clinux_unmap_code()
            wait = pause
        }
    }
}

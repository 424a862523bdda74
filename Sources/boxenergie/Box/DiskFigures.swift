import MeterCore
import MeterIO
import Synchronization

/// The health of the machine and the sizes of folders, looked up by a thread of its own: a disk that does not answer
/// keeps nobody waiting, and what it last told is soon left out.
final class DiskFigures: Sendable {
    /// What was found at the last look.
    struct Found: Sendable {
        var health = BoxHealth()
        /// The bytes of the database's folder on this machine; `nil` where there is none.
        var databaseBytes: Int64?
        /// The time of the look; `nil` before the first.
        var at: Uptime?
    }

    /// The time after which what was found is no longer told.
    private static let lasting = Duration.seconds(150)

    private let folder: String
    private let errand = DiskErrand(DiskThread(name: "figures"))
    private let state = Mutex(Found())

    /// Names the folder; nothing is looked up yet.
    ///
    /// - Parameter folder: one on the disk that matters, the SD card.
    init(_ folder: String) { self.folder = folder }

    /// The last figures; without those of the disk when they are old.
    var found: Found {
        var found = state.withLock { $0 }
        if let at = found.at, at.duration(to: .now) > Self.lasting {
            found.health.forgetDisk()
            found.databaseBytes = nil
        }
        return found
    }

    /// Looks again, and does not wait for it; nothing is asked of a disk that has not answered yet.
    ///
    /// - Parameter database: the folder of a database on this machine.
    func look(_ database: String?) {
        guard !errand.isBusy else { return }
        errand.perform { [self] in
            let health = BoxHealth(disk: folder)
            let bytes = database.map(BoxHealth.size).flatMap { $0 > 0 ? $0 : nil }
            state.withLock { $0 = Found(health: health, databaseBytes: bytes, at: .now) }
        }
    }
}

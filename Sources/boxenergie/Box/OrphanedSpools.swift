import Logging
import MeterCore

/// Finds readings that wait for an output no longer configured, and says how to send them.
///
/// They are never sent or deleted unasked: only the user knows whether that server is to have them.
enum OrphanedSpools {
    /// Looks for them, after the start or a change of the configuration.
    ///
    /// - Parameters:
    ///   - configuration: the one in force.
    ///   - earlier: folders that were in use until now.
    ///   - logger: hears of each folder with something in it.
    static func report(_ configuration: Configuration, earlier: [String] = [], _ logger: Logger) {
        let used = Set(configuration.outputs.map(\.queue.spoolDirectory))
        let usual = folders(in: configuration.state + "/spool")
        for folder in Set(earlier + usual).subtracting(used).sorted() {
            let points = SpoolListing(folder).points
            guard points > 0 else { continue }
            logger.warning(
                "Readings wait for a server that the configuration does not name any more",
                metadata: ["readings": "\(points)", "to send them": "boxenergie spool flush --directory \(folder)"]
            )
        }
    }

    /// Paths of what is visible in a folder; none when it is not there.
    private static func folders(in parent: String) -> [String] {
        Folder(parent).visibleNames.map { "\(parent)/\($0)" }
    }
}

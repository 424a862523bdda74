import ArgumentParser
import MeterCore

/// `bench state`: bytes that saving the counters writes to a disk.
///
/// The default of 96 is a day of the daemon: four saves an hour.
struct StateBench: ParsableCommand {
    /// Name, abstract and example.
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Saves a text as long as a house's counters, again and again, for the disk's counters to be read.",
        discussion: "EXAMPLE: boxenergie bench state /mnt/card/counters --saves 96"
    )

    /// Path of the file to save.
    @Argument(help: "The file, which should not be there yet.")
    var file: String

    /// Number of saves, from 1 to 1 000 000.
    @Option(help: "How often.")
    var saves = 96

    /// Saves 1000 bytes each time, other ones from save to save.
    ///
    /// - Throws: a `ValidationError` for a number out of range, a `DiskError` when the file cannot be written.
    func run() throws {
        try checkRange(saves, 1...1_000_000, "--saves")
        let state = StateFile(file)
        for number in 0..<saves {
            try state.save([UInt8](repeating: UInt8(ascii: "a") + UInt8(number % 26), count: 1000))
        }
        print("state saves=\(saves)")
    }
}

import ArgumentParser
import MeterCore

/// `bench state`: what saving the counters writes to a disk.
struct StateBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Saves a text as long as a house's counters, again and again, for the disk's counters to be read.",
        discussion: "EXAMPLE: boxenergie bench state /mnt/card/counters --saves 96"
    )

    @Argument(help: "The file, which should not be there yet.")
    var file: String

    @Option(help: "How often.")
    var saves = 96

    func run() throws {
        try checkRange(saves, 1...1_000_000, "--saves")
        let state = StateFile(file)
        for number in 0..<saves {
            try state.save([UInt8](repeating: UInt8(ascii: "a") + UInt8(number % 26), count: 1000))
        }
        print("state saves=\(saves)")
    }
}

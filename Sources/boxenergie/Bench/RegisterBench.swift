import ArgumentParser
import MeterCore

/// `bench register`: quarters of a house's register, for the disk's counters and for the time of a check.
///
/// A year has 35 040 of them.
struct RegisterBench: ParsableCommand {
    /// Name, abstract and example.
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Adds quarters with three registers each to a register, each of them safe on the disk.",
        discussion: "EXAMPLE: boxenergie bench register /mnt/card/register --quarters 96"
    )

    /// Path of the folder.
    @Argument(help: "The folder, which should not be there yet.")
    var folder: String

    /// Number of quarters, from 1 to 1 000 000.
    @Option(help: "How many quarters.")
    var quarters = 96

    /// Adds them, from the beginning of 2026 on.
    ///
    /// - Throws: a `ValidationError` for a number out of range, a `DiskError` when the folder cannot be written.
    func run() throws {
        try checkRange(quarters, 1...1_000_000, "--quarters")
        let start: Int64 = 1_767_225_600
        let owner = RegisterBook.Owner(box: "k7f39-x2m4t", machine: "bench")
        var (book, _) = try RegisterBook.open(folder, owner, at: start)
        for quarter in 1...Int64(quarters) {
            let stands = [("linky", MeterRegister.Quantity.export), ("linky", .import), ("toit", .production)].map {
                MeterStand(meter: $0, quantity: $1, wattHours: Double(12_345_678 + quarter * 137), age: quarter % 10)
            }
            let end = start + quarter * 900
            _ = try book.append(stands, at: end, now: end + 20)
        }
        print("register quarters=\(quarters)")
    }
}

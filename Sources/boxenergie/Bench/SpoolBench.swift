import ArgumentParser
import Logging
import MeterCore

/// `bench spool`: bytes that the shipped spool writes to a disk.
///
/// The disk's own counters (`/sys/block/NAME/stat`), read before and after, give the card's wear for each batch.
struct SpoolBench: ParsableCommand {
    /// Name, abstract and example.
    static let configuration = CommandConfiguration(
        commandName: "spool",
        abstract: "Puts batches of one line into a new spool, one by one, for the disk's own counters to be read.",
        discussion: "EXAMPLE: boxenergie bench spool /mnt/card/spool --records 2000"
    )

    /// Folder for the new spool.
    @Argument(help: "The folder, which should not be there yet.")
    var folder: String

    /// Number of batches of one line each, from 1 to 1 000 000.
    @Option(help: "How many batches.")
    var records = 2000

    /// Appends the batches one by one, each as a record of its own.
    ///
    /// - Throws: a `ValidationError` for a number out of range, a `DiskError` when the disk does not take it.
    func run() throws {
        try checkRange(records, 1...1_000_000, "--records")
        let spool = try Spool(directory: folder, limit: 1 << 30, logger: Logger(label: "bench"))
        let points = EncodeBench.points()
        var encoder = LineProtocolEncoder(precision: .seconds)
        for number in 0..<records {
            encoder.append(points[number % points.count])
            let lines = encoder.take()
            let batch = Batch(database: "d", policy: .default, precision: .seconds, lines: lines, points: 1)
            try spool.append(batch, as: number)
        }
        print("spool records=\(records) file_bytes=\(spool.bytes)")
    }
}

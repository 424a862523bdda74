import InfluxOutput
import Logging
import MeterCore

/// A pipeline for a command that has an end: waits when it is ahead of the server, and says at the end what became of it.
final class Writing: Sendable {
    let batcher: Batcher
    private let uploader: Uploader
    private let task: Task<Void, Never>

    init(_ influx: InfluxSettings, precision: Precision = .seconds) {
        let pipeline = Pipeline(influx, precision: precision, logger: makeLogger(.warning))
        batcher = pipeline.batcher
        let uploader = pipeline.uploader
        self.uploader = uploader
        task = Task { await uploader.run() }
    }

    /// Waits while more is waiting than should.
    func waitForRoom() async {
        while batcher.isFull {
            batcher.flush()
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Sends the rest.
    ///
    /// - Throws: a `CommandError` when a line was refused. What the server did not take is safe in the spool.
    func finish() async throws {
        batcher.flush()
        batcher.finish()
        await task.value
        let counts = uploader.counts
        if counts.rejected > 0 {
            throw CommandError(
                "\(counts.rejected) line(s) refused; the last reason: \(counts.lastError ?? "none given")"
            )
        }
        let backlog = uploader.outbox.backlog
        if backlog.batchesOnDisk > 0 {
            printError(
                "\(backlog.batchesOnDisk) batches wait in the spool: \(counts.lastError ?? "the server is away")"
            )
        }
        if backlog.batchesInMemory > 0 {
            throw CommandError("\(backlog.batchesInMemory) batches are lost: \(counts.lastError ?? "")", exitCode: 69)
        }
    }
}

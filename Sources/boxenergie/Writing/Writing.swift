import Glibc
import Logging
import MeterCore
import MeterIO
import MeterNotation

/// The writing half of the program for a command that has an end.
struct Writing: Sendable {
    /// Sends the batches, or puts them on disk.
    let uploader: Uploader
    /// Instant at which the spool was open and sending began.
    let startedAt = Uptime.now
    private let standstill = Standstill()

    /// Takes the points.
    var batcher: Batcher { uploader.batcher }

    /// Runs a body that appends to the batcher, then sends the rest and reports what became of it.
    ///
    /// - Parameters:
    ///   - output: the output to write to, through its own spool; without it where a running box has that.
    ///   - precision: the unit of the times.
    ///   - body: appends points or lines.
    ///
    /// - Returns: the writer at its end, for its counts.
    /// - Throws: what the body threw, `DiskError` when this user cannot know which box this is, or a `CommandError` when a
    ///   line was refused or lost, with code 69 when the server did not take all and the rest is not in the spool, either.
    @discardableResult
    static func to(
        _ output: ConfiguredOutput,
        precision: Precision = .seconds,
        _ body: @Sendable (Writing) async throws -> Void
    ) async throws -> Writing {
        if output.queue.namesBox { _ = try BoxIdentity.of(output.state).ownWord() }
        let hasSpool = !isInUse(output.queue.spoolDirectory)
        // Without one nothing waits, which is said in the end.
        let plan = output.planned(
            precision: precision,
            hasSpool: hasSpool,
            logger: makeLogger(hasSpool ? .warning : .error)
        )
        let writing = Writing(uploader: plan.open().uploader)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await writing.uploader.run() }
            defer { writing.batcher.finish() }
            try await body(writing)
        }
        try report(writing.uploader)
        return writing
    }

    /// True when another program, such as the running box, has the folder of a spool.
    private static func isInUse(_ directory: String) -> Bool {
        do throws(DiskError) {
            try Spool.checkIsFree(directory)
            return false
        } catch {
            return error.code == EWOULDBLOCK
        }
    }

    /// Takes points, and waits while more is waiting than should.
    ///
    /// - Throws: a `CancellationError` when the task is cancelled, a `CommandError` with code 69 when nothing is taken.
    func append(_ points: [Point]) async throws {
        for point in points { batcher.append(point) }
        try refuseStandstill()
        if isFull { try await waitForRoom() }
    }

    /// True while more is waiting than should, here or in memory on the way to the server: two requests' worth.
    ///
    /// Both count, since the uploader empties the batcher while somebody on another thread goes on filling it.
    var isFull: Bool { batcher.isFull || uploader.outbox.backlog.bytesInMemory > 2 * Batcher.largestBatch }

    /// Waits while more is waiting than should.
    ///
    /// When the server is away the uploader puts on disk what waits in memory, and there is room again.
    ///
    /// - Throws: a `CancellationError` when the task is cancelled, a `CommandError` with code 69 when nothing is taken.
    func waitForRoom() async throws {
        repeat {
            try refuseStandstill()
            batcher.flush()
            try await EventLoop.main.sleep(for: .milliseconds(5))
        } while isFull
    }

    private func refuseStandstill() throws { if standstill.holds(uploader) { throw Self.notTaken(uploader) } }

    private static func notTaken(_ uploader: Uploader) -> CommandError {
        CommandError(
            "not all of it was taken, and the rest waits nowhere: \(uploader.counts.lastError ?? said("none given")); "
                + "say the same again later",
            exitCode: 69
        )
    }

    /// Turns the counts into the outcome of the command: refused or lost lines are errors, spooled ones a remark.
    private static func report(_ uploader: Uploader) throws {
        let counts = uploader.counts
        if counts.rejected > 0 {
            throw CommandError(
                "\(counts.rejected) line(s) refused; the last reason: \(counts.lastError ?? said("none given"))"
            )
        }
        if counts.dropped > 0 {
            throw CommandError(
                "\(counts.dropped) points are lost: neither the server nor the spool had room; "
                    + "\(counts.lastError ?? said("a larger spool = { limit = … } helps"))",
                exitCode: 1
            )
        }
        let backlog = uploader.outbox.backlog
        if backlog.batchesOnDisk > 0 {
            printError(
                "\(backlog.batchesOnDisk) batches wait in the spool: \(counts.lastError ?? "the server is away")"
            )
        }
        if backlog.batchesInMemory > 0 { throw notTaken(uploader) }
    }
}

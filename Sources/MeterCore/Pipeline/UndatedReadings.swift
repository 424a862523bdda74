public import Logging

/// Readings without a date on the disk, each with the instant since the start of the machine at which it was read.
///
/// A program that is killed before the clock is set finds them again and dates them, as long as the machine has not been
/// started again since: then nobody can tell any more when they were read.
public struct UndatedReadings: Sendable {
    private let open: @Sendable () throws(BatchStoreError) -> Spool
    private let boot: String
    private let logger: Logger

    /// The most bytes that they take.
    private static let limit = 4 << 20

    /// Names the place.
    ///
    /// - Parameters:
    ///   - directory: a folder of their own, made when it is needed.
    ///   - boot: another text after each start of the machine.
    ///   - logger: hears what is lost.
    public init(directory: String, boot: String, logger: Logger) {
        open = { () throws(BatchStoreError) in try Spool(directory: directory, limit: Self.limit, logger: logger) }
        self.boot = boot
        self.logger = logger
    }

    /// Adds readings; they are on the disk when this returns.
    func save(_ readings: some Sequence<(point: Point, readAt: Uptime)>) throws(BatchStoreError) {
        var batches: [Batch] = []
        for (policy, group) in Dictionary(grouping: readings, by: { $0.point.series.measurement.policy }) {
            var encoder = LineProtocolEncoder(precision: .nanoseconds)
            for (point, readAt) in group {
                var point = point
                point.timestamp = Timestamp(nanoseconds: readAt.nanoseconds)
                encoder.append(point)
            }
            let points = encoder.lines
            batches.append(
                Batch(
                    database: boot,
                    policy: policy,
                    precision: .nanoseconds,
                    lines: encoder.take(),
                    points: points
                )
            )
        }
        let spool = try open()
        for (number, batch) in batches.enumerated() { try spool.append(batch, as: number) }
    }

    /// What an earlier run of the program left since the machine was started; what is older is given up.
    func load() throws(BatchStoreError) -> [(point: Point, readAt: Uptime)] {
        let spool = try open()
        let found = spool.oldest(upTo: .max)
        let old = found.filter { $0.batch.database != boot }
        spool.remove(Set(old.map(\.number)))
        let lost = old.reduce(0) { $0 + $1.batch.points }
        if lost > 0 {
            logger.error(
                "Readings are lost: the machine was started again before its clock was set, nobody can date them",
                metadata: ["lost": "\(lost)"]
            )
        }
        return found.filter { $0.batch.database == boot }.flatMap { readings($0.batch) }
            .sorted { $0.readAt < $1.readAt }
    }

    private func readings(_ batch: Batch) -> [(point: Point, readAt: Uptime)] {
        batch.lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let point = try? LineProtocolReader.read(line, policy: batch.policy, time: Timestamp(nanoseconds: 0))
            return point.map { ($0, Uptime(nanoseconds: $0.timestamp.nanoseconds)) }
        }
    }

    /// Forgets them all.
    func clear() {
        guard let spool = try? open() else { return }
        spool.remove(Set(spool.oldest(upTo: .max).map(\.number)))
    }
}

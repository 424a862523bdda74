public import Logging
import Synchronization

/// Readings without a date on the disk, each with the instant since the start of the machine at which it was read.
///
/// A program that is killed before the clock is set finds them again and dates them, as long as the machine has not
/// been started again since: then nobody can tell any more when they were read. Once they have dates, how they got them
/// stands beside them, so that they get the same ones again.
public final class UndatedReadings: Sendable {
    /// A reading and the uptime at which it was read.
    typealias Reading = (point: Point, readAt: Uptime)

    private struct State {
        var spool: Spool?
        var next = 0
        /// The records on disk that have dates by now.
        var dated: Set<Int> = []
        /// The records on disk that have none.
        var undated: Set<Int> = []
    }

    private let open: @Sendable () throws(DiskError) -> Spool
    private let boot: String
    private let logger: Logger
    private let state = Mutex(State())

    /// The most bytes that they take; beyond it the sources that have most lose their oldest.
    private static let limit = 4 << 20
    /// The bytes at which a record is full, so that many readings at once have room, too.
    private static let record = 256 << 10
    /// The policy of the record that tells how those before it got their dates.
    private static let dates = RetentionPolicy("dates")

    /// Names the place.
    ///
    /// - Parameters:
    ///   - directory: a folder of their own, made when it is needed.
    ///   - boot: another text after each start of the machine.
    ///   - logger: hears what is lost.
    public init(directory: String, boot: String, logger: Logger) {
        open = { () throws(DiskError) in try Spool(directory: directory, limit: Self.limit, logger: logger) }
        self.boot = boot
        self.logger = logger
    }

    /// Adds readings; they are on the disk when this returns.
    func save(_ readings: some Sequence<Reading>) throws(DiskError) {
        for (policy, group) in Dictionary(grouping: readings, by: { $0.point.series.measurement.policy }) {
            var encoder = LineProtocolEncoder(precision: .nanoseconds)
            for (point, readAt) in group {
                var point = point
                point.timestamp = Timestamp(nanoseconds: readAt.nanoseconds)
                encoder.append(point)
                if encoder.count >= Self.record { try save(&encoder, policy) }
            }
            try save(&encoder, policy)
        }
    }

    private func save(_ encoder: inout LineProtocolEncoder, _ policy: RetentionPolicy) throws(DiskError) {
        let points = encoder.lines
        guard points > 0 else { return }
        let number = try append(encoder.take(), points, policy)
        state.withLock { _ = $0.undated.insert(number) }
    }

    /// Notes that all of them have dates.
    ///
    /// - Parameter offset: nanoseconds from the start of the machine to 1970.
    func noteDates(_ offset: Int64) {
        let isNeeded = state.withLock { state in
            defer {
                state.dated.formUnion(state.undated)
                state.undated = []
            }
            return !state.undated.isEmpty
        }
        guard isNeeded, let number = try? append([UInt8]("\(offset)\n".utf8), 1, Self.dates) else { return }
        state.withLock { _ = $0.dated.insert(number) }
    }

    /// Forgets those that have dates.
    func clear() {
        state.withLock { state in
            state.spool?.remove(state.dated)
            state.dated = []
        }
    }

    /// The readings that an earlier run left since the machine was started; older ones are given up.
    ///
    /// - Returns: those that have dates already, and those that have none.
    func load() throws(DiskError) -> (dated: [Point], undated: [Reading]) {
        let spool = try spool()
        let found = spool.oldest(upTo: .max)
        let old = found.filter { $0.batch.database != boot }
        spool.remove(Set(old.map(\.number)))
        let lost = old.filter { $0.batch.policy != Self.dates }.reduce(0) { $0 + $1.batch.points }
        if lost > 0 {
            logger.error(
                "Readings are lost: the machine was started again before its clock was set, nobody can date them",
                metadata: ["lost": "\(lost)"]
            )
        }
        var dated: [Point] = []
        var undated: [Reading] = []
        for (number, batch) in found where batch.database == boot {
            state.withLock { _ = $0.undated.insert(number) }
            guard batch.policy == Self.dates else {
                undated += readings(batch)
                continue
            }
            let offset = Int64(String(decoding: batch.lines.dropLast(), as: UTF8.self)) ?? 0
            dated += undated.map { $0.point.dated($0.readAt, offset) }
            undated = []
            state.withLock { state in
                state.dated.formUnion(state.undated)
                state.undated = []
            }
        }
        return (dated, undated.sorted { $0.readAt < $1.readAt })
    }

    private func spool() throws(DiskError) -> Spool {
        if let spool = state.withLock({ $0.spool }) { return spool }
        let spool = try open()
        state.withLock { $0.spool = spool }
        return spool
    }

    private func append(_ lines: [UInt8], _ points: Int, _ policy: RetentionPolicy) throws(DiskError) -> Int {
        let number = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        let batch = Batch(database: boot, policy: policy, precision: .nanoseconds, lines: lines, points: points)
        try spool().append(batch, as: number)
        return number
    }

    private func readings(_ batch: Batch) -> [Reading] {
        batch.lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let point = try? LineProtocolReader.read(line, policy: batch.policy, time: Timestamp(nanoseconds: 0))
            return point.map { ($0, Uptime(nanoseconds: $0.timestamp.nanoseconds)) }
        }
    }
}

extension Point {
    /// With the date that an instant since the start of the machine has.
    func dated(_ readAt: Uptime, _ offset: Int64) -> Point {
        var point = self
        point.timestamp.nanoseconds = readAt.nanoseconds &+ offset
        point.isRecord = false
        return point
    }
}

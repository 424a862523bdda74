import MeterCore
import MeterIO
import MeterNotation
import MeterSimulation
import MeterSources
import Synchronization

extension Simulate {
    /// The shortest time between two readings that are not written, in seconds: a third of a quarter of an hour.
    private static let coarseStep: Int64 = 300

    /// Writes readings and the books that follow from them, as a box would have written them.
    ///
    /// - Returns: the house at the end.
    /// - Throws: a `CommandError` for a bad configuration, or when points were refused or lost.
    func writePoints() async throws -> House {
        let configuration = try Configuration.load(options.config)
        let span = pastSpan
        let firstRaw = max(span.upperBound - rawDays * 86_400, 0) / Self.coarseStep * Self.coarseStep
        let teleinfo: TeleinfoSettings
        let linky = try? configuration.linky()
        teleinfo = TeleinfoSettings(every: .seconds(step), in: linky?.source.declaration.stores ?? [])
        let (step, tags, source, houseOptions) = (step, configuration.tags, linky?.name ?? "linky", houseOptions)
        let coarse = max(step, Self.coarseStep)
        let pace: Int64 = step < 60 ? 1 : 10
        let silence = silentSpan(before: span.upperBound)
        let energy = configuration.energy.ledger
        let end = Mutex<House?>(nil)
        let writing = try await Writing.to(configuration.outputs[0]) { writing in
            var home = SimulatedHome(
                House(options: houseOptions, start: span.lowerBound - step),
                teleinfo,
                linky: source,
                inverter: "onduleur",
                tags: tags
            )
            var ledger = Ledger(energy)
            var bar = ProgressBar("simulate")
            defer { bar.finish() }
            var newest = NewestPoints()
            var time = span.lowerBound
            while time < span.upperBound {
                let (isWritten, isSilent) = (time >= firstRaw, silence?.contains(time) ?? false)
                var readings: [Point] = []
                home.advance(to: time, pace: isWritten ? pace : 10) { readings.append($0) }
                if isSilent { readings = [] }
                if isWritten { for point in readings { writing.batcher.append(point) } }
                for point in ledger.learn(together: readings).points
                where isWritten || point.series.measurement.policy != .raw { newest.take(point) }
                if isWritten || time % 86_400 == 0 { newest.write(to: writing.batcher) }
                bar.show(Double(time - span.lowerBound) / Double(span.count), "\(energy.calendar.date(time))")
                if writing.batcher.isFull { try await writing.waitForRoom() }
                time += isWritten ? step : coarse
                // The box is started again.
                if isSilent, silence?.contains(time) == false { ledger = Ledger(energy, memory: ledger.memory) }
            }
            newest.write(to: writing.batcher)
            end.withLock { $0 = home.house }
        }
        print("\(writing.uploader.counts.accepted) points written")
        return end.withLock { $0 } ?? House(options: houseOptions, start: span.upperBound)
    }

    /// The past to write, in seconds since 1970; with `--days` it begins with a quarter of an hour.
    private var pastSpan: Range<Int64> {
        let now = Timestamp.now().seconds
        if let days { return (now - days * 86_400) / 900 * 900..<now }
        let start = from ?? now - 86_400
        return start..<max(start, min(now, start + (seconds ?? 86_400)))
    }

    /// The afternoon twelve days before the end, without the box: 160 minutes from 13:20 UTC; `nil` without troubles.
    private func silentSpan(before end: Int64) -> Range<Int64>? {
        guard troubles else { return nil }
        let start = (end / 86_400 - 12) * 86_400 + 48_000
        return start..<start + 9600
    }
}

/// Points of which only the newest of a series and an instant count, such as the sums of a day that runs.
private struct NewestPoints {
    private struct Place: Hashable {
        var series: ObjectIdentifier
        var time: Timestamp
    }

    private var points: [Point] = []
    private var places: [Place: Int] = [:]

    mutating func take(_ point: Point) {
        let place = Place(series: ObjectIdentifier(point.series), time: point.timestamp)
        if let index = places[place] {
            points[index] = point
        } else {
            places[place] = points.count
            points.append(point)
        }
    }

    mutating func write(to batcher: Batcher) {
        for point in points { batcher.append(point) }
        points.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }
}

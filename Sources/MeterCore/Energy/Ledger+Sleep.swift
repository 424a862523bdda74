/// Inverters that sleep: without sun they say nothing, and count nothing.
///
/// The house's energies of the evening do not wait for them until dawn. What one counted between its last reading and its
/// sleep, some Wh, is found with its first reading, and booked then.
extension Ledger {
    /// The W below which an inverter that falls silent has no sun any more: a cloud never takes one that far.
    static let leastAwake = 150.0
    /// The seconds before dusk in which one may fall silent: a mountain or a cloud takes its sun earlier.
    private static let earlyDusk: Int64 = 2 * 3600

    /// The meters that may be silent now, as inverters at night, or which had hardly any power when they fell silent.
    public func asleep(at now: Int64) -> [String] {
        let producers = memory.tracks.filter { $0.quantity == .production }.map(\.source) + settings.production.sources
        let isDim = settings.isTooDimToWork(at: now)
        let mayBeDim = isDim || settings.mayBeTooDimToWork(at: now)
        return producers.filter { producer in
            (isDim || mayBeDim && balance.stoppedWithoutSun(producer, at: now)) && sleepsAtNight(producer)
        }
    }

    /// True for a producer that has no power without sun; a hybrid inverter works at night, from its battery.
    func sleepsAtNight(_ producer: String) -> Bool {
        let source = Subject.source(ofMeter: producer)
        return !hasPort(source) && !settings.storage.hybrids.contains { $0 == source }
    }

    /// Books the registers of inverters that sleep as standing still until now.
    mutating func bookSleep() {
        guard let now = memory.newest, settings.isEveningOrNight(at: now) else { return }
        for place in memory.tracks.indices where memory.tracks[place].quantity == .production {
            let entry = memory.tracks[place]
            guard isAsleep(entry, at: now) else { continue }
            book(0, of: entry, entry.track.knownUntil, now)
            memory.tracks[place].track.sleptUntil = now
        }
    }

    /// True for a producer that was read with hardly any power, and not since; no daylight lies in between.
    private func isAsleep(_ entry: TrackEntry, at now: Int64) -> Bool {
        guard entry.track.lastWatts ?? .infinity < Self.leastAwake else { return false }
        let last = entry.track.time
        let pause = settings.pauses.first { Subject.isMeter(entry.source, of: [$0.key]) }?.value ?? 0
        return now - last > pause + Self.longestInterpolation && now - last < Self.longestNight
            && now > entry.track.knownUntil && sleepsAtNight(entry.source)
            && stride(from: last + Self.earlyDusk, to: now, by: 3600).allSatisfy(settings.isTooDimToWork)
    }
}

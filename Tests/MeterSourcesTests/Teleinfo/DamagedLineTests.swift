import Foundation
import MeterCore
import MeterProtocols
import Testing

@testable import MeterSources

/// A line that damages groups tells less than a good one, and nothing else.
///
/// `TIC_DAMAGE_ROUNDS=100` plays as many seeds of each; one by default.
@Suite struct DamagedLineTests {
    private static let rounds = ProcessInfo.processInfo.environment["TIC_DAMAGE_ROUNDS"].flatMap { UInt64($0) } ?? 1
    /// Slots of time in seconds.
    private static let slot: Int64 = 10

    /// What a clean line tells in each slot: the values of each field over its frames.
    private struct Truth {
        var values: [String: [Int64: Set<FieldValue>]] = [:]
        var titles: [String: Int] = [:]
        var site: [String: Set<FieldValue>] = [:]
        var slots: Set<Int64> = []

        init(_ house: RecordedHouse) {
            var frames = HeardLine(every: .seconds(1))
            var slots = HeardLine()
            for frame in house.frames {
                frames.hear(frame.bytes, at: frame.second)
                slots.hear(frame.bytes, at: frame.second)
                // Registers of the tariff are kept once a minute: all that a frame says of them is true.
                for heard in LineDamage.decoded(frame.bytes) {
                    for (label, name) in TeleinfoPoints.registers {
                        guard let value = heard.integer(label) else { continue }
                        values["index \(name) wh", default: [:]][frame.second / DamagedLineTests.slot, default: []]
                            .insert(.integer(value))
                    }
                }
            }
            frames.end()
            slots.end()
            for point in frames.points + slots.points {
                for (key, value) in DamagedLineTests.fields(of: point) {
                    values[key, default: [:]][point.timestamp.seconds / DamagedLineTests.slot, default: []].insert(
                        value
                    )
                }
            }
            for title in slots.titles { titles[title, default: 0] += 1 }
            self.slots = Set(slots.values("linky", "va_in").keys.map { $0 / DamagedLineTests.slot })
            for (field, value) in DamagedLineTests.facts(slots.site) + DamagedLineTests.facts(frames.site) {
                site[field, default: []].insert(value)
            }
        }
    }

    private static func fields(of point: Point) -> [(String, FieldValue)] {
        let subject = point.series.subject
        let tags = [subject.phase.map { "\($0)" }, subject.register].compactMap { $0 }.joined(separator: " ")
        return zip(point.series.fieldNames, point.values).compactMap { name, value in
            value.map { ("\(point.series.measurement.name) \(tags) \(name)", $0) }
        }
    }

    private static func facts(_ site: SiteFacts) -> [(String, FieldValue)] {
        [
            ("contract", site.contract.map { .string($0) }), ("mode", site.mode.map { .string($0) }),
            ("meter", site.meter.map { .string($0) }), ("prm", site.prm.map { .string($0) }),
            ("phases", site.phases.map { .integer(Int64($0)) }), ("kVA", site.subscribedKVA.map { .float($0) }),
        ].compactMap { name, value in value.map { (name, $0) } }
    }

    /// A sum of registers may be made of two frames of its slot, so that it lies between theirs.
    private static func isTrue(_ value: FieldValue, among truths: Set<FieldValue>, isSum: Bool) -> Bool {
        if truths.contains(value) { return true }
        guard isSum, case .integer(let number) = value else { return false }
        let numbers = truths.compactMap { if case .integer(let number) = $0 { number } else { nil } }
        return numbers.contains { $0 <= number } && numbers.contains { $0 >= number }
    }

    @Test(
        "of damaged groups come fewer values and events, and none that a clean line does not give",
        arguments: RecordedHouse.simulated + RecordedHouse.recorded,
        [1, 5, 20, 40]
    )
    func damage(_ house: RecordedHouse, _ percent: Int) {
        let truth = Truth(house)
        for seed in 1...Self.rounds {
            var damage = LineDamage(seed: seed &* 1000 &+ UInt64(percent))
            var line = HeardLine()
            for frame in house.frames { line.hear(damage.visible(frame.bytes, percent: percent), at: frame.second) }
            line.end()
            for point in line.points {
                for (key, value) in Self.fields(of: point) {
                    let truths = truth.values[key]?[point.timestamp.seconds / Self.slot] ?? []
                    #expect(
                        Self.isTrue(value, among: truths, isSum: key.hasSuffix(" wh_in")),
                        "\(house.name), seed \(seed): \(key) = \(value) at \(point.timestamp.seconds), not of \(truths)"
                    )
                }
            }
            for (title, count) in Dictionary(grouping: line.titles, by: { $0 }).mapValues(\.count) {
                #expect(count <= truth.titles[title] ?? 0, "\(house.name), seed \(seed): \(title)")
            }
            for (name, value) in Self.facts(line.site) {
                #expect(truth.site[name]?.contains(value) ?? false, "\(house.name), seed \(seed): \(name) = \(value)")
            }
        }
    }

    @Test(
        "a line that loses 40 of 100 groups still tells register, tariff and currents in 97 of 100 slots",
        // Of a frame of two seconds and more too few come in a slot.
        arguments: RecordedHouse.simulated.filter {
            !$0.name.contains("overload") && !$0.name.contains("historique 1 tempo")
                && !$0.name.contains("historique 3")
        }
    )
    func coverage(_ house: RecordedHouse) {
        let truth = Truth(house)
        var told: [String: Int] = [:]
        for seed in 1...3 {
            var damage = LineDamage(seed: UInt64(seed))
            var line = HeardLine()
            for frame in house.frames { line.hear(damage.lost(frame.bytes, percent: 40), at: frame.second) }
            line.end()
            for (measurement, field) in [("linky", "wh_in"), ("linky", "ntarf"), ("phase", "i")] {
                let slots = Set(line.values(measurement, field).keys.map { $0 / Self.slot }).intersection(truth.slots)
                told[field, default: 0] += slots.count
            }
        }
        for (field, count) in told {
            let share = Double(count) / Double(3 * truth.slots.count)
            #expect(share >= 0.97, "\(house.name): \(field) in \(share)")
        }
    }

    @Test(
        "damage that the checksum does not see makes no false fact, register or event",
        arguments: RecordedHouse.simulated + RecordedHouse.recorded
    )
    func invisible(_ house: RecordedHouse) {
        let truth = Truth(house)
        let known = ["wh_in", "wh_out", "wh", "pref_va", "pcoup_va", "ntarf"]
        for seed in 1...Self.rounds {
            var damage = LineDamage(seed: seed)
            var line = HeardLine()
            for frame in house.frames { line.hear(damage.invisible(frame.bytes, permille: 10), at: frame.second) }
            line.end()
            for point in line.points {
                for (key, value) in Self.fields(of: point) where known.contains(where: { key.hasSuffix(" " + $0) }) {
                    let truths = truth.values[key]?[point.timestamp.seconds / Self.slot] ?? []
                    #expect(
                        Self.isTrue(value, among: truths, isSum: key.hasSuffix(" wh_in")),
                        "\(house.name), seed \(seed): \(key) = \(value) at \(point.timestamp.seconds), not of \(truths)"
                    )
                }
            }
            for (name, value) in Self.facts(line.site) {
                #expect(truth.site[name]?.contains(value) ?? false, "\(house.name), seed \(seed): \(name) = \(value)")
            }
            let announcements = Set(line.events.filter { [.tempo, .ejp, .meter].contains($0.kind) }.map(\.title))
            #expect(announcements.isSubset(of: Set(truth.titles.keys)), "\(house.name), seed \(seed)")
        }
    }
}

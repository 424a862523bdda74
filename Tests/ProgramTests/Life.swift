import Foundation
import InfluxOutput
import Logging
import MeterCore
import MeterIO
import MeterNotation
import MeterSimulation
import MeterSources

@testable import boxenergie

/// The life of a simulated house and its box: the meters' bytes through decoder, intake and uploader into a
/// real database, with the faults of years on the way.
struct Life {
    struct Plan {
        /// Seconds since 1970, a local midnight.
        var start: Int64
        var end: Int64
        var step: Int64
        /// The box is off over midnight.
        var gap: Range<Int64>
        /// The power of the whole house is off while the meter is replaced; `nil` for one that never is.
        var replacement: Int64?
        /// Another battery takes the place of the one at the alternating current; `nil` for a house without batteries.
        var batteryReplacement: Int64?
        /// The inverter's readings come later, all at once.
        var backlog: Range<Int64>
        /// The box is killed in the middle of a quarter and comes back at the end.
        var reboots: [Range<Int64>]

        /// 20 October to 3 November 2025: a day of 25 hours and a new month.
        static let twoWeeks: Plan = {
            let start: Int64 = 1_760_911_200
            return Plan(
                start: start,
                end: start + 14 * 86_400 + 3600,
                step: 60,
                gap: (start + 3 * 86_400 - 3 * 3600)..<(start + 3 * 86_400 + 4 * 3600),
                replacement: start + 5 * 86_400 + 37_260,
                backlog: (start + 8 * 86_400 + 20_000)..<(start + 8 * 86_400 + 52_000),
                reboots: [
                    (start + 9 * 86_400 + 40_000)..<(start + 9 * 86_400 + 40_200),
                    (start + 10 * 86_400 + 3900)..<(start + 10 * 86_400 + 4300),
                ]
            )
        }()

        /// October and November 2025 of a house with both kinds of batteries.
        static let batteries: Plan = {
            // 2025-10-01, midnight in Paris.
            let start: Int64 = 1_759_269_600
            return Plan(
                start: start,
                end: start + 60 * 86_400 + 3600,
                step: 120,
                gap: (start + 20 * 86_400 - 3 * 3600)..<(start + 20 * 86_400 + 4 * 3600),
                batteryReplacement: start + 33 * 86_400 + 43_200,
                backlog: (start + 8 * 86_400 + 20_000)..<(start + 8 * 86_400 + 52_000),
                reboots: [(start + 42 * 86_400 + 40_000)..<(start + 42 * 86_400 + 40_200)]
            )
        }()

        /// October 2024 to October 2025, three changes of the clock.
        static let thirteenMonths: Plan = {
            // 2024-10-01 and 2025-11-01, midnight in Paris.
            let start: Int64 = 1_727_733_600
            let day: (Int64) -> Int64 = { start + $0 * 86_400 }
            return Plan(
                start: start,
                end: 1_761_951_600,
                step: 10,
                gap: (day(60) - 2 * 3600)..<(day(60) + 5 * 3600),
                replacement: day(130) + 37_260,
                backlog: (day(200) + 20_000)..<(day(200) + 52_000),
                reboots: (1...12).map { (day($0 * 31) + 40_000 + $0 * 977)..<(day($0 * 31) + 40_200 + $0 * 977) }
            )
        }()
    }

    /// What was true in a day or a month.
    struct Period {
        var start: Int64
        var energies: [String: Double]
        /// The registers that each of them is made of: of each its first and last Wh may be cut.
        var registers: [String: Int]
        /// Whether a gap lies over its beginning or end, so that its share is estimated.
        var hasSplitGap: Bool
    }

    struct Record {
        var days: [Period]
        var months: [Period]
        var end: Int64
    }

    private let plan: Plan
    private let url: String
    private let settings = Ledger.Settings()
    private let logger = Logger(label: "life") { _ in SwiftLogNoOpLogHandler() }
    private let uploader: Uploader

    init(_ plan: Plan, _ url: String, _ box: Installation) throws {
        self.plan = plan
        self.url = url
        var server = InfluxSettings()
        server.url = url
        uploader = Uploader(
            batcher: Batcher(database: "boxenergie"),
            outbox: Outbox(spool: nil),
            sink: InfluxClient(lasting: server),
            deadLetters: nil,
            logger: logger
        )
    }

    func live() async throws -> Record {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await uploader.run() }
            let record = try await play()
            uploader.batcher.finish()
            try await group.waitForAll()
            guard uploader.counts.rejected == 0, uploader.counts.dropped == 0, uploader.outbox.isEmpty else {
                throw Trouble(description: "points were lost: \(uploader.counts)")
            }
            return record
        }
    }

    private struct Trouble: Error, CustomStringConvertible { var description: String }

    private func makeHome() -> SimulatedHome {
        var options = HouseOptions()
        // The register goes round on the second day.
        options.importStart = 999_980_000
        options.exportStart = 999_999_000
        let hasBatteries = plan.batteryReplacement != nil
        (options.hasBattery, options.hasHybrid, options.hasHeaterMeter) = (hasBatteries, hasBatteries, hasBatteries)
        return SimulatedHome(
            House(options: options, start: plan.start - 7 * plan.step),
            TeleinfoSettings(every: .seconds(plan.step)),
            linky: "linky",
            inverter: "onduleur",
            tags: settings.tags
        )
    }

    private func play() async throws -> Record {
        var home = makeHome()
        var intake = makeIntake()
        intake.openLedger { _ in [] }
        var saved = try encoded(intake)
        var savedQuarter = intake.completeUntil
        var late: [Point] = []
        var truths: [Int64: Truth] = [:]
        let calendar = settings.calendar
        // Registers are believed after a few readings; until then nothing flows.
        home.house.cut(until: plan.start)
        for time in stride(from: plan.start - 6 * plan.step, through: plan.end, by: Int(plan.step)) {
            if time == plan.replacement {
                home.house.replaceMeter(serial: "041976999999", importStart: 17, exportStart: 3)
                home.house.cut(until: time + 6 * plan.step)
            }
            if time == plan.batteryReplacement { home.house.replaceBattery(charge: 17, discharge: 3) }
            let isOff = plan.gap.contains(time) || plan.reboots.contains { $0.contains(time) }
            let state = home.advance(to: time) { point in
                if isOff { return }
                if point.series.subject.source == "onduleur", plan.backlog.contains(time) {
                    late.append(point)
                } else {
                    intake.append(point)
                }
            }
            if calendar.startOfDay(time) == time || time == plan.end {
                truths[time] = Truth(house: state.truth, storage: state.storage.truth)
            }
            if time == plan.backlog.upperBound / plan.step * plan.step {
                for point in late { intake.append(point) }
            }
            if intake.completeUntil != savedQuarter {
                savedQuarter = intake.completeUntil
                saved = try encoded(intake)
            }
            if plan.reboots.contains(where: { (time..<(time + plan.step)).contains($0.upperBound) }) {
                intake = try await restarted(saved)
            }
            guard time % 300 == 0 else { continue }
            // Tests that play a meter in real time run beside this one.
            await Task.yield()
            try await drain()
        }
        return Record(
            days: periods(truths) { calendar.startOfNextDay($0) },
            months: periods(truths) { calendar.startOfNextMonth($0) },
            end: plan.end
        )
    }

    private func encoded(_ intake: Intake) throws -> Data { try JSONEncoder().encode(intake.ledgerMemory) }

    private func makeIntake() -> Intake {
        Intake(
            to: [uploader.batcher],
            ledger: Ledger(settings),
            clock: { ClockReading(wall: .now(), uptime: .now, isSynchronized: true) },
            logger: logger
        )
    }

    /// What the program does at its start: the saved memory, then what the database has got since.
    private func restarted(_ saved: Data) async throws -> Intake {
        let intake = makeIntake()
        uploader.batcher.flush()
        while uploader.batcher.waiting > 0 || !uploader.outbox.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        var server = InfluxSettings()
        server.url = url
        let opening = LedgerOpening(
            settings: settings,
            server: server,
            places: RawHistory.Places(),
            sources: ["linky", "onduleur", "batterie", "hybride", "ballon"],
            logger: logger
        )
        let memory = try JSONDecoder().decode(Ledger.Memory.self, from: saved)
        _ = await opening.open(intake, memory, isOutdated: false)
        return intake
    }

    /// Waits for the server when the house lives faster than it can write.
    private func drain() async throws {
        while uploader.batcher.isFull || uploader.outbox.backlog.bytesInMemory > 4 << 20 {
            uploader.batcher.flush()
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// What was true at an instant, since the house began.
    private struct Truth {
        var house: HouseTruth
        var storage: StorageTruth

        /// The energies in Wh by field.
        func energies(hasBatteries: Bool) -> [String: Double] {
            let plain = [
                "import_wh": house.drawnWh, "export_wh": house.injectedWh,
                "production_wh": house.producedWh + storage.panelsWh, "consumption_wh": house.consumedWh,
            ]
            guard hasBatteries else { return plain }
            return plain.merging([
                "charge_wh": storage.chargedWh + storage.portChargedWh,
                "discharge_wh": storage.dischargedWh + storage.portDischargedWh, "loss_wh": storage.lostWh,
                "rest_wh": house.consumedWh - house.heatedWh,
            ]) { $1 }
        }
    }

    /// The registers that each energy of a span is made of; a replaced meter has others behind it.
    private func registers(in span: Range<Int64>) -> [String: Int] {
        let linkys = plan.replacement.map(span.contains) ?? false ? 2 : 1
        guard let replacement = plan.batteryReplacement else {
            return ["import_wh": linkys, "export_wh": linkys, "production_wh": 1, "consumption_wh": 2 + linkys]
        }
        let packs = span.contains(replacement) ? 2 : 1
        return [
            "import_wh": linkys, "export_wh": linkys, "production_wh": 2, "charge_wh": packs + 1,
            "discharge_wh": packs + 1, "loss_wh": 5,
            // Both registers of the Linky, the battery and the port, and the inverter; for the rest the water heater, too.
            "consumption_wh": 2 * linkys + 2 * packs + 3, "rest_wh": 2 * linkys + 2 * packs + 4,
        ]
    }

    private func periods(_ truths: [Int64: Truth], _ next: (Int64) -> Int64) -> [Period] {
        let hasBatteries = plan.batteryReplacement != nil
        var periods: [Period] = []
        var start = plan.start
        while start < plan.end {
            let end = min(next(start), plan.end)
            guard let before = truths[start], let after = truths[end] else { break }
            periods.append(
                Period(
                    start: settings.calendar.startOfMonth(start) == start || next(start) - start < 100_000
                        ? start : settings.calendar.startOfMonth(start),
                    energies: after.energies(hasBatteries: hasBatteries)
                        .merging(before.energies(hasBatteries: hasBatteries)) { $0 - $1 },
                    registers: registers(in: start..<end),
                    hasSplitGap: plan.gap.contains(start) || plan.gap.contains(end)
                )
            )
            start = end
        }
        return periods
    }
}
